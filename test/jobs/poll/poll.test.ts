import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFinish } from '../../../src/jobs/poll/finish.ts';
import { createPoll } from '../../../src/jobs/poll/poll.ts';
import { logTo } from '../../../src/log.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

/** Polls every `step` seconds until every job has ended, for `seconds` at the longest. Returns the seconds that it took. */
async function watch(seconds: number, step = 1) {
  for (let passed = 0; passed < seconds; passed += step) {
    await world.bot.poll.step(signal);
    if ((await world.rows()).every(({ state }) => state !== 'running')) return passed;
    world.pass(step);
  }
  return seconds;
}

async function start(count: number, prompt?: string, apart = 0.2) {
  for (let made = 0; made < count; made += 1) {
    await world.running(imagine(prompt ?? `picture ${made}`), origin());
    world.pass(apart);
  }
}

const asked = () => world.calls('getJob') + world.calls('listJobs');
const states = async () => new Set((await world.rows()).map(({ state }) => state));

describe('polling one job', () => {
  it('finds its end within four seconds, without the list', async () => {
    const { id } = await world.running();
    await watch(120);
    const job = await world.row(id);
    expect(job).toMatchObject({ state: 'ready', outcome: 'done', outputs: [{ kind: 'image' }] });
    const ended = world.paid()[0]?.timeline.ended ?? 0;
    expect(world.clock.now() - ended).toBeLessThan(4_000);
    expect(world.calls('listJobs')).toBe(0);
    expect(asked()).toBeLessThan(20);
  });

  it('makes no call while an end is unlikely', async () => {
    await world.running();
    await world.bot.poll.step(signal);
    expect(asked()).toBe(0);
  });

  it.each([
    ['fails', '!fail', { code: 'failed', details: { reason: 'The provider could not generate this' } }],
    ['brings nothing', '!empty', { code: 'empty' }],
  ])('records a job that %s as failed', async (_how, word, failure) => {
    const { id } = await world.running(imagine(`a cat ${word}`));
    await watch(120);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure });
    expect(await world.said(id)).toMatchObject([{ kind: 'failure', state: 'pending' }]);
  });

  it('waits through unknown status words until there are pictures', async () => {
    const { id } = await world.running(imagine('a cat !odd-status !sparse'));
    await watch(120);
    expect(await world.row(id)).toMatchObject({ state: 'ready', outputs: [{ kind: 'image' }] });
  });

  it('gives up a missing job after two minutes', async () => {
    const { id } = await world.running();
    await world.db.run(sql`update jobs set remote_id = 'gone' where id = ${id} returning id`);
    world.pass(60);
    await watch(30);
    expect((await world.row(id)).state).toBe('running');
    world.pass(60);
    await watch(60);
    expect(await world.row(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'failed', details: { reason: 'it no longer knows this job' } },
    });
  });

  it.each([
    ['ahead', 86_400_000],
    ['behind', -86_400_000],
  ])('gives up a missing job after two minutes by an own clock a day %s', async (_how, offMs) => {
    const { id } = await world.running();
    await world.db.run(sql`update jobs set remote_id = 'gone' where id = ${id} returning id`);
    const { api, apiKeyStore, learnedDurations } = world.bot;
    const clock = { now: () => world.clock.now() + offMs, sleep: world.clock.sleep };
    const log = logTo({ write: () => {} });
    const finish = createFinish({ api, transitions: world.transitions, learnedDurations, log });
    const poll = createPoll({ api, apiKeyStore, learnedDurations, finish, clock, random: () => 0.5, log });
    const watchFor = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 1) {
        await poll.step(signal);
        world.pass(1);
      }
    };
    await watchFor(90);
    expect((await world.row(id)).state).toBe('running');
    expect(world.calls('getJob')).toBeGreaterThan(0);
    await watchFor(120);
    expect(await world.row(id)).toMatchObject({
      state: 'failed',
      failure: { details: { reason: 'it no longer knows this job' } },
    });
  });

  it('looks every few minutes at a job that never ends, until its deadline', async () => {
    const { id } = await world.running(imagine('a cat !stuck'));
    await watch(3_540, 30);
    expect(asked()).toBeGreaterThan(11);
    expect(asked()).toBeLessThan(100);
    expect((await world.row(id)).state).toBe('running');
    world.pass(120);
    await world.bot.overdue(signal);
    expect(await world.row(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'deadline', details: { minutes: 61 } },
    });
  });
});

