/** Child processes of the bench: starts them with settings, asks them, and ends them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stillGoing, undoneWhenBrokenOff } from './broken-off.ts';

/** Time limit of one answer, which is longer than any run. */
const answerTimeoutMs = 180_000;
/** Time for a child to leave by itself, after which it is killed. */
const stopTimeoutMs = 5_000;

/** A child process. */
export type Child = {
  pid: number;
  /** Asks for the answer `what`. Rejects with the error of the child. */
  ask<T>(what: string, given?: unknown): Promise<T>;
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>;
  /** Lets it leave by itself, so that it writes its profile. Its work no longer matters. */
  stop(): Promise<void>;
};

/** The running children with their folders. */
const running = new Map<ChildProcess, string>();
/** Removes a folder. */
const removed = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
process.once('exit', () => {
  for (const [child, folder] of running) {
    child.kill('SIGKILL');
    removed(folder);
  }
});
undoneWhenBrokenOff(() => {
  for (const child of running.keys()) child.kill('SIGKILL');
});

/** Starts `script` of this folder. Resolves once it is ready. */
export async function startChild(script: string, settings: object): Promise<Child> {
  stillGoing();
  const folder = mkdtempSync(join(tmpdir(), 'photogpt-bot-bench-'));
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify({ ...settings, folder })], {
    // A profiled bench (`node --cpu-prof …`) profiles its children too.
    execArgv: ['--import', 'tsx', '--expose-gc', ...process.execArgv.filter((one) => one.startsWith('--cpu-prof'))],
    // Standard output is for the bench only.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  running.set(child, folder);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', (message: { id: number; value?: unknown; error?: string }) => {
    const one = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error !== undefined) one?.reject(new Error(`${script}: ${message.error}`));
    else one?.resolve(message.value);
  });
  child.once('exit', (code, signal) => {
    running.delete(child);
    removed(folder);
    for (const { reject } of waiting.values()) reject(new Error(`${script} ended early (${code ?? signal})`));
  });

  function ask<T>(what: string, given?: unknown): Promise<T> {
    asked += 1;
    const id = asked;
    return new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${script} did not answer to ${what}`)), answerTimeoutMs);
      const finish = (end: () => void) => {
        clearTimeout(late);
        end();
      };
      waiting.set(id, {
        // The types of both ends are written together.
        resolve: (value) => finish(() => resolve(value as T)),
        reject: (error) => finish(() => reject(error)),
      });
      child.send({ id, what, given }, (error) => error && waiting.get(id)?.reject(error));
    });
  }

  async function end(how: () => void): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    how();
    const late = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await gone;
    clearTimeout(late);
  }
  await ask('ready');
  return {
    pid: child.pid ?? 0,
    ask,
    kill: () => end(() => child.kill('SIGKILL')),
    stop: () => end(() => child.connected && child.disconnect()),
  };
}

/** Answers in a child, by name. Every child needs `ready`. */
export function answering(answers: Record<string, (given: never) => unknown>): void {
  process.on('message', async ({ id, what, given }: { id: number; what: string; given: never }) => {
    try {
      const value = await answers[what]?.(given);
      process.send?.({ id, value });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // The parent is gone, or has stopped this child.
  process.once('disconnect', () => process.exit(0));
}

/** Returns the settings of this child, and `folder`, which is removed when the child ends. */
// biome-ignore lint/suspicious/noExplicitAny: the types of both ends are written together.
export const settingsOf = (): any => JSON.parse(process.argv[2] ?? '{}');
