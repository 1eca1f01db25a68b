import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/chat.ts';
import { runLoop } from '../../../src/concurrency/loop.ts';
import { createWakeUp } from '../../../src/concurrency/wake-up.ts';
import { deliveries as deliveryRows } from '../../../src/db/schema/schema.ts';
import type { Delivery } from '../../../src/jobs/deliver/deliveries-store.ts';
import { logTo } from '../../../src/log.ts';
import { createFakeChat } from '../fake-chat.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, signal, soon, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const lease = 60_000;
const inThread: Place = { kind: 'channel', channel: 'make-pictures', thread: '7' };

async function claimed(): Promise<Delivery> {
  const [delivery] = await world.deliveries.claim(lease, 1);
  if (!delivery) throw new Error('nothing was claimed');
  return delivery;
}

const only = async (job: number) => (await world.said(job))[0];

describe('deliver, for a result', () => {
  it('replaces the acknowledging message and closes the job', async () => {
    const job = await world.ready(imagine('two boats', 2));
    expect(await world.bot.deliver()).toBe(true);
    const [shown, ...more] = world.chat.messages;
    expect(more).toEqual([]);
    expect(shown).toMatchObject({
      id: job.ack?.id,
      place: 'make-pictures',
      message: { tone: 'good', quote: 'two boats', job: job.id },
    });
    expect(shown?.message.media).toHaveLength(2);
    expect(await only(job.id)).toMatchObject({ state: 'sent', ref: { id: job.ack?.id }, leaseUntil: null });
    expect(await world.row(job.id)).toMatchObject({ state: 'closed', outcome: 'done' });
    expect(await world.bot.deliver()).toBe(false);
  });

  it('posts a message of its own after ten seconds without acknowledging message', async () => {
    const start = () =>
      world.bot.jobs.start(imagine(), { origin: origin(), call: { command: 'imagine', options: {} } });
    await start();
    await world.bot.submit();
    await world.db.run(
      sql`update jobs set state = 'failed', outcome = 'failed', failure = '{"code":"empty"}' returning id`,
    );
    await world.sayToo(1, 'failure');
    expect(await world.bot.deliver()).toBe(false);
    world.pass(11);
    expect(await world.bot.deliver()).toBe(true);
    expect(world.chat.delivered()).toHaveLength(1);
  });

  /** Delivers a job that took longer than a minute. */
  async function deliverSlowly(from = origin()) {
    const slow = await world.running(imagine(), from);
    world.pass(70);
    world.bot.poll.forget();
    await world.bot.poll.step(signal);
    await world.bot.deliver();
    return slow;
  }

  it('posts a ping that links a result after more than a minute', async () => {
    const slow = await deliverSlowly();
    // Recorded with the result, so that the process cannot end in between.
    const kinds = (await world.said(slow.id)).map(({ kind, state }) => [kind, state]);
    expect(kinds).toEqual([
      ['result', 'sent'],
      ['ping', 'pending'],
    ]);
    expect(await world.row(slow.id)).toMatchObject({ state: 'ready', outcome: 'done' });
    await world.bot.deliver();
    expect(await world.row(slow.id)).toMatchObject({ state: 'closed', outcome: 'done' });
    const ping = world.chat.messages.at(-1);
    expect(ping?.message).toMatchObject({ mention: { id: 'ada' }, link: { id: slow.ack?.id } });
    expect(world.chat.messages.filter(({ message }) => message.mention)).toHaveLength(1);
  });

  it.each([
    ['private', origin({ private: true })],
    ['in a direct message', origin({ place: { kind: 'direct' } })],
  ])('posts no ping for a result that is %s', async (_, from) => {
    await deliverSlowly(from);
    expect(await world.bot.deliver()).toBe(false);
    expect(world.chat.messages).toHaveLength(1);
    expect(world.chat.messages.filter(({ message }) => message.mention)).toEqual([]);
  });

  it('posts a failure when PhotoGPT no longer has the result', async () => {
    const job = await world.ready();
    world.sandbox.faults.add({ match: { operation: 'media' }, fault: { answer: { status: 404 } } });
    world.sandbox.faults.add({ match: { operation: 'getImage' }, fault: { answer: { status: 404 } } });
    await world.bot.deliver();
    expect(world.chat.delivered()[0]?.message).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('can no longer be fetched'),
    });
    expect(await world.row(job.id)).toMatchObject({
      state: 'closed',
      outcome: 'failed',
      failure: { code: 'resultGone' },
    });
  });

  it('tries again later when the pictures cannot be fetched', async () => {
    const job = await world.ready();
    world.sandbox.faults.add({ match: { operation: 'media' }, fault: { answer: { status: 503 } }, times: 1 });
    await world.bot.deliver();
    expect(await only(job.id)).toMatchObject({ state: 'pending', attempts: 1, error: expect.stringContaining('503') });
    world.pass(2);
    await world.bot.deliver();
    expect(world.chat.delivered()[0]?.message.media).toHaveLength(1);
  });
});

