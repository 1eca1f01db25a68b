import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nextEventLoopTurn } from '../../../src/concurrency/clock.ts';
import type { Database } from '../../../src/db/connect.ts';
import { createNotifier } from '../../../src/jobs/replicas/notifier-store.ts';
import { logTo } from '../../../src/log.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';
import { soon } from '../world.ts';

const database = useDatabase();
const silent = logTo({ write: () => {} });
const both = ['submit:key', 'deliver:discord,slack'];

/** Returns replicas on a fake channel. Each does the work that is given for it. */
function open(works: readonly (readonly string[])[] = [both, both]) {
  const clock = createMovedClock();
  const subscribers: { heard(message: string): void; isDeaf: boolean }[] = [];
  const sent: string[] = [];
  /** Sends a message of any version to all subscribers. */
  function send(message: string): void {
    sent.push(message);
    for (const { heard, isDeaf } of subscribers) if (!isDeaf) heard(message);
  }
  /** How far the clock of the replicas was set back. Their sleeps end as before. */
  let setBackMs = 0;
  const wallClock = { now: () => clock.now() - setBackMs, sleep: clock.sleep };
  const db: Database = {
    ...database(clock),
    run: async (query) => {
      const [, message] = query.queryChunks.filter((chunk) => typeof chunk === 'string');
      send(String(message));
      return [];
    },
    listen: async (_channel, heard) => {
      const subscriber = { heard, isDeaf: false };
      subscribers.push(subscriber);
      return async () => void subscribers.splice(subscribers.indexOf(subscriber), 1);
    },
  };
  const replicas = works.map((work, index) => {
    const notifier = createNotifier({ db, replica: `replica-${index + 1}`, clock: wallClock, log: silent });
    if (!notifier) throw new Error('there is no notifier');
    const heard: string[] = [];
    const stopping = new AbortController();
    setMaxListeners(0, stopping.signal);
    let listening = Promise.resolve();
    return {
      heard,
      ...notifier,
      listen: () => {
        listening = notifier.listen((name) => heard.push(name), stopping.signal, work);
      },
      async stop() {
        stopping.abort();
        await listening;
      },
    };
  });
  /** Waits until all messages were heard. Nothing but the clock takes longer than two turns of the event loop. */
  async function settle(): Promise<void> {
    await nextEventLoopTurn();
    await nextEventLoopTurn();
  }
  /** Moves time on by these milliseconds, at most 50 at once. */
  async function pass(milliseconds: number): Promise<void> {
    await settle();
    for (let left = milliseconds; left > 0; left -= 50) {
      clock.pass(Math.min(left, 50) / 1000);
      await settle();
    }
  }
  /** Makes all replicas listen, and waits until they know each other. */
  async function listenAll(): Promise<void> {
    for (const { listen } of replicas) listen();
    await pass(100);
  }
  const setBack = (milliseconds: number) => {
    setBackMs = milliseconds;
  };
  return { clock, subscribers, sent, send, replicas, settle, pass, listenAll, setBack };
}

/** Returns the two replicas of a world. */
function twoOf(world: ReturnType<typeof open>) {
  const [one, other] = world.replicas;
  if (!one || !other) throw new Error('there are not two');
  return [one, other] as const;
}

