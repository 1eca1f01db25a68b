/** The machine of the figures. */
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { versionOf } from './databases.ts';

/** A machine and the day. */
export type Machine = Awaited<ReturnType<typeof describeMachine>>;

/** Returns this machine. `load` is the mean of the minute before the bench. Far above 0.5, times mean little. */
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

/** Returns the machine in words. */
export const inWords = ({ cpu, cores, memory, system, node, postgres, load, at }: Machine): string =>
  `${cpu}, ${cores} cores, ${memory} GB, ${system}, Node ${node}, ${postgres ? `Postgres ${postgres}` : 'no Postgres server'}; ` +
  `load ${load} before it began; ${at}`;