describe('deliver, with a chat that does not answer', () => {
  it('tries again after waits that grow, with one key', async () => {
    const job = await world.ready();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      world.chat.meets('fails before');
      await world.bot.deliver();
      const delivery = await only(job.id);
      waits.push((delivery?.nextAt.getTime() ?? 0) - world.clock.now());
      expect(await world.bot.deliver()).toBe(false);
      world.pass(300);
    }
    expect(waits).toEqual([625, 1_250, 2_500, 5_000]);
    await world.bot.deliver();
    expect(new Set(world.chat.posts.map(({ receipt }) => receipt.key)).size).toBe(1);
    expect(world.chat.posts.map(({ receipt }) => receipt.attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(world.chat.delivered()).toHaveLength(1);
  });

  it('ends with one message when the answer of the chat was lost', async () => {
    for (const from of [origin(), origin({ place: inThread })]) {
      const job = await world.ready(imagine(), from);
      world.chat.meets('fails after');
      await world.bot.deliver();
      world.pass(5);
      while (await world.bot.deliver());
      expect(await only(job.id)).toMatchObject({ state: 'sent', attempts: 2 });
    }
    expect(world.chat.messages.filter(({ message }) => message.media)).toHaveLength(2);
  });

  it('gives up after a day', async () => {
    const job = await world.ready();
    world.pass(86_401);
    world.chat.meets('fails before');
    await world.bot.deliver();
    expect(await only(job.id)).toMatchObject({ state: 'kept', error: 'the chat did not answer' });
    expect((await world.row(job.id)).state).toBe('closed');
  });
});

describe('deliver, in a process whose clock is wrong', () => {
  const day = 86_400;
  const wrongBy = [
    ['ahead', day + 1],
    ['behind', -day],
  ] as const;

  /** A result that is due. `jump` moves the clock of the process and not the one of the database. */
  async function withDueResult() {
    let jumpedMs = 0;
    world = await openWorld({ database: (clock) => database({ now: () => clock.now() - jumpedMs }) });
    const job = await world.ready();
    const jump = (seconds: number) => {
      jumpedMs += seconds * 1_000;
      world.pass(seconds);
    };
    return { job, jump };
  }

  it.each(wrongBy)('by a day (%s), tries again to post', async (_, seconds) => {
    const { job, jump } = await withDueResult();
    jump(seconds);
    world.chat.meets('fails before');
    await world.bot.deliver();
    expect(await only(job.id)).toMatchObject({ state: 'pending', attempts: 1, error: 'the chat did not answer' });
  });

  it.each(wrongBy)('by a day (%s), gives up a result that is a day old', async (_, seconds) => {
    const { job, jump } = await withDueResult();
    world.pass(day + 1);
    jump(seconds);
    world.chat.meets('fails before');
    await world.bot.deliver();
    expect(await only(job.id)).toMatchObject({ state: 'kept', error: 'the chat did not answer' });
  });

  it.each(wrongBy)('by a day (%s), sends no ping after a quick result', async (_, seconds) => {
    const { job, jump } = await withDueResult();
    jump(seconds);
    await world.bot.deliver();
    expect(await world.said(job.id)).toMatchObject([{ kind: 'result', state: 'sent' }]);
  });

  it.each(wrongBy)('by a day (%s), sends a ping after a slow result', async (_, seconds) => {
    const { job, jump } = await withDueResult();
    world.pass(2);
    jump(seconds);
    await world.bot.deliver();
    expect(await world.said(job.id)).toMatchObject([{ kind: 'result', state: 'sent' }, { kind: 'ping' }]);
  });
});

describe('the deliver loop', () => {
  /** Makes `count` failures due, each in the channel that `channelOf` names. */
  async function due(count: number, channelOf: (index: number) => string) {
    for (let index = 0; index < count; index += 1) {
      const place: Place = { kind: 'channel', channel: channelOf(index) };
      const { id } = await world.asked(imagine(), origin({ place }));
      await world.transitions.fail(id, { code: 'empty', details: undefined }, 'queued');
    }
  }

  /**
   * Runs the loop until `count` messages are delivered, and returns its steps. No time passes, so each step after the
   * first follows a wake-up.
   */
  async function stepsToDeliver(count: number) {
    const wakeUp = createWakeUp(world.clock);
    const stopping = new AbortController();
    let steps = 0;
    const ended = runLoop(
      {
        name: 'deliver',
        everyMs: 500,
        wakeUp,
        clock: world.clock,
        random: () => 1,
        log: logTo({ write: () => {} }),
        async step() {
          steps += 1;
          await world.bot.deliverStep(signal, wakeUp.notify);
          return false;
        },
      },
      stopping.signal,
    );
    await expect.poll(() => world.chat.delivered().length, soon).toBe(count);
    await world.bot.delivered();
    stopping.abort();
    await ended;
    return steps;
  }

  it('posts one after another in a channel, without waits', async () => {
    await due(10, () => 'busy');
    expect(await stepsToDeliver(10)).toBe(10);
    const ids = world.chat.delivered().map(({ message }) => message.job);
    expect(world.chat.posts.map(({ message }) => message.job)).toEqual(ids);
  });

  it('posts to many channels in one step', async () => {
    await due(10, (index) => `channel-${index}`);
    expect(await stepsToDeliver(10)).toBe(1);
  });

  it('goes on as places become free when more is due than fits', async () => {
    await due(60, (index) => `channel-${index}`);
    expect(await stepsToDeliver(60)).toBeGreaterThan(2);
  });

  it('steps again after a failure, a refusal and a slow result', async () => {
    await due(3, () => 'busy');
    world.chat.meets('fails before');
    world.chat.gone.add('elsewhere');
    await world.ready(imagine(), origin({ place: { kind: 'channel', channel: 'elsewhere' } }));
    const slow = await world.running(imagine(), origin({ place: { kind: 'channel', channel: 'slow' } }));
    world.pass(70);
    world.bot.poll.forget();
    await world.bot.poll.step(signal);
    await stepsToDeliver(5);
    expect(await world.said(slow.id)).toMatchObject([{ state: 'sent' }, { kind: 'ping', state: 'sent' }]);
  });

  it('skips a delivery whose job is gone meanwhile', async () => {
    await due(2, (index) => `channel-${index}`);
    const { claim } = world.deliveries;
    Object.assign(world.deliveries, {
      claim: async (...given: Parameters<typeof claim>) => {
        const claimed = await claim(...given);
        await world.store.remove(1);
        return claimed;
      },
    });
    await world.bot.deliver();
    expect(world.chat.delivered().map(({ message }) => message.job)).toEqual([2]);
  });
});

describe('a claim of deliveries', () => {
  it('gives each delivery to one replica, and one at a time to a channel', async () => {
    for (let count = 0; count < 6; count += 1) {
      const place: Place = { kind: 'channel', channel: count % 2 ? 'one' : 'two' };
      const { id } = await world.asked(imagine(), origin({ place }));
      await world.transitions.fail(id, { code: 'empty', details: undefined }, 'queued');
    }
    const seen: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const claims = await Promise.all(Array.from({ length: 6 }, () => world.deliveries.claim(lease, 8)));
      const got = claims.flat();
      expect(new Set(got.map(({ channel }) => channel)).size).toBe(got.length);
      for (const delivery of got) {
        seen.push(delivery.id);
        await world.deliveries.kept(delivery, 'said elsewhere');
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses every change by a holder that has lost it', async () => {
    const job = await world.ready();
    const old = await claimed();
    world.pass(61);
    await world.deliveries.expire();
    const next = await claimed();
    expect(next).toMatchObject({ id: old.id, fence: old.fence + 1, attempts: 2 });
    const ref = { platform: 'playground' as const, channel: 'make-pictures', id: '99' };
    expect(await world.deliveries.sent(old, ref)).toBe('lost');
    expect(await world.deliveries.kept(old, 'no')).toBe('lost');
    expect(await world.deliveries.note(old, { file: 'F1' })).toBe(false);
    expect(await world.deliveries.renew(old, lease)).toBe(false);
    await world.deliveries.putBack(old, 1_000, 'no');
    await world.deliveries.moveToPlace(old, 1, 'no');
    expect(await only(job.id)).toEqual(next);
    expect(await world.deliveries.note(next, { file: 'F2' })).toBe(true);
    expect(await world.deliveries.renew(next, lease)).toBe(true);
    expect((await only(job.id))?.notes).toEqual({ file: 'F2' });
  });

  it('is renewed during a post, and a lost one posts nothing twice', async () => {
    const job = await world.ready();
    world.chat.meets('hangs');
    await world.bot.deliverStep(signal, () => {});
    await expect.poll(() => world.chat.underWay(), soon).toBe(1);
    for (let passed = 0; passed < 100; passed += 20) {
      const before = (await only(job.id))?.leaseUntil?.getTime() ?? 0;
      world.pass(20);
      await expect.poll(async () => (await only(job.id))?.leaseUntil?.getTime(), soon).toBe(before + 20_000);
    }
    // This process stands still for a while, and another one takes over.
    await world.db.orm
      .update(deliveryRows)
      .set({ leaseUntil: sql`${world.db.now} - interval '1 second'` })
      .where(eq(deliveryRows.job, job.id));
    const other = world.replica();
    await world.deliveries.expire();
    await other.deliver();
    world.pass(20);
    await world.bot.delivered();
    expect(world.chat.delivered()).toHaveLength(1);
    expect(await only(job.id)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('is given back at once when the bot stops', async () => {
    const job = await world.ready();
    world.chat.meets('hangs');
    const stopping = new AbortController();
    const posting = world.bot.deliver(stopping.signal);
    await expect.poll(() => world.chat.underWay(), soon).toBe(1);
    stopping.abort(new Error('the bot is stopping'));
    await posting;
    expect(await only(job.id)).toMatchObject({ state: 'pending', leaseUntil: null });
  });

  it('leaves deliveries of other platforms to other processes', async () => {
    const job = await world.ready();
    await world.replica({ fake: createFakeChat('slack') }).deliver();
    expect(await only(job.id)).toMatchObject({ state: 'pending' });
  });

  it('closeFinished closes a job whose last two deliveries ended at one moment', async () => {
    const job = await world.ready();
    const result = await claimed();
    await world.deliveries.sent(result, { platform: 'playground', channel: 'make-pictures', id: '1' });
    await world.db.run(sql`update jobs set state = 'ready', closed_at = null returning id`);
    await world.deliveries.closeFinished();
    expect((await world.row(job.id)).state).toBe('ready');
    world.pass(61);
    await world.deliveries.closeFinished();
    expect((await world.row(job.id)).state).toBe('closed');
  });
});

describe('deliver, for a cancelled job', () => {
  it('says so in the acknowledging message, and posts no result', async () => {
    const waiting = await world.asked(imagine('one'));
    expect(await world.bot.jobs.cancel(waiting)).toBe('cancelled');
    await world.bot.deliver();
    const sent = await world.running(imagine('two'));
    expect(await world.bot.jobs.cancel(sent)).toBe('withdrawn');
    await world.bot.deliver();
    world.pass(60);
    world.bot.poll.forget();
    await world.bot.poll.step(signal);
    expect(await world.bot.deliver()).toBe(false);
    expect(world.chat.messages.map(({ message }) => message.text)).toEqual([
      'Cancelled before it was sent. Nothing was spent.',
      expect.stringContaining('it is still paid for, but it will not be posted'),
    ]);
    expect((await world.rows()).map(({ state }) => state)).toEqual(['closed', 'closed']);
  });
});
