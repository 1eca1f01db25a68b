import { setTimeout as rest } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/connect.ts';
import { openPostgres } from '../../../src/db/engines/postgres.ts';
import { troubleOf } from '../../../src/db/trouble.ts';
import { createTtlStore } from '../../../src/db/ttl-store.ts';
import { openDoor } from '../door.ts';

let door: Awaited<ReturnType<typeof openDoor>>;
let db: Database;
beforeAll(async () => {
  door = await openDoor();
  db = await openPostgres(door.url, undefined, { statementTimeoutMs: 1_500 });
});
afterAll(async () => {
  await db.close();
  await door.close();
});
afterEach(() => door.open());

const soon = { timeout: 10_000, interval: 20 };
/** Resolves with the trouble of a statement. Undefined when it succeeds. */
const trouble = (statement: PromiseLike<unknown>) => Promise.resolve(statement).then(() => undefined, troubleOf);
const ask = () => db.run(sql`select 1 as one`);
const recovered = () => expect.poll(() => trouble(ask()), soon).toBeUndefined();

describe('a pool', () => {
  it('is in doubt about a statement whose answer was lost', async () => {
    const ttlStore = createTtlStore(db);
    door.loseInsert('drafts');
    expect(await trouble(ttlStore.put('lost', 1, 60_000))).toEqual({ kind: 'away', done: 'unknown' });
    await expect.poll(() => ttlStore.get('lost').catch(() => 'away'), soon).toBe(1);
  });

  it('says at once that the server is gone, and works when it is back', async () => {
    await ask();
    await door.shut();
    await trouble(ask());
    const began = door.visits();
    // The pool waits three seconds for a restart, and not longer.
    await expect.poll(() => trouble(ask()), soon).toEqual({ kind: 'away', done: 'no' });
    expect(await db.answers().catch(() => 'away')).toBe('away');
    await door.open();
    await recovered();
    expect(door.visits() - began).toBeLessThan(40);
  });

  it('hides a short restart of the server', async () => {
    await ask();
    await door.shut();
    // The first statement learns that its connection broke, because the server may have received it.
    await trouble(ask());
    const asked = Promise.all(Array.from({ length: 5 }, () => trouble(ask())));
    await door.open();
    expect((await asked).filter(Boolean)).toEqual([]);
  });

  it('gives up a silent server in time, and works when it answers again', async () => {
    await ask();
    door.hang();
    const before = performance.now();
    const answers = await Promise.all(Array.from({ length: 30 }, () => trouble(ask())));
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(new Set(answers.map((each) => each?.kind))).toEqual(new Set(['silent', 'crowded']));
    // A statement that never left did surely nothing.
    expect(answers.every((each) => each?.kind !== 'crowded' || each.done === 'no')).toBe(true);
    await door.open();
    await recovered();
  });

  it('waits for a slow server, even after a silence', async () => {
    await recovered();
    const slowly = (milliseconds: number) => {
      door.delay(milliseconds);
      return trouble(ask()).finally(() => door.delay(0));
    };
    expect(await slowly(2_500)).toEqual({ kind: 'silent', done: 'unknown' });
    expect(await slowly(300)).toBeUndefined();
    await recovered();
  });

  it('tells a crowded server from one that is gone', async () => {
    await ask();
    door.crowd();
    await trouble(ask());
    expect(await trouble(ask())).toEqual({ kind: 'crowded', done: 'no' });
    await door.open();
    await recovered();
  });

  it('replaces sessions that took no writes', async () => {
    const ttlStore = createTtlStore(db);
    await db.run(sql`set session characteristics as transaction read only`);
    // Often enough to reach every session of the pool.
    for (let session = 0; session < 25; session += 1)
      await db.run(sql`set session characteristics as transaction read only`);
    expect(await trouble(ttlStore.put('a', 1, 60_000))).toEqual({ kind: 'read-only', done: 'no' });
    await door.behind('set session characteristics as transaction read write');
    await expect.poll(() => trouble(ttlStore.put('a', 2, 60_000)), soon).toBeUndefined();
    expect(await ttlStore.get('a')).toBe(2);
  });

  it('keeps a transaction whole when the server goes away', async () => {
    await recovered();
    const written = db.orm.transaction(async (tx) => {
      await tx.execute(sql`insert into drafts (key, content, until) values ('half', '1', now())`);
      await door.shut();
      await rest(50);
      await tx.execute(sql`insert into drafts (key, content, until) values ('whole', '1', now())`);
    });
    expect((await trouble(written))?.kind).toBe('away');
    await door.open();
    await recovered();
    expect(await db.run(sql`select key from drafts where key in ('half', 'whole')`)).toEqual([]);
  });
});

describe('a transaction that is sent as a whole', () => {
  const put = (key: string) => sql`insert into drafts (key, content, until) values (${key}, '1', now())`;
  const count = (like: string) => sql`select count(*)::int as count from drafts where key like ${like}`;

  it('lets each statement see the others, and returns the rows of each', async () => {
    await recovered();
    const rows = await db.together([put('seen'), count('seen'), sql`select set_config('bot.word', 'said', true)`]);
    expect(rows.map((some) => some.length)).toEqual([0, 1, 1]);
    expect(rows[1]).toEqual([{ count: 1 }]);
    // A setting of one transaction does not reach the next one.
    const [heard] = await db.together([sql`select nullif(current_setting('bot.word', true), '') as word`]);
    expect(heard).toEqual([{ word: null }]);
  });

  it('does nothing when a statement fails, and leaves the next one alone', async () => {
    const outcomes = await Promise.allSettled([
      db.together([put('before'), sql`select 1 / 0`, put('after')]),
      ...['a', 'b', 'c'].map((key) => db.together([put(`fine ${key}`), count('fine %')])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    const counts = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value[1]?.[0]?.count] : []));
    expect(counts).toEqual([1, 2, 3]);
    expect(await db.run(count('before'))).toEqual([{ count: 0 }]);
    expect(await db.run(count('after'))).toEqual([{ count: 0 }]);
  });

  it('stays whole when the server goes away meanwhile', async () => {
    for (let round = 0; round < 5; round += 1) {
      await recovered();
      await db.together([count('none')]);
      const written = db.together([put(`half ${round}`), sql`select pg_sleep(0.02)`, put(`whole ${round}`)]);
      const what = trouble(written);
      await rest(round * 3);
      await door.shut();
      const told = await what;
      await door.open();
      await recovered();
      const [row] = await db.run(sql`select count(*)::int as count from drafts
        where key in (${`half ${round}`}, ${`whole ${round}`})`);
      expect([0, 2]).toContain(row?.count);
      if (!told) expect(row?.count).toBe(2);
    }
    expect(await db.together([sql`select 1 as one`])).toEqual([[{ one: 1 }]]);
  });
});

it('a list of texts arrives unchanged, whatever is in it', async () => {
  const words = ['a', 'b,c', '{"d"}', 'back\\slash', "quote'", 'NULL', ''];
  const [row] = await db.run(sql`select array_length(${sql.param(words)}::text[], 1) as count,
    'back\\slash' = any(${sql.param(words)}::text[]) and '{"d"}' = any(${sql.param(words)}::text[]) as found`);
  expect(row).toEqual({ count: words.length, found: true });
});
