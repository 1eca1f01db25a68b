import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { dropLeftovers, nameOfDatabase } from './leftovers.ts';

const template = inject('template');
const server = template.engine === 'postgres' ? template.server : '';

describe.skipIf(!server)('a bench that is broken off', () => {
  const sql = postgres(server, { max: 1, onnotice: () => {} });
  afterAll(() => sql.end());
  const databases = async () => {
    const rows = await sql`select datname from pg_database where datname like 'photogpt_bench_%'`;
    return rows.map(({ datname }) => String(datname));
  };

  it('drops its databases before it ends', async () => {
    const before = await databases();
    const script = fileURLToPath(new URL('main.ts', import.meta.url));
    const bench = spawn(process.execPath, ['--import', 'tsx', script, '--quick', '--only', 'sql'], {
      env: { ...process.env, TEST_DATABASE_URL: server },
      stdio: 'ignore',
    });
    const ended = once(bench, 'exit');
    const made = async () => (await databases()).filter((name) => !before.includes(name));
    await expect.poll(made, { timeout: 20_000, interval: 20 }).not.toEqual([]);
    const names = await made();
    bench.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect((await databases()).filter((name) => names.includes(name))).toEqual([]);
  });

  it('leaves databases that the next bench drops, if they are old and unused', async () => {
    const now = Date.now();
    const hour = 3_600_000;
    const [old, used, young] = [now - 2 * hour, now - 2 * hour, now].map(nameOfDatabase);
    for (const name of [old, used, young]) await sql.unsafe(`create database ${name}`);
    const somebody = postgres(Object.assign(new URL(server), { pathname: `/${used}` }).href, { max: 1 });
    await somebody`select 1`;
    try {
      expect(await dropLeftovers(server, now)).toContain(old);
      const left = await databases();
      expect(left).not.toContain(old);
      expect(left).toEqual(expect.arrayContaining([used, young]));
    } finally {
      await somebody.end();
      for (const name of [old, used, young]) await sql.unsafe(`drop database if exists ${name} with (force)`);
    }
  });
});
