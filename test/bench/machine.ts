/** What the figures were measured on. */
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { versionOf } from './databases.ts';

export type Machine = Awaited<ReturnType<typeof describeMachine>>;

/** `load` is the average of the last minute before the bench began: much above 0.5 and times are not worth much. */
export async function describeMachine(server: string | undefined) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release().replace(/-.*/, '')}`,
    node: process.version,
    postgres: server ? await versionOf(server) : undefined,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    at: new Date().toISOString().slice(0, 10),
  };
}

export const inWords = ({ cpu, cores, memory, system, node, postgres, load, at }: Machine): string =>
  `${cpu}, ${cores} cores, ${memory} GB, ${system}, Node ${node}, ${postgres ? `Postgres ${postgres}` : 'no Postgres server'}; ` +
  `load ${load} before it began; ${at}`;
