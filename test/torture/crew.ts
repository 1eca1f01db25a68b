/** Divides seeds among processes, one for each core, and adds up their verdicts. */
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';
import { dumpTemplate } from './open-arena.ts';
import { type Order, sum, type Verdict } from './verdict.ts';
import type { Job } from './worker.ts';

const script = fileURLToPath(new URL('./worker.ts', import.meta.url));
type Message = { line?: string; verdict?: Verdict; caught?: number };

/** Runs one process to its end. Rejects when it ends without a verdict. */
async function work(job: Job, log: Order['log']): Promise<Message> {
  const child = fork(script, [JSON.stringify(job)], { execArgv: process.execArgv });
  let last: Message | undefined;
  child.on('message', (said: Message) => {
    if (said.line) log(said.line);
    if (said.verdict || 'caught' in said || Object.keys(said).length === 0) last = said;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0 || !last) throw new Error(`a worker ended with ${code}`);
  return last;
}

async function withTemplate<T>(use: (template: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-torture-'));
  try {
    const template = join(folder, 'template.tar');
    await writeFile(template, await dumpTemplate());
    return await use(template);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the seeds of one worker: every n-th one, so that all workers have about equal work. */
const partitionOf = (from: number, seeds: number, worker: number, workers: number) =>
  Array.from({ length: seeds }, (_, index) => from + index).filter((_, index) => index % workers === worker);

async function runOnWorkers(level: 1 | 2, { from, seeds, log }: Order, engine: Job['engine'], workers: number) {
  const said = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      work({ level, seeds: partitionOf(from, seeds, index, workers), engine }, log),
    ),
  );
  return said.flatMap(({ verdict }) => verdict ?? []);
}

const workers = () => Math.max(1, Math.min(4, availableParallelism()));

/** Runs level 1: in virtual time, on a database in memory. */
export const runSimulation = (order: Order): Promise<Verdict> =>
  withTemplate(async (template) => sum(1, await runOnWorkers(1, order, { template, onDisk: false }, workers())));

/** Runs level 2: the plans of level 1 on a database on disk, and on a server where there is one. */
export const runOnEngines = (order: Order, server: string | undefined): Promise<Verdict> =>
  withTemplate(async (template) => {
    const onDisk = await runOnWorkers(2, order, { template, onDisk: true }, workers());
    order.log(`embedded, on disk: ${order.seeds} seeds`);
    if (server === undefined) {
      order.log('no server answers; set TEST_DATABASE_URL to one on which databases may be created');
      return sum(2, onDisk);
    }
    const onServer = await runOnWorkers(2, order, { server }, workers());
    order.log(`on the server: ${order.seeds} seeds`);
    return sum(2, [...onDisk, ...onServer]);
  });

/** Returns the first seed that catches each mutant. Undefined for a mutant that none of them catches. */
export const catchMutants = (mutants: readonly Mutant[], { from, seeds, log }: Order) =>
  withTemplate(async (template) => {
    const caught = new Map<Mutant, number | undefined>();
    const waiting = [...mutants];
    const all = partitionOf(from, seeds, 0, 1);
    const one = async () => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const job = { level: 1 as const, seeds: all, mutant, engine: { template, onDisk: false } };
        const said = await work(job, (line) => log(`${mutant}: ${line}`));
        caught.set(mutant, said.caught);
      }
    };
    await Promise.all(Array.from({ length: workers() }, one));
    return caught;
  });
