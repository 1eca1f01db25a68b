/** Processes of the bench's own: started with a name and settings, asked things, and ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Nothing that is asked of a child takes longer, in milliseconds. */
const patience = 180_000;

export type Child = {
  pid: number;
  ask<T>(what: string, given?: unknown): Promise<T>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits. */
  stop(): Promise<void>;
};

const running = new Set<ChildProcess>();
// A bench that is broken off leaves nothing behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** Starts `script` of this folder; resolves once it has said that it is ready. */
export async function startChild(script: string, settings: object): Promise<Child> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(settings)], {
    // A bench that is profiled (`node --cpu-prof …`) has its processes profiled too.
    execArgv: ['--import', 'tsx', '--expose-gc', ...process.execArgv.filter((one) => one.startsWith('--cpu-prof'))],
    // Standard output is the bench's own.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  running.add(child);
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
    for (const { reject } of waiting.values()) reject(new Error(`${script} ended early (${code ?? signal})`));
  });

  function ask<T>(what: string, given?: unknown): Promise<T> {
    asked += 1;
    const id = asked;
    return new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${script} did not answer to ${what}`)), patience);
      const settle = (end: () => void) => {
        clearTimeout(late);
        end();
      };
      waiting.set(id, {
        // The two ends of this channel are written together.
        resolve: (value) => settle(() => resolve(value as T)),
        reject: (error) => settle(() => reject(error)),
      });
      child.send({ id, what, given }, (error) => error && waiting.get(id)?.reject(error));
    });
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  await ask('ready');
  return {
    pid: child.pid ?? 0,
    ask,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await ask('stop').catch(() => undefined);
      await end('SIGTERM');
    },
  };
}

/** The child's side: answers by name. `ready` and `stop` are asked of every child. */
export function answering(answers: Record<string, (given: never) => unknown>): void {
  process.on('message', async ({ id, what, given }: { id: number; what: string; given: never }) => {
    try {
      const value = await answers[what]?.(given);
      process.send?.({ id, value });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // Whoever started this is gone.
  process.once('disconnect', () => process.exit(0));
}

/** What the child was started with. */
// biome-ignore lint/suspicious/noExplicitAny: both ends are written together.
export const settingsOf = (): any => JSON.parse(process.argv[2] ?? '{}');
