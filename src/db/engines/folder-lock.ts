/** One process per folder: a lock file that is taken over from the dead only, never from the slow. */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

const lockContent = z.object({ pid: z.number(), host: z.string(), boot: z.string(), started: z.string() });

/** Paths locked by this very process: its own pid in a file proves nothing. */
const held = new Set<string>();

/**
 * Takes the lock beside `folder` and returns what gives it back. Rejects while another living process has it, with a
 * sentence that names the process.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}.lock`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await take(path)) {
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    }
    const owner = await read(path);
    if (owner && (await lives(owner, path))) {
      throw new Error(
        `Process ${owner.pid} on ${owner.host} has the database in ${folder} open, and only one may. ` +
          `Stop it, set DATABASE_URL to share a Postgres server, or remove ${path} if that process is surely gone.`,
      );
    }
    await rm(path, { force: true });
  }
  throw new Error(`The lock ${path} cannot be taken: another process was quicker.`);
}

async function take(path: string): Promise<boolean> {
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    boot: await bootId(),
    started: await startOf(process.pid),
  });
  // Written aside and linked into place: a lock is never seen half-written, and linking fails where one exists.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, mine);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(path: string): Promise<z.infer<typeof lockContent> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return lockContent.parse(JSON.parse(text));
  } catch {
    return undefined; // Somebody's file, but no lock of ours.
  }
}

async function lives(owner: z.infer<typeof lockContent>, path: string): Promise<boolean> {
  // Another host's processes cannot be seen from here, so its lock is respected.
  if (owner.host !== hostname()) return true;
  if (owner.boot !== (await bootId())) return false;
  if (owner.pid === process.pid) return held.has(path);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM says that there is such a process, but that it is another user's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  // The number may have been given to another process since: its start time tells.
  return owner.started === (await startOf(owner.pid));
}

/** Changes with every boot of the machine; empty where the system does not tell. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/** When a process started, in the kernel's ticks (field 22 of /proc/PID/stat); empty where the system does not tell. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets and may hold spaces, so count from behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
