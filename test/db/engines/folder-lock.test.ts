import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/db/engines/folder-lock.ts';

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

  it('is taken over when another process has the number now', async () => {
    const owner = { pid: 1, host: hostname(), boot: (await bootId()).trim(), started: 'never' };
    await writeFile(join(folder, 'd.lock'), JSON.stringify(owner));
    await (await lockFolder(join(folder, 'd')))();
  });
});

const bootId = () => readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
const startOf = async (pid: number) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};
