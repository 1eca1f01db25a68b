import { beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/chat.ts';
import { views } from '../../../src/commands/views.ts';
import { createDeliver } from '../../../src/jobs/deliver/deliver.ts';
import { createPipeline, type PipelineParts } from '../../../src/jobs/pipeline.ts';
import { createNotifier } from '../../../src/jobs/replicas/notifier-store.ts';
import { createPeers, type Partition, wholePartition } from '../../../src/jobs/replicas/peers.ts';
import { createSubmit } from '../../../src/jobs/submit/submit.ts';
import { logTo } from '../../../src/log.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, origin, signal, soon, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const silent = logTo({ write: () => {} }, 'silent');
const lease = 60_000;
const even: Partition = { of: 2, mine: 0 };
const odd: Partition = { of: 2, mine: 1 };

/** Makes pending failures of the jobs 1 to `count`, each in the channel that `channelOf` names. */
async function due(count: number, channelOf = (index: number) => `channel-${index}`) {
  for (let index = 0; index < count; index += 1) {
    const place: Place = { kind: 'channel', channel: channelOf(index) };
    const { id } = await world.asked(imagine(), origin({ place }));
    await world.transitions.fail(id, { code: 'empty', details: undefined }, 'queued');
  }
}

/** Returns a process that delivers with this partition, and the jobs of its deliveries in `said`. */
function openDeliverer(partition: () => Partition) {
  const { store, deliveries, clock, chat } = world;
  const said: number[] = [];
  const deliver = createDeliver({
    store,
    deliveries,
    partition,
    views,
    clock,
    log: silent,
    platforms: new Map([[chat.platform.name, chat.platform]]),
    results: async () => [],
    random: () => 0.5,
    onSent: ({ id }) => said.push(id),
  });
  /** Delivers until it can claim no more. */
  async function deliverAll() {
    while (await deliver.step(signal, () => {})) await deliver.idle();
  }
  return { said, deliverAll, deliver };
}

/** Returns a process that sends jobs with this partition. */
function openSender(partition: () => Partition) {
  const { transitions, bot, clock } = world;
  const submit = createSubmit({
    api: bot.api,
    key,
    transitions,
    apiKeyStore: bot.apiKeyStore,
    partition,
    clock,
    log: silent,
    references: { resolve: async (ref) => ref },
    random: () => 0.5,
  });
  /** Sends until it can claim no more. */
  async function sendAll() {
    while ((await submit.step(signal, { onLaneFree: () => {}, onEnded: () => {} })).hasBegun) await submit.idle();
  }
  return { sendAll, submit };
}

const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
const upTo = (count: number, of = 1, mine = 0) =>
  Array.from({ length: count }, (_, index) => index + 1).filter((number) => number % of === mine);

describe('due deliveries', () => {
  it('are divided between two replicas by their jobs', async () => {
    await due(12);
    const [one, two] = [openDeliverer(() => even), openDeliverer(() => odd)];
    await one.deliverAll();
    expect(sorted(one.said)).toEqual(upTo(12, 2, 0));
    await two.deliverAll();
    expect(sorted(two.said)).toEqual(upTo(12, 2, 1));
  });

  it('are all for a replica that is alone', async () => {
    await due(5);
    const one = openDeliverer(() => wholePartition);
    await one.deliverAll();
    expect(sorted(one.said)).toEqual(upTo(5));
  });

  it('are for every replica after a second', async () => {
    await due(6);
    const one = openDeliverer(() => even);
    world.pass(0.999);
    await one.deliverAll();
    expect(sorted(one.said)).toEqual([2, 4, 6]);
    world.pass(0.001);
    await one.deliverAll();
    expect(sorted(one.said)).toEqual(upTo(6));
  });

  it('keep their order in each channel, whichever replica posts them', async () => {
    await due(6, () => 'busy');
    const [one, two] = [openDeliverer(() => even), openDeliverer(() => odd)];
    await one.deliverAll();
    expect(one.said).toEqual([]);
    for (let round = 0; round < 3; round += 1) {
      await two.deliverAll();
      await one.deliverAll();
    }
    expect([one.said, two.said]).toEqual([
      [2, 4, 6],
      [1, 3, 5],
    ]);
    expect(world.chat.delivered().map(({ message }) => message.job)).toEqual(upTo(6));
  });

  it('are in the partition of the ping that follows them', async () => {
    await due(2);
    for (const job of [1, 2]) await world.sayToo(job, 'ping');
    const jobs: number[] = [];
    for (let claims = 0; claims < 2; claims += 1) {
      for (const delivery of await world.deliveries.claim(lease, 8, undefined, odd)) {
        jobs.push(delivery.job);
        await world.deliveries.kept(delivery, 'said elsewhere');
      }
    }
    expect(jobs).toEqual([1, 1]);
  });

  it('go to the other of two processes on a server when one leaves', async (test) => {
    test.skip(world.db.engine !== 'postgres', 'an embedded database serves one process');
    const { clock, db } = world;
    const work = ['deliver:playground'];
    const [first, second] = ['first', 'second'].map((replica) => {
      const notifier = createNotifier({ db, replica, clock, log: silent });
      const leaving = new AbortController();
      const listening = notifier?.listen(() => {}, leaving.signal, work);
      const partition = () => notifier?.partition('deliver') ?? wholePartition;
      const leave = async () => {
        leaving.abort();
        await listening;
      };
      return { ...openDeliverer(partition), partition, leave };
    });
    if (!first || !second) throw new Error('there are not two');
    await expect.poll(() => [first.partition(), second.partition()], soon).toEqual([even, odd]);
    await due(20);
    await Promise.all([first.deliverAll(), second.deliverAll()]);
    expect([first.said.length, second.said.length]).toEqual([10, 10]);
    await second.leave();
    await expect.poll(first.partition, soon).toEqual(wholePartition);
    await due(4);
    await first.deliverAll();
    expect(first.said.length).toBe(14);
    await first.leave();
  });
});

describe('waiting jobs', () => {
  it('are divided between two replicas', async () => {
    for (let count = 0; count < 6; count += 1) await world.asked();
    const sent = async () => (await world.rows()).flatMap(({ id, state }) => (state === 'running' ? [id] : []));
    const [one, two] = [openSender(() => even), openSender(() => odd)];
    await one.sendAll();
    expect(await sent()).toEqual([2, 4, 6]);
    await two.sendAll();
    expect(await sent()).toEqual(upTo(6));
  });

  it('are all for a replica that is alone', async () => {
    for (let count = 0; count < 3; count += 1) await world.asked();
    await openSender(() => wholePartition).sendAll();
    expect(world.paid()).toHaveLength(3);
  });
});

describe('the partition of a dead peer that is not forgotten yet', () => {
  const partition = () => ({ of: 3, mine: 0 });

  /** Returns the milliseconds until a process with a third of the rows has done all `count` of them. Nothing wakes it. */
  async function timeFor(count: number, loop: 'submit' | 'deliver', done: () => Promise<number> | number) {
    const { clock } = world;
    const [{ deliver }, { submit }] = [openDeliverer(partition), openSender(partition)];
    const idle = { idle: async () => {} };
    const parts = {
      deliver,
      submit,
      poll: idle,
      clock,
      random: () => 0.5,
      log: silent,
      leader: { resign: async () => {} },
      learnedDurations: { save: async () => {} },
    };
    const pipeline = createPipeline(parts as unknown as PipelineParts);
    const began = clock.now();
    await pipeline.start([loop]);
    await expect.poll(done, soon).toBe(count / 3);
    while ((await done()) < count && clock.now() - began < 5_000) {
      await Promise.all([submit.idle(), deliver.idle()]);
      await expect.poll(clock.sleepers, soon).toBe(1);
      clock.pass(0.1);
    }
    await pipeline.stop();
    return clock.now() - began;
  }

  it('is delivered by another within two seconds', async () => {
    await due(9);
    const time = await timeFor(9, 'deliver', () => world.chat.delivered().length);
    expect(time).toBeGreaterThanOrEqual(1_000);
    expect(time).toBeLessThanOrEqual(2_000);
  });

  it('is sent by another within two seconds', async () => {
    for (let count = 0; count < 9; count += 1) await world.asked();
    const time = await timeFor(9, 'submit', () => world.paid().length);
    expect(time).toBeGreaterThanOrEqual(1_000);
    expect(time).toBeLessThanOrEqual(2_000);
  });
});

describe('peers', () => {
  const deadAfterMs = 15_000;

  it('are numbered from 0 in the order of their names', () => {
    const clock = createMovedClock();
    const names = ['b', 'd', 'a', 'c'];
    const partitions = names.map((own) => {
      const peers = createPeers({ own, deadAfterMs, clock });
      for (const name of names) if (name !== own) peers.add(name, ['submit']);
      return peers.partition('submit');
    });
    expect(partitions).toEqual([1, 3, 0, 2].map((mine) => ({ of: 4, mine })));
  });

  it('are forgotten after a silence, and when the clock was set back', () => {
    const clock = createMovedClock();
    const peers = createPeers({ own: 'a', deadAfterMs, clock });
    for (const [hours, isForgotten] of [
      [-1, true],
      [1, true],
      [1 / 3_600, false],
    ] as const) {
      expect(peers.add('b', ['submit'])).toBe(true);
      clock.pass(hours * 3_600);
      expect(peers.isAlone()).toBe(isForgotten);
    }
    expect(peers.add('b', ['submit'])).toBe(false);
    expect(peers.partition('submit').of).toBe(2);
    peers.remove('b');
    expect(peers.partition('submit')).toEqual(wholePartition);
  });

  it('are a thousand at most', () => {
    const clock = createMovedClock();
    const peers = createPeers({ own: 'own', deadAfterMs, clock });
    for (let count = 0; count < 1_200; count += 1) peers.add(`replica-${count}`, ['submit']);
    expect(peers.partition('submit').of).toBe(1_001);
    expect(peers.add('replica-7', ['submit'])).toBe(false);
  });
});
