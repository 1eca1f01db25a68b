import { describe, expect, it } from 'vitest';
import { openPostgres } from '../../../src/db/engines/postgres.ts';

describe('a Postgres server', () => {
  it('is named when it cannot be used, without its password', async () => {
    const attempt = openPostgres('postgres://someone:hunter2@127.0.0.1:9/bot');
    await expect(attempt).rejects.toThrow(/127\.0\.0\.1:9/);
    await expect(attempt).rejects.not.toThrow(/hunter2/);
  });
});