describe('polling many jobs', () => {
  it('reads the list, with a few calls for all', async () => {
    await start(20);
    await watch(120);
    expect(await states()).toEqual(new Set(['ready']));
    // One call for each result, and a few to learn that they were due.
    expect(asked()).toBeLessThan(20 * 4);
    expect(world.calls('listJobs')).toBeGreaterThan(0);
    expect((await world.rows()).some(({ credits }) => credits === 10)).toBe(true);
  });

  it('finds all in few calls when pages start in the wrong place', async () => {
    world = await openWorld({ database, guesses: { jobsPerPage: 5 } });
    for (const pageShift of [-2, 2]) {
      world.sandbox.faults.setList({ pageShift });
      await start(12);
      await watch(180);
    }
    expect(await states()).toEqual(new Set(['ready']));
    // Three pages to a reading here.
    expect(asked()).toBeLessThan(24 * 9);
  });

  it('finds all in few calls when the list shows none of them', async () => {
    world.sandbox.faults.setList({ lagSeconds: 3_600 });
    await start(8);
    world.pass(20);
    await world.bot.poll.step(signal);
    // After a page without them, no more pages are read.
    expect(world.calls('listJobs')).toBeLessThan(3);
    await watch(180);
    expect(await states()).toEqual(new Set(['ready']));
    expect(asked()).toBeLessThan(8 * 14);
  });

  it('goes on when the answers for one of them are unreadable', async () => {
    await start(4);
    const [poison] = world.paid();
    const page = { status: 200, headers: {}, body: '<html>' };
    world.sandbox.faults.add({ match: { path: `/jobs/${poison?.jobId}` }, fault: { answer: page } });
    await watch(60);
    expect((await world.rows()).map(({ state }) => state)).toEqual(['running', 'ready', 'ready', 'ready']);
    expect((await world.bot.apiKeyStore.state()).pausedForMs).toBe(0);
  });
});

describe('polling a PhotoGPT that refuses calls', () => {
  const busy = (headers: Record<string, string>) => ({ answer: { status: 429, headers, body: '' } });

  it('pauses all replicas for the time of Retry-After', async () => {
    await start(3);
    world.pass(30);
    world.sandbox.faults.add({ match: { path: '/jobs' }, fault: busy({ 'retry-after': '60' }), times: 1 });
    await world.bot.poll.step(signal);
    const before = asked();
    const other = world.replica();
    for (let passed = 0; passed < 58; passed += 2) {
      await other.poll.step(signal);
      await other.prepare(signal);
      await other.audit();
      await other.submit();
      world.pass(2);
    }
    expect(asked()).toBe(before);
    world.pass(4);
    await watch(60);
    expect(await states()).toEqual(new Set(['ready']));
  });

  it('pauses for longer after each 429 without a time', async () => {
    await start(2);
    world.pass(30);
    world.sandbox.faults.add({ match: { path: '/jobs' }, fault: busy({}), seconds: 600 });
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await world.bot.poll.step(signal);
      const { pausedForMs } = await world.bot.apiKeyStore.state();
      pauses.push(pausedForMs);
      world.pass(pausedForMs / 1000 + 0.01);
    }
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
    expect(pauses.at(-1)).toBeGreaterThan(10_000);
    expect(pauses.at(-1)).toBeLessThanOrEqual(20_000);
    world.pass(600);
    await watch(60);
    expect(await states()).toEqual(new Set(['ready']));
  });

  it('keeps a longer pause when a shorter one comes', async () => {
    await world.bot.apiKeyStore.state();
    await world.bot.apiKeyStore.pause(60_000);
    await world.bot.apiKeyStore.pause(1_000);
    expect((await world.bot.apiKeyStore.state()).pausedForMs).toBe(60_000);
  });
});

describe('an overdue job', () => {
  it('is fetched once more before it is given up', async () => {
    const { id } = await world.running();
    world.pass(3_700);
    await world.bot.overdue(signal);
    expect((await world.row(id)).state).toBe('ready');
  });

  it('ends as unreachable when it never left the queue', async () => {
    const { id } = await world.asked();
    world.pass(3_700);
    expect(await world.bot.overdue(signal)).toBe(true);
    expect((await world.row(id)).failure).toEqual({ code: 'unreachable', details: { minutes: 62 } });
    expect(await world.bot.overdue(signal)).toBe(false);
  });

  it('ends after one question when PhotoGPT does not answer', async () => {
    await start(5);
    world.pass(3_700);
    world.sandbox.faults.add({ match: { operation: 'getJob' }, fault: { answer: 'drop' } });
    await world.bot.overdue(signal);
    expect(await states()).toEqual(new Set(['failed']));
    // One question, with the retries that every read has.
    expect(asked()).toBe(4);
  });
});

describe('polling by a replica that takes over', () => {
  it('finds a new job within half a second after it found none', async () => {
    await world.bot.poll.step(signal);
    expect(world.bot.poll.size()).toBe(0);
    await start(1);
    world.pass(0.5);
    await world.bot.poll.step(signal);
    expect(world.bot.poll.size()).toBe(1);
  });

  it('reads the jobs in flight from the table', async () => {
    await start(3);
    await world.bot.poll.step(signal);
    expect(world.bot.poll.size()).toBe(3);
    world.bot.poll.forget();
    expect(world.bot.poll.size()).toBe(0);
    const other = world.replica();
    await other.poll.step(signal);
    expect(other.poll.size()).toBe(3);
  });
});
