import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { type OpenBot, openBot } from './open-bot.ts';

const database = useDatabase();
const prompt = 'a lighthouse at dusk';
const person = (id: string, roles: string[] = []) => ({ id, name: id, roles, moderator: false });
const moderator = () => origin({ person: { ...person('cleo'), moderator: true } });
const ben = () => origin({ person: person('ben') });
const values = (message: Message) => (message.facts ?? []).map(({ label, value }) => `${label}: ${value}`);
const set = ({ run }: OpenBot, name: string, value: string) => run('settings set', { name, value }, moderator());

/** Ends a job as PhotoGPT would: with two pictures when it is done. */
const end = ({ db }: OpenBot, id: number | undefined, outcome: 'done' | 'failed', credits: number | null) =>
  db.run(sql`update jobs set state = 'closed', outcome = ${outcome}, closed_at = ${db.now}, credits = ${credits}::float8,
    outputs = case when ${outcome} = 'done' then '[{"kind":"image","id":"a"},{"kind":"image","id":"b"}]'::jsonb else '[]' end,
    failure = case when ${outcome} = 'failed' then '{"code":"empty"}'::jsonb end where id = ${id ?? 0} returning id`);

describe('spending limits', () => {
  it('stop jobs above the daily limit until midnight UTC', async () => {
    const world = await openBot(database);
    const { run, clock, rows } = world;
    await set(world, 'person-daily-jobs', '2');
    await run('imagine', { prompt });
    await run('imagine', { prompt });
    const { text } = await run('imagine', { prompt });
    expect(text).toMatch(
      /^You may start 2 jobs today; you have none left\. Nothing was spent\. It starts afresh in (one|\d+) (second|minute|hour)s?; \/budget shows more\.$/,
    );
    expect(await run('imagine', { prompt }, ben())).toMatchObject({ tone: 'working' });
    expect((await rows()).jobs).toBe(3);
    clock.pass(24 * 3_600);
    expect(await run('imagine', { prompt })).toMatchObject({ tone: 'working' });
  });

  it('hold for calls that come at once', async () => {
    const world = await openBot(database, { maxOpen: 50 });
    await set(world, 'place-daily-jobs', '4');
    await set(world, 'open-jobs', '3');
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) => world.run('imagine', { prompt }, index % 2 ? ben() : origin())),
    );
    expect(all.filter(({ tone }) => tone === 'working')).toHaveLength(4);
    expect((await world.rows()).jobs).toBe(4);
  });

  it('limit unfinished jobs as the moderators and the operator say', async () => {
    const world = await openBot(database, { maxOpen: 4 });
    await set(world, 'open-jobs', '3');
    const many = (from: () => ReturnType<typeof origin>) =>
      Promise.all(Array.from({ length: 8 }, () => world.run('imagine', { prompt }, from())));
    const asked = await many(() => origin());
    expect(asked.filter(({ tone }) => tone === 'working')).toHaveLength(3);
    expect(asked.find(({ tone }) => tone === 'bad')?.text).toBe(
      'You already have 3 jobs on the way. Nothing was spent. At most 3 at a time; wait for one to finish, or cancel one.',
    );
    await set(world, 'exempt-roles', 'artists');
    const exempt = await many(() => origin({ person: person('dan', ['artists']) }));
    expect(exempt.filter(({ tone }) => tone === 'working')).toHaveLength(4);
  });

  it('count paid credits and expected ones, and none for failures', async () => {
    const world = await openBot(database);
    const { run, clock } = world;
    // An hour into a day, so that ten minutes later is the same day.
    clock.pass(25 * 3_600 - ((clock.now() / 1_000) % 86_400));
    const first = await run('imagine', { prompt, count: 2 });
    await end(world, first.job, 'done', 8);
    // The bot learns the price of a picture from paid jobs.
    clock.pass(600);
    const second = await run('imagine', { prompt });
    expect(values(await run('budget'))).toEqual(
      expect.arrayContaining(['#1: nanobanana-2, 8 credits', '#2: nanobanana-2, about 4 credits']),
    );
    await set(world, 'person-daily-credits', '15');
    expect((await run('imagine', { prompt })).text).toMatch(
      /^You may spend 15 credits today; you have 3 left, and this would take about 4\. Nothing was spent\./,
    );
    await end(world, second.job, 'failed', null);
    expect(await run('imagine', { prompt })).toMatchObject({ tone: 'working' });
    expect((await run('imagine', { prompt })).tone).toBe('bad');
  });

  it('stay used when the results are deleted', async () => {
    const world = await openBot(database);
    const { run } = world;
    await set(world, 'person-daily-jobs', '1');
    const { job } = await run('imagine', { prompt });
    await end(world, job, 'done', 4);
    expect((await run('delete', { job })).text).toContain('was deleted');
    expect((await world.rows()).jobs).toBe(0);
    expect((await run('imagine', { prompt })).text).toContain('You may start 1 job today');
    expect((await run('budget')).text).toContain('Today you have used **1** job for **4** credits');
  });

  it('hold for all people of a place together', async () => {
    const world = await openBot(database);
    const { run, clock } = world;
    await set(world, 'place-monthly-jobs', '2');
    await set(world, 'exempt-roles', 'artists');
    await run('imagine', { prompt });
    await run('imagine', { prompt }, ben());
    const artist = origin({ person: person('dan', ['artists']) });
    expect((await run('imagine', { prompt }, artist)).text).toMatch(
      /^All of you together may start 2 jobs this month; there are none left\..*moderators can raise it\.$/,
    );
    clock.pass(32 * 24 * 3_600);
    expect(await run('imagine', { prompt }, ben())).toMatchObject({ tone: 'working' });
  });
});

describe('/budget', () => {
  it('shows use, rest and reset of each limit to the person alone', async () => {
    const world = await openBot(database);
    expect(await world.run('budget')).toMatchObject({
      private: true,
      text: expect.stringContaining('Today you have used **0** jobs for **0** credits, this month **0** jobs'),
      facts: [{ label: 'on the way', value: '0 of at most 5' }],
    });
    await set(world, 'person-daily-jobs', '5');
    await set(world, 'place-daily-credits', '100');
    const { job } = await world.run('imagine', { prompt });
    await end(world, job, 'done', 4);
    await world.run('upscale', { job });
    const mine = values(await world.run('budget'));
    expect(mine[0]).toMatch(/^your jobs today: 1 of 5, 4 left, afresh in \d+ (s|min|h)$/);
    expect(mine.join()).not.toContain('everybody');
    const theirs = await world.run('budget', {}, moderator());
    expect(theirs.text).toContain('Everybody here: **1** job for **4** credits today');
    expect(values(theirs).join()).toContain('everybody’s credits today: 4 of 100, 96 left');
  });

  it('tells how many jobs have no known cost', async () => {
    const { run } = await openBot(database);
    await run('imagine', { prompt });
    expect((await run('budget')).text).toContain('What **1** job of today cost is not known.');
  });
});

describe('/jobs of a whole place', () => {
  it('is for moderators, and leaves out private jobs of others', async () => {
    const { run } = await openBot(database);
    await run('imagine', { prompt });
    await run('imagine', { prompt: 'a secret', private: true }, ben());
    expect((await run('jobs', { place: true })).text).toBe(
      'What everybody makes is for moderators only. Nothing was spent. Ask one of them.',
    );
    const seen = await run('jobs', { place: true }, moderator());
    expect(values(seen)).toEqual([`#1: waiting · Ada · ${prompt}`]);
    expect(seen.text).toContain('**1** are private');
  });
});
