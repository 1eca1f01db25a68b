import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/concurrency/clock.ts';
import { jobStates } from '../../../src/db/schema/schema.ts';
import { createLearnedDurations } from '../../../src/jobs/poll/durations-store.ts';
import { createFinish } from '../../../src/jobs/poll/finish.ts';
import { createWatchdog } from '../../../src/jobs/recover/watchdog.ts';
import { limits } from '../../../src/jobs/recover/watchdog-limits.ts';
import { createWatchdogStore } from '../../../src/jobs/recover/watchdog-store.ts';
import { logTo } from '../../../src/log.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
let step: () => Promise<boolean>;
/** A watchdog with this clock of its own, on the database of the world. */
let watchdogWith: (clock: Clock) => ReturnType<typeof createWatchdog>;
let ages: ReturnType<typeof createWatchdogStore>['ages'];
const lines: string[] = [];
beforeEach(async () => {
  world = await openWorld({ database });
  const { db, transitions, clock, bot } = world;
  const log = logTo({ write: (line) => void lines.push(line) }, 'warn');
  const finish = createFinish({
    api: bot.api,
    transitions,
    learnedDurations: createLearnedDurations(db, () => 10),
    log,
  });
  const store = createWatchdogStore(db);
  watchdogWith = (clock) => createWatchdog({ store, transitions, finish, key, clock, log });
  const watchdog = watchdogWith(clock);
  step = () => watchdog(signal);
  ages = store.ages;
  lines.length = 0;
});

const hours = (count: number) => world.pass(count * 3_600);
const failure = async (id: number) => (await world.row(id)).failure;
const isAged = async () => (await ages()).filter(({ stuck }) => stuck > 0);

it('watchdog limits cover every state that is not the end', () => {
  const watched = (what: string) => limits.filter((one) => one.what === what).map(({ state }) => state);
  expect(watched('job').sort()).toEqual(jobStates.filter((state) => state !== 'closed').sort());
  expect(watched('delivery').sort()).toEqual(['pending', 'sending']);
});

describe('watchdog, for a job past its limit', () => {
  it.each(['queued', 'running'])('fails a %s job of an old key, and says what it cost', async (state) => {
    const job = state === 'queued' ? await world.asked() : await world.running();
    await world.db.run(sql`update jobs set key = 'the key before' where id = ${job.id} returning id`);
    hours(1.1);
    // Another process may still have the key.
    expect([await step(), (await world.row(job.id)).state]).toEqual([false, state]);
    hours(1);
    expect(await isAged()).toMatchObject([{ what: 'job', state, stuck: 1 }]);
    expect(await step()).toBe(true);
    expect(await failure(job.id)).toMatchObject({ code: state === 'queued' ? 'unreachable' : 'deadline' });
    await world.bot.deliver();
    const spent = state === 'queued' ? 'Nothing was spent.' : 'It may have cost credits';
    expect(world.chat.messages[0]?.message.text).toContain(spent);
    expect(await isAged()).toEqual([]);
  });

  it('delivers a job that is done at the last look', async () => {
    const job = await world.running();
    hours(1.5);
    await step();
    expect((await world.row(job.id)).state).toBe('ready');
  });

  it('fails a job in doubt as ambiguous after three hours', async () => {
    const { id } = await world.asked();
    const claimed = await world.transitions.claim(key, 45_000);
    if (claimed) await world.transitions.doubt((await world.transitions.sending(claimed, 45_000)) ?? claimed);
    hours(2.9);
    await step();
    expect((await world.row(id)).state).toBe('unknown');
    hours(0.2);
    await step();
    expect(await failure(id)).toEqual({ code: 'ambiguous' });
  });

  it('fails a job as ambiguous that was sent under a claim without an end', async () => {
    const { id } = await world.asked();
    const held = await world.transitions.claim(key, 100 * 3_600_000);
    if (held) await world.transitions.sending(held, 100 * 3_600_000);
    hours(1.1);
    await step();
    expect(await failure(id)).toEqual({ code: 'ambiguous' });
  });
});

