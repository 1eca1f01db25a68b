import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ttlEntries as table } from '../../src/db/schema/schema.ts';
import { createTtlStore } from '../../src/db/ttl-store.ts';
import { openTestDatabase, type TestDatabase } from './engine.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.orm.delete(table);
});

describe('the store of entries with an end', () => {
  it('returns the latest content of a key until its time is over', async () => {
    const ttlStore = createTtlStore(db);
    await ttlStore.put('form/1', { step: 1 }, 60_000);
    await ttlStore.put('form/1', { step: 2, words: ['“', "'"] }, 60_000);
    expect(await ttlStore.get('form/1')).toEqual({ step: 2, words: ['“', "'"] });
    db.advance(61_000);
    expect(await ttlStore.get('form/1')).toBeUndefined();
    expect(await ttlStore.get('form/2')).toBeUndefined();
  });

  it('lets one caller claim a key, and another one when its time is over', async () => {
    const ttlStore = createTtlStore(db);
    const claims = await Promise.all(Array.from({ length: 20 }, () => ttlStore.claim('event/9', 60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    db.advance(61_000);
    expect(await ttlStore.claim('event/9', 60_000)).toBe(true);
    expect(await ttlStore.claim('event/9', 60_000)).toBe(false);
  });

  it('lists the entries of a prefix, literally, and no emptied ones', async () => {
    const ttlStore = createTtlStore(db);
    for (const key of ['a_b/1', 'a_b/2', 'axb/3']) await ttlStore.put(key, key, 60_000);
    await ttlStore.put('a_b/2', null, 1);
    expect(await ttlStore.list('a_b/')).toEqual([{ key: 'a_b/1', content: 'a_b/1' }]);
    db.advance(61_000);
    expect(await ttlStore.list('')).toEqual([]);
  });

  it('removes entries whose time is over', async () => {
    const ttlStore = createTtlStore(db);
    for (let index = 0; index < 30; index += 1) await ttlStore.put(`old/${index}`, index, 1_000);
    db.advance(2_000);
    for (let index = 0; index < 4; index += 1) await ttlStore.put(`new/${index}`, index, 60_000);
    expect(await db.orm.$count(table)).toBe(4);
    expect(await db.orm.$count(table, sql`key like 'new/%'`)).toBe(4);
  });
});