describe('the notifier', () => {
  it('wakes the others at once with one message for all loops, and not itself', async () => {
    const world = open();
    await world.listenAll();
    const [one, other] = twoOf(world);
    const before = world.sent.length;
    for (let calls = 0; calls < 50; calls += 1) one.notify(calls % 2 ? 'deliver' : 'submit');
    await world.settle();
    expect(other.heard).toEqual(['submit', 'deliver']);
    expect(one.heard).toEqual([]);
    expect(world.sent.length).toBe(before + 1);
  });

  it('gathers the loops of the next 50 ms, and is quick again after those', async () => {
    const world = open();
    await world.listenAll();
    const [one, other] = twoOf(world);
    one.notify('submit');
    await world.settle();
    const before = world.sent.length;
    for (let calls = 0; calls < 49; calls += 1) {
      one.notify(calls % 2 ? 'deliver' : 'submit');
      await world.pass(1);
    }
    expect(world.sent.length).toBe(before);
    await world.pass(1);
    expect(world.sent.slice(before)).toEqual(['replica-1 submit deliver']);
    await world.pass(50);
    one.notify('prepare');
    await world.settle();
    expect(other.heard).toEqual(['submit', 'submit', 'deliver', 'prepare']);
  });

  it('sends nothing once it knows that no other replica listens', async () => {
    const world = open([['submit:key']]);
    const [one] = world.replicas;
    /** Returns the messages that notifying a loop sends. */
    async function sentFor(name: string) {
      const before = world.sent.length;
      one?.notify(name);
      await world.pass(50);
      return world.sent.slice(before);
    }
    expect(await sentFor('submit')).toEqual(['replica-1 submit']);
    await world.listenAll();
    expect(await sentFor('submit')).toEqual(['replica-1 submit']);
    await world.pass(5_000);
    expect(await sentFor('submit')).toEqual([]);
    world.send('older-version');
    await world.pass(100);
    expect(await sentFor('submit')).toEqual(['replica-1 submit']);
    await world.pass(15_000);
    expect(await sentFor('submit')).toEqual([]);
    // A replica that does not hear itself cannot know whether it is alone.
    for (const subscriber of world.subscribers) subscriber.isDeaf = true;
    await world.pass(15_050);
    expect(await sentFor('submit')).toContain('replica-1 submit');
  });

  it('listens anew when it no longer hears itself', async () => {
    const world = open();
    await world.listenAll();
    const [one, other] = twoOf(world);
    const [first] = world.subscribers;
    if (first) first.isDeaf = true;
    await world.pass(20_000);
    expect(world.subscribers).toHaveLength(2);
    expect(world.subscribers.includes(first as never)).toBe(false);
    other.notify('submit');
    await world.settle();
    expect(one.heard).toEqual(['submit']);
  });

  it('listens anew after the clock was set back by a day', async () => {
    const world = open();
    await world.listenAll();
    const [first] = world.subscribers;
    if (first) first.isDeaf = true;
    // The sleeps of a process end by elapsed time, whatever its clock shows.
    world.setBack(86_400_000);
    await world.pass(20_000);
    expect(world.subscribers.includes(first as never)).toBe(false);
  });

  it('leaves nothing waiting when it stops', async () => {
    const world = open();
    await world.listenAll();
    for (const { stop } of world.replicas) await stop();
    expect(world.subscribers).toEqual([]);
    expect(world.clock.sleepers()).toBe(0);
  });

  it('is undefined for a database of one process', () => {
    const { listen: _none, ...alone } = database(createMovedClock());
    expect(createNotifier({ db: alone, replica: 'one', clock: createMovedClock(), log: silent })).toBeUndefined();
  });

  it('notifies and divides work through a real server', async (test) => {
    const clock = createMovedClock();
    const db = database(clock);
    test.skip(db.engine !== 'postgres', 'an embedded database serves one process');
    const heard: string[] = [];
    const notifiers = ['one', 'two'].map((replica) => createNotifier({ db, replica, clock, log: silent }));
    const leaving = notifiers.map(() => new AbortController());
    const listening = notifiers.map((notifier, index) =>
      notifier?.listen((name) => heard.push(`${index} ${name}`), leaving[index]?.signal ?? AbortSignal.abort(), both),
    );
    const partitions = () => notifiers.map((notifier) => notifier?.partition('deliver'));
    // The clock stands still: each answers the other's first heartbeat at once.
    await expect.poll(partitions, soon).toEqual([
      { of: 2, mine: 0 },
      { of: 2, mine: 1 },
    ]);
    notifiers[1]?.notify('deliver');
    // The notification waits if a heartbeat has just gone.
    clock.pass(0.05);
    await expect.poll(() => heard, soon).toEqual(['0 deliver']);
    leaving[1]?.abort();
    await listening[1];
    await expect.poll(() => notifiers[0]?.partition('deliver'), soon).toEqual({ of: 1, mine: 0 });
    leaving[0]?.abort();
    await listening[0];
  });
});

describe('the partition of work', () => {
  const partitions = (world: ReturnType<typeof open>, name: string) =>
    world.replicas.map(({ partition }) => partition(name));
  const halves = [
    { of: 2, mine: 0 },
    { of: 2, mine: 1 },
  ];
  const whole = { of: 1, mine: 0 };

  it('divides among replicas that do exactly the same, without a heartbeat’s wait', async () => {
    const world = open([both, both, ['submit:key', 'deliver:discord'], ['submit:other']]);
    await world.listenAll();
    expect(partitions(world, 'submit')).toEqual([{ of: 3, mine: 0 }, { of: 3, mine: 1 }, { of: 3, mine: 2 }, whole]);
    expect(partitions(world, 'deliver')).toEqual([...halves, whole, whole]);
    expect(partitions(world, 'prepare')).toEqual([whole, whole, whole, whole]);
  });

  it('is announced once to a new replica', async () => {
    const world = open([both, both, both]);
    await world.listenAll();
    await world.pass(20_000);
    const before = world.sent.length;
    world.send('replica-0 +submit:key');
    await world.pass(100);
    expect(world.sent.slice(before + 1).sort()).toEqual(
      [1, 2, 3].map((index) => `replica-${index} +submit:key +deliver:discord,slack`),
    );
    expect(partitions(world, 'submit')).toEqual([1, 2, 3].map((mine) => ({ of: 4, mine })));
    expect(world.replicas.flatMap(({ heard }) => heard)).toEqual([]);
  });

  it('goes to the others at once when a replica leaves', async () => {
    const world = open();
    await world.listenAll();
    const [one, other] = twoOf(world);
    expect(partitions(world, 'deliver')).toEqual(halves);
    await one.stop();
    expect(other.partition('deliver')).toEqual(whole);
    expect(other.heard).toEqual([]);
  });

  it('goes to the others after 15 seconds of silence', async () => {
    const world = open([both]);
    await world.listenAll();
    const [one] = world.replicas;
    world.send('replica-2 +submit:key');
    await world.pass(15_000);
    expect(one?.partition('submit')).toEqual(halves[0]);
    await world.pass(50);
    expect(one?.partition('submit')).toEqual(whole);
  });

  it('is not divided with older versions, which announce no work', async () => {
    const world = open([both]);
    await world.listenAll();
    const [one] = world.replicas;
    world.send('older-version');
    world.send('older-version deliver submit');
    expect(one?.heard).toEqual(['deliver', 'submit']);
    expect(one?.partition('submit')).toEqual(whole);
  });

  it('is whole before listening, and where the server delivers nothing', async () => {
    const world = open();
    expect(partitions(world, 'submit')).toEqual([whole, whole]);
    await world.listenAll();
    for (const subscriber of world.subscribers) subscriber.isDeaf = true;
    await world.pass(15_050);
    expect(partitions(world, 'submit')).toEqual([whole, whole]);
  });
});
