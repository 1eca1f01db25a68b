/** A child process: started, read and killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as rest } from 'node:timers/promises';

/** A process that was started. */
export type Child = {
  pid: number;
  /**
   * Resolves with the first line that starts with `word`, without the word. Undefined when the process ended before.
   */
  said(word: string): Promise<string | undefined>;
  signal(signal: NodeJS.Signals): void;
  isAlive(): boolean;
  /** Resolves when it has ended, with its code or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** Kills it, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Closes the channel to a process that was started with `talks`. */
  disconnect(): void;
  /** Asks a process that was started with `talks`, and resolves with its answer. */
  ask(question: object): Promise<unknown>;
};

/** How to start a process. */
export type ChildOptions = {
  /** The arguments of Node, the program, and its arguments. */
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  /** The file that gets its error output. */
  logFile: string;
  talks?: boolean;
  /** Gets every line of its output. */
  onLine?(line: string): void;
};

/** Time limit of an answer. */
const answerTimeoutMs = 30_000;
/** Time in which the last output of a process is read after its end. */
const lastOutputMs = 200;

/** Starts a process. It is killed when this one ends. */
export function startChild({ args, env, cwd, logFile, talks = false, onLine }: ChildOptions): Child {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH ?? '', TMPDIR: process.env.TMPDIR ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(talks ? (['ipc'] as const) : [])],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const look of [...waiting]) look();
  };
  child.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }));
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      onLine?.(line);
      tell();
    });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('error', () => resolve(-1));
    // Not its `close`, because a process that it started may hold its output open for longer.
    child.once('exit', (code, signal) => {
      const isRead = child.stdout ? once(child.stdout, 'end') : Promise.resolve();
      void Promise.race([isRead, rest(lastOutputMs)]).then(() => resolve(signal ?? code ?? -1));
    });
  });
  const atExit = () => void child.kill('SIGKILL');
  process.once('exit', atExit);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    process.off('exit', atExit);
    tell();
  });
  let questions = 0;

  return {
    pid: child.pid ?? 0,
    said: (word) =>
      new Promise((resolve) => {
        const look = () => {
          const line = lines.find((one) => one.startsWith(`${word} `) || one === word);
          if (line === undefined && !isOver) return;
          waiting.delete(look);
          resolve(line?.slice(word.length + 1));
        };
        waiting.add(look);
        look();
      }),
    signal: (signal) => void child.kill(signal),
    isAlive: () => !isOver,
    ended,
    async kill() {
      if (isOver) return;
      child.kill('SIGKILL');
      await ended;
    },
    disconnect() {
      if (child.connected) child.disconnect();
    },
    async ask(question) {
      questions += 1;
      const number = questions;
      const signal = AbortSignal.timeout(answerTimeoutMs);
      child.send({ number, ...question });
      for (;;) {
        const [answer] = await once(child, 'message', { signal });
        if (answer.number === number) return answer.answer;
      }
    },
  };
}
