/** Processes of the bench's own: started with a name and settings, asked things, and ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stillGoing, undoneWhenBrokenOff } from './broken-off.ts';

/** Nothing that is asked of a child takes longer, and it is gone so long after it was told to go. Milliseconds. */
const [patience, farewell] = [180_000, 5_000];

export type Child = {
  pid: number;
  ask<T>(what: string, given?: unknown): Promise<T>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Lets it go: what it was doing does not matter any more. It leaves by itself, so that a profile of it is written. */
  stop(): Promise<void>;
};

/** Each with the folder that it may fill. */
const running = new Map<ChildProcess, string>();
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

/** Starts `script` of this folder; resolves once it has said that it is ready. */
export async function startChild(script: string, settings: object): Promise<Child> {
  stillGoing();
  const folder = mkdtempSync(join(tmpdir(), 'photogpt-bot-bench-'));
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify({ ...settings, folder })], {
    // A bench that is profiled (`node --cpu-prof …`) has its processes profiled too.
    execArgv: ['--import', 'tsx', '--expose-gc', ...process.execArgv.filter((one) => one.startsWith('--cpu-prof'))],
    // Standard output is the bench's own.
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
      const late = setTimeout(() => reject(new Error(`${script} did not answer to ${what}`)), patience);
      const finish = (end: () => void) => {
        clearTimeout(late);
        end();
      };
      waiting.set(id, {
        // The two ends of this channel are written together.
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
    const late = setTimeout(() => child.kill('SIGKILL'), farewell);
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

/** The child's side: answers by name. `ready` is asked of every child. */
export function answering(answers: Record<string, (given: never) => unknown>): void {
  process.on('message', async ({ id, what, given }: { id: number; what: string; given: never }) => {
    try {
      const value = await answers[what]?.(given);
      process.send?.({ id, value });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // Whoever started this is gone, or needs it no more.
  process.once('disconnect', () => process.exit(0));
}

/** What the child was started with, and `folder`, which is its own and goes when it goes. */
// biome-ignore lint/suspicious/noExplicitAny: both ends are written together.
export const settingsOf = (): any => JSON.parse(process.argv[2] ?? '{}');
