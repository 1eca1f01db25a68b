import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Origin } from '../../../src/chat.ts';
import { createAcceptance } from '../../../src/jobs/submit/acceptance-store.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin } from '../world.ts';

const database = useDatabase();
const call = { command: 'imagine', options: { prompt: 'a lighthouse at dusk' } };
const by = (id: string): Partial<Origin> => ({ person: { id, name: id, roles: [], moderator: false } });

/** Returns a world, and a function that asks it for a picture. */
async function open(settings: { maxOpen?: number; lanes?: number } = {}) {
  const world = await openWorld({ database, ...settings });
  const ask = (from: Origin) => world.bot.jobs.start(imagine(), { origin: from, call });
  return { world, ask };
}

describe('calls that come at one moment', () => {
  it('each make a job, numbered in their order', async () => {
    const { world, ask } = await open();
    const people = Array.from({ length: 40 }, (_, index) => `person-${index}`);
    const answers = await Promise.all(people.map((id) => ask(origin(by(id)))));
    const rows = await world.rows();
    expect(rows.map(({ person }) => person)).toEqual(people);
    expect(answers.map(({ job }) => job)).toEqual(rows.map(({ id }) => id));
    expect(rows.map(({ origin: { person } }) => person.id)).toEqual(people);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['queued']));
  });

  it('count together against the open jobs of a person', async () => {
    const { world, ask } = await open({ maxOpen: 3 });
    const mine = Array.from({ length: 10 }, () => ask(origin(by('ada'))));
    const others = ['grace', 'joan'].map((id) => ask(origin(by(id))));
    const outcomes = await Promise.allSettled([...mine, ...others]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(refusals).toHaveLength(7);
    expect(new Set(refusals.map((text) => /At most 3 at a time/.test(text)))).toEqual(new Set([true]));
    const rows = await world.rows();
    expect(rows.map(({ person }) => person).sort()).toEqual(['ada', 'ada', 'ada', 'grace', 'joan']);
  });

  it('count together in two processes as well', async () => {
    const { world, ask } = await open({ maxOpen: 5 });
    const other = world.replica();
    const askThere = (from: Origin) => other.jobs.start(imagine(), { origin: from, call });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) => (index % 2 ? ask : askThere)(origin(by('ada')))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await world.rows()).toHaveLength(5);
  });

  it('make one job when they are one event', async () => {
    const { world, ask } = await open({ maxOpen: 1 });
    const twice = origin();
    const [first, second] = await Promise.all([ask(twice), ask(twice), ask(origin(by('grace')))]);
    expect(second?.job).toBe(first?.job);
    expect(await world.rows()).toHaveLength(2);
  });

  it('are told how many jobs wait in front, those of the batch included', async () => {
    const { world, ask } = await open();
    await ask(origin(by('ada')));
    const answers = await Promise.all(['grace', 'joan', 'mary'].map((id) => ask(origin(by(id)))));
    expect(answers.map(({ text }) => text)).toEqual([
      'Waiting for its turn, one job ahead.',
      'Waiting for its turn, 2 jobs ahead.',
      'Waiting for its turn, 3 jobs ahead.',
    ]);
    expect(await world.rows()).toHaveLength(4);
  });

  it('are written one by one when one of them cannot be written', async () => {
    const { world } = await open();
    const given = (event: string, model: string) => ({
      ...imagine(),
      platform: 'playground',
      event,
      tenant: 'home',
      person: event,
      channel: 'playground/home/make-pictures',
      origin: origin(),
      call,
      private: false,
      key: 'key',
      lane: 'unpriced',
      model,
    });
    const deadlineMs = 60_000;
    // Postgres takes no text with a zero byte.
    const outcomes = await Promise.allSettled(
      ['fine', 'also fine', 'bad\u0000', 'fine too'].map((model, index) =>
        world.acceptance.insert(given(`given-${index}`, model), deadlineMs),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await world.rows()).map(({ model }) => model)).toEqual(['fine', 'also fine', 'fine too']);
  });

  it('share transactions of a hundred jobs', async () => {
    const { world } = await open();
    let transactions = 0;
    const counting = createAcceptance({
      ...world.db,
      together: (queries) => {
        transactions += 1;
        return world.db.together(queries);
      },
    });
    const row = (index: number) => ({
      ...imagine(),
      platform: 'playground',
      event: `many-${index}`,
      tenant: 'home',
      person: `p${index}`,
      channel: 'c',
      origin: origin(),
      call,
      private: false,
      key: 'key',
      lane: 'unpriced',
    });
    const made = await Promise.all(Array.from({ length: 150 }, (_, index) => counting.insert(row(index), 60_000)));
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(150);
    // A hundred jobs in the first one, and the rest in the second.
    expect(transactions).toBe(2);
    const [count] = await world.db.run(sql`select count(*)::int as count from jobs`);
    expect(count?.count).toBe(150);
  });
});
