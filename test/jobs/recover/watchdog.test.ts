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
    clock,
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

it('has a limit for every state that is not the end', () => {
  const watched = (what: string) => limits.filter((one) => one.what === what).map(({ state }) => state);
  expect(watched('job').sort()).toEqual(jobStates.filter((state) => state !== 'closed').sort());
  expect(watched('delivery').sort()).toEqual(['pending', 'sending']);
});

describe('work that nobody looks after any more', () => {
  it.each(['queued', 'running'])('under an old key is ended from %s, in words that say what it cost', async (state) => {
    const job = state === 'queued' ? await world.asked() : await world.running();
    await world.db.run(sql`update jobs set key = 'the key before' where id = ${job.id} returning id`);
    hours(1.1);
    // It may still be at work somewhere else.
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

  it('is asked after a last time, and delivered when it is done after all', async () => {
    const job = await world.running();
    hours(1.5);
    await step();
    expect((await world.row(job.id)).state).toBe('ready');
  });

  it('in doubt ends as “nobody can tell”, and so does what was sent under a claim that is renewed for ever', async () => {
    const doubtful = await world.asked();
    const claimed = await world.transitions.claim(key, 45_000);
    if (claimed) await world.transitions.doubt((await world.transitions.sending(claimed, 45_000)) ?? claimed);
    hours(2.9);
    await step();
    expect((await world.row(doubtful.id)).state).toBe('unknown');
    hours(0.2);
    await step();
    expect(await failure(doubtful.id)).toEqual({ code: 'ambiguous' });

    const renewed = await world.asked(imagine('a boat'));
    const held = await world.transitions.claim(key, 100 * 3_600_000);
    if (held) await world.transitions.sending(held, 100 * 3_600_000);
    hours(1.1);
    await step();
    expect(await failure(renewed.id)).toEqual({ code: 'ambiguous' });
  });
});

describe('something that must still be said', () => {
  it('and was forgotten is said', async () => {
    const job = await world.ready();
    await world.db.run(sql`delete from deliveries returning id`);
    hours(0.2);
    expect(await step()).toBe(true);
    // It took so long that a ping follows.
    for (const said of ['result', 'ping']) expect([said, await world.bot.deliver()]).toEqual([said, true]);
    expect((await world.row(job.id)).state).toBe('closed');
    expect(world.chat.delivered()).toHaveLength(2);
  });

  it('is taken from whoever never ends it, who can then no longer end it', async () => {
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

  it('is kept to be asked for when nobody could say it for more than a day', async () => {
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

it('tells the age of everything that is not finished, and leaves alone what moves', async () => {
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

it('looks once a minute, and complains once an hour at most', async () => {
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

describe('a watchdog whose clock was set back by a day', () => {
  const overdue = async (prompt: string) => {
    const { id } = await world.asked(imagine(prompt));
    await world.db.run(sql`update jobs set deadline_at = deadline_at - interval '1 day' where id = ${id} returning id`);
  };

  it('looks and complains at once', async () => {
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
