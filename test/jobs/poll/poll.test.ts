import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

/** Looks every second, half as often as the bot does, until every job has ended or the time is over. */
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

describe('one job at PhotoGPT', () => {
  it('is asked after by itself, and found finished soon after it is', async () => {
    const { id } = await world.running();
    await watch(120);
    const job = await world.row(id);
    expect(job).toMatchObject({ state: 'ready', outcome: 'done', outputs: [{ kind: 'image' }] });
    const ended = world.paid()[0]?.timeline.ended ?? 0;
    expect(world.clock.now() - ended).toBeLessThan(4_000);
    expect(world.calls('listJobs')).toBe(0);
    expect(asked()).toBeLessThan(20);
  });

  it('is not asked after at all while it cannot be worth it', async () => {
    await world.running();
    await world.bot.poll.step(signal);
    expect(asked()).toBe(0);
  });

  it.each([
    ['fails', '!fail', { code: 'failed', details: { reason: 'The provider could not generate this' } }],
    ['brings nothing', '!empty', { code: 'empty' }],
  ])('that %s is told so', async (_how, word, failure) => {
    const { id } = await world.running(imagine(`a cat ${word}`));
    await watch(120);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure });
    expect(await world.said(id)).toMatchObject([{ kind: 'failure', state: 'pending' }]);
  });

  it('that shows words nobody knows is waited for, and finished when it has pictures', async () => {
    const { id } = await world.running(imagine('a cat !odd-status !sparse'));
    await watch(120);
    expect(await world.row(id)).toMatchObject({ state: 'ready', outputs: [{ kind: 'image' }] });
  });

  it('that PhotoGPT does not know is believed in for two minutes, and then given up', async () => {
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

  it('that never ends is read every few minutes, and ended at its deadline', async () => {
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

describe('many jobs at PhotoGPT', () => {
  it('are asked after with the list, a few calls for all', async () => {
    await start(20);
    await watch(120);
    expect(await states()).toEqual(new Set(['ready']));
    // A detail for each, and what it took to learn that they were due.
    expect(asked()).toBeLessThan(20 * 4);
    expect(world.calls('listJobs')).toBeGreaterThan(0);
    expect((await world.rows()).some(({ credits }) => credits === 10)).toBe(true);
  });

  it('are all found, in few calls, when the list starts its pages in the wrong place', async () => {
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

  it('are all found, in few calls, when the list shows none of them', async () => {
    world.sandbox.faults.setList({ lagSeconds: 3_600 });
    await start(8);
    world.pass(20);
    await world.bot.poll.step(signal);
    // Once the list has shown nothing, it is left alone.
    expect(world.calls('listJobs')).toBeLessThan(3);
    await watch(180);
    expect(await states()).toEqual(new Set(['ready']));
    expect(asked()).toBeLessThan(8 * 14);
  });

  it('do not wait for one of them whose answers nobody can read', async () => {
    await start(4);
    const [poison] = world.paid();
    const page = { status: 200, headers: {}, body: '<html>' };
    world.sandbox.faults.add({ match: { path: `/jobs/${poison?.jobId}` }, fault: { answer: page } });
    await watch(60);
    expect((await world.rows()).map(({ state }) => state)).toEqual(['running', 'ready', 'ready', 'ready']);
    expect((await world.bot.apiKeyStore.state()).pausedFor).toBe(0);
  });
});

describe('a PhotoGPT that wants no questions', () => {
  const busy = (headers: Record<string, string>) => ({ answer: { status: 429, headers, body: '' } });

  it('is left alone by everybody for as long as it says', async () => {
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

  it('is left alone for longer and longer when it does not say how long', async () => {
    await start(2);
    world.pass(30);
    world.sandbox.faults.add({ match: { path: '/jobs' }, fault: busy({}), seconds: 600 });
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      await world.bot.poll.step(signal);
      const { pausedFor } = await world.bot.apiKeyStore.state();
      pauses.push(pausedFor);
      world.pass(pausedFor / 1000 + 0.01);
    }
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
    expect(pauses.at(-1)).toBeGreaterThan(10_000);
    expect(pauses.at(-1)).toBeLessThanOrEqual(20_000);
    world.pass(600);
    await watch(60);
    expect(await states()).toEqual(new Set(['ready']));
  });

  it('does not have a longer pause cut short by a shorter one', async () => {
    await world.bot.apiKeyStore.state();
    await world.bot.apiKeyStore.pause(60_000);
    await world.bot.apiKeyStore.pause(1_000);
    expect((await world.bot.apiKeyStore.state()).pausedFor).toBe(60_000);
  });
});

describe('what is overdue', () => {
  it('is asked after once more, so that nothing finished is given up', async () => {
    const { id } = await world.running();
    world.pass(3_700);
    await world.bot.overdue(signal);
    expect((await world.row(id)).state).toBe('ready');
  });

  it('is ended with another word when it never left the queue', async () => {
    const { id } = await world.asked();
    world.pass(3_700);
    expect(await world.bot.overdue(signal)).toBe(true);
    expect((await world.row(id)).failure).toEqual({ code: 'unreachable', details: { minutes: 62 } });
    expect(await world.bot.overdue(signal)).toBe(false);
  });

  it('does not wait for a PhotoGPT that is silent, and asks it only once', async () => {
    await start(5);
    world.pass(3_700);
    world.sandbox.faults.add({ match: { operation: 'getJob' }, fault: { answer: 'drop' } });
    await world.bot.overdue(signal);
    expect(await states()).toEqual(new Set(['failed']));
    // One question, with the retries that every reading has.
    expect(asked()).toBe(4);
  });
});

describe('a replica that takes over', () => {
  it('sees a job that comes after an empty table, without reading the whole table again', async () => {
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
