/**
 * Lets one process use a folder, by a lock file beside it. Takes the lock over from a dead process only, never from a slow
 * one. The file names its owner: `{"pid":41,"host":"box","boot":"6f0c…","started":"8123"}`.
 */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

/** The content of a lock file. `boot` and `started` are empty on systems that do not tell them. */
const lockContent = z.object({ pid: z.number(), host: z.string(), boot: z.string(), started: z.string() });

/** Paths that this process has locked. Its pid in a file alone proves nothing. */
const held = new Set<string>();

/**
 * Takes the lock beside `folder` and returns the function that gives it back. Rejects while another living process has
 * the lock, with a sentence that names the process.
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

/** Returns whether this process has the lock now. False when there is a lock already. */
async function take(path: string): Promise<boolean> {
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    boot: await bootId(),
    started: await startOf(process.pid),
  });
  // A file that is written aside and linked into place is never seen half-written. Linking fails where a lock exists.
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

/** Returns the owner in a lock file. Undefined when the file is gone or is no lock of ours. */
async function read(path: string): Promise<z.infer<typeof lockContent> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return lockContent.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Returns whether the owner of a lock may still run. */
async function lives(owner: z.infer<typeof lockContent>, path: string): Promise<boolean> {
  // This host cannot see the processes of another one, and respects its lock.
  if (owner.host !== hostname()) return true;
  if (owner.boot !== (await bootId())) return false;
  if (owner.pid === process.pid) return held.has(path);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM says that there is such a process, of another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  // The system may have given the number to another process since. The start time tells them apart.
  return owner.started === (await startOf(owner.pid));
}

/** Returns an id that changes with every boot of the machine. Empty on systems that do not tell it. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/** Returns when a process started, in the kernel's ticks (field 22 of /proc/PID/stat). Empty on systems that do not tell it. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets and may hold spaces, so the count begins behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
