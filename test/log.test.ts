import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createTtlStore } from '../src/db/ttl-store.ts';
import { logTo } from '../src/log.ts';
import { openTestDatabase } from './db/engine.ts';

/** Returns the lines that a log writes. */
function written(what: object, secrets: string[] = []): string {
  let text = '';
  logTo({ write: (line) => (text += line) }, 'trace', secrets).info(what, 'something');
  return text;
}

describe('the log', () => {
  it('logs why a statement failed, but none of its values', async () => {
    const db = await openTestDatabase();
    await db.run(sql`alter table drafts rename to elsewhere`);
    const error: unknown = await createTtlStore(db)
      .put('key-of-a-form', 'words of a person', 1_000)
      .catch((each) => each);
    await db.run(sql`alter table elsewhere rename to drafts`);
    await db.close();
    const text = written({ err: error });
    expect(text).toContain('insert into');
    expect(text).toContain('42P01');
    expect(text).not.toMatch(/words of a person|key-of-a-form/);
  });

  it('removes the given secrets in every spelling', () => {
    const secrets = ['s3cr"et/with+signs', 'hunter2', 'abc'];
    const text = written(
      {
        url: `https://x.test/?k=${encodeURIComponent(secrets[0] ?? '')}`,
        said: secrets.join(' '),
        body: JSON.stringify(secrets),
      },
      secrets,
    );
    expect(text).not.toMatch(/s3cr|hunter2/);
    // Too short for a secret: half of all words contain it.
    expect(text).toContain('abc');
  });

  it.each([
    'xoxb-1234567890-abcdef',
    'xoxe.xoxp-1-abcdefghij',
    'xapp-1-A1-2-abcdef',
    'Bearer abcdefghijkl',
    'Bot MTAw.abcdef.ghijkl',
    'postgres://bot:hunter2@db.internal/bot',
    'https://hooks.slack.com/commands/T1/23/abc',
    'aW50ZXJhY3Rpb246MTIzNDU2Nzg5',
  ])('knows a credential by its looks: %s', (credential) => {
    const text = written({ err: new Error(`could not use ${credential}`) });
    expect(text).toContain('[secret]');
    expect(text).not.toContain(credential);
  });

  it('removes values of secret keys and logs the causes of an error', () => {
    const text = written({
      token: 'one',
      inner: { apiKey: 'two' },
      err: new Error('outer', { cause: new Error('inner') }),
    });
    expect(JSON.parse(text)).toMatchObject({
      token: '[secret]',
      inner: { apiKey: '[secret]' },
      err: { type: 'Error', message: 'outer', cause: { message: 'inner' } },
    });
  });
});