describe('watchdog, for a delivery past its limit', () => {
  it('writes a delivery that is missing', async () => {
    const job = await world.ready();
    await world.db.run(sql`delete from deliveries returning id`);
    hours(0.2);
    expect(await step()).toBe(true);
    // A ping follows, because the job took long.
    for (const said of ['result', 'ping']) expect([said, await world.bot.deliver()]).toEqual([said, true]);
    expect((await world.row(job.id)).state).toBe('closed');
    expect(world.chat.delivered()).toHaveLength(2);
  });

  it('takes a delivery from a holder that never finishes it', async () => {
    await world.ready();
    const [held] = await world.deliveries.claim(100 * 3_600_000, 1);
    hours(0.6);
    await step();
    expect(await world.deliveries.sent(held ?? expect.fail(), { platform: 'playground', channel: 'c', id: '1' })).toBe(
      'lost',
    );
    await world.bot.deliver();
    expect(world.chat.delivered()).toHaveLength(1);
  });

  it('gives up a delivery that no process posted for more than a day', async () => {
    const job = await world.ready();
    await world.db.run(sql`update deliveries set next_at = next_at + interval '1 year' returning id`);
    hours(24.9);
    await step();
    expect((await world.row(job.id)).state).toBe('ready');
    hours(0.2);
    await step();
    expect((await world.row(job.id)).state).toBe('closed');
    expect(await world.said(job.id)).toMatchObject([{ state: 'kept', error: 'nobody posted it in time' }]);
  });
});

it('watchdog counts unfinished rows by state, and leaves recent ones alone', async () => {
  await world.asked();
  world.pass(30);
  await world.asked();
  await world.db.run(sql`update jobs set lane = 'other' where id = 2 returning id`);
  expect(await ages()).toEqual([{ what: 'job', state: 'queued', count: 2, oldest: 30, stuck: 0 }]);
  await world.transitions.fail(1, { code: 'empty', details: undefined }, 'queued');
  world.pass(5);
  expect(await ages()).toEqual([
    { what: 'job', state: 'failed', count: 1, oldest: 5, stuck: 0 },
    { what: 'job', state: 'queued', count: 1, oldest: 5, stuck: 0 },
    { what: 'delivery', state: 'pending', count: 1, oldest: 5, stuck: 0 },
  ]);
  expect(await step()).toBe(false);
});

it('watchdog looks once a minute, and logs once an hour at most', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await world.asked(imagine(`boat ${round}`));
    await world.db.run(sql`update jobs set deadline_at = deadline_at - interval '1 day' where id = ${id} returning id`);
    expect(await step()).toBe(round === 0);
    world.pass(61);
    await step();
  }
  expect(lines.filter((line) => line.includes('rows passed their limit'))).toHaveLength(1);
  hours(1);
  const { id } = await world.asked(imagine('the last boat'));
  await world.db.run(sql`update jobs set deadline_at = deadline_at - interval '1 day' where id = ${id} returning id`);
  await step();
  expect(lines.filter((line) => line.includes('rows passed their limit'))).toHaveLength(2);
});

describe('watchdog, with a clock that was set back by a day', () => {
  const overdue = async (prompt: string) => {
    const { id } = await world.asked(imagine(prompt));
    await world.db.run(sql`update jobs set deadline_at = deadline_at - interval '1 day' where id = ${id} returning id`);
  };

  it('looks and logs at once', async () => {
    const clock = createMovedClock(world.clock.now());
    const watchdog = watchdogWith(clock);
    await overdue('a boat');
    expect(await watchdog(signal)).toBe(true);
    clock.pass(-86_400);
    await overdue('another boat');
    expect(await watchdog(signal)).toBe(true);
    expect(lines.filter((line) => line.includes('rows passed their limit'))).toHaveLength(2);
  });
});
