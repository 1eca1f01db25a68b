import { describe, expect, it } from 'vitest';
import { jobs } from '../../../src/db/schema/schema.ts';
import { openTestDatabase } from '../engine.ts';

describe('the schema', () => {
  it('starts with every table in place and refuses rows that contradict themselves', async () => {
    const database = await openTestDatabase();
    expect(await database.orm.select().from(jobs)).toEqual([]);
    const closedButOpen = database.orm.insert(jobs).values({ ...row, state: 'closed', outcome: 'done' });
    await expect(closedButOpen).rejects.toThrow();
    await database.close();
  });
});

const row = {
  platform: 'playground',
  event: 'e1',
  tenant: 't',
  person: 'p',
  channel: 'c',
  origin: {
    platform: 'playground' as const,
    event: 'e1',
    tenant: 't',
    place: { kind: 'direct' as const },
    person: { id: 'p', name: 'P', roles: [], moderator: false },
    locale: 'en',
    private: false,
  },
  call: { command: 'imagine', options: {} },
  private: false,
  operation: 'image' as const,
  model: 'm',
  request: {},
  key: 'k',
  lane: 'unpriced',
  deadlineAt: new Date(0),
};
