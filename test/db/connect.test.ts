import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/db/engines/folder-lock.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { jobs } from '../../src/db/schema/schema.ts';
import { openTestDatabase } from './engine.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the lock of a folder', () => {
  it('lets one in and names the process to the second', async () => {
    const unlock = await lockFolder(join(folder, 'a'));
    await expect(lockFolder(join(folder, 'a'))).rejects.toThrow(`Process ${process.pid}`);
    await unlock();
    await (await lockFolder(join(folder, 'a')))();
  });

  it('is taken over from a process that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const dead = { pid: child.pid, host: hostname(), boot: (await bootId()).trim(), started: '1' };
    await writeFile(join(folder, 'b.lock'), JSON.stringify(dead));
    await (await lockFolder(join(folder, 'b')))();
  });

  it('is respected while its process lives, however old the file is', async () => {
    const owner = { pid: 1, host: hostname(), boot: (await bootId()).trim(), started: await startOf(1) };
    await writeFile(join(folder, 'c.lock'), JSON.stringify(owner));
    await expect(lockFolder(join(folder, 'c'))).rejects.toThrow('Process 1');
  });

  it('is taken over when the process number was given to somebody else', async () => {
    const owner = { pid: 1, host: hostname(), boot: (await bootId()).trim(), started: 'never' };
    await writeFile(join(folder, 'd.lock'), JSON.stringify(owner));
    await (await lockFolder(join(folder, 'd')))();
  });
});

describe('the database', () => {
  it('starts with every table in place and refuses rows that contradict themselves', async () => {
    const database = await openTestDatabase();
    expect(await database.orm.select().from(jobs)).toEqual([]);
    const closedButOpen = database.orm.insert(jobs).values({ ...row, state: 'closed', outcome: 'done' });
    await expect(closedButOpen).rejects.toThrow();
    await database.close();
  });

  it('says which server cannot be used, without its password', async () => {
    const attempt = openPostgres('postgres://someone:hunter2@127.0.0.1:9/bot');
    await expect(attempt).rejects.toThrow(/127\.0\.0\.1:9/);
    await expect(attempt).rejects.not.toThrow(/hunter2/);
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

const bootId = () => readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
const startOf = async (pid: number) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};
