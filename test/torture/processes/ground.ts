/** The parts that all seeds of a run share, because they take long to make: the program, the server, the sandbox. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { z } from 'zod';
import { startChild } from './child.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { buildRelease } from './release.ts';

const sandboxProgram = fileURLToPath(new URL('./sandbox-process.ts', import.meta.url));
/** The server to try where none can be started. */
const usualServer = 'postgres://postgres@127.0.0.1:5432/postgres';

const jobs = z.array(
  z.object({ jobId: z.string(), kind: z.string(), prompt: z.string(), failure: z.string().optional() }),
);

/** Returns databases on a given server. It is not ours, so it is not killed. */
async function givenServer(): Promise<Pick<Cluster, 'create' | 'drop'> | undefined> {
  const server = process.env.TEST_DATABASE_URL ?? usualServer;
  const run = async (statement: string) => {
    const sql = postgres(server, { max: 1, connect_timeout: 3, onnotice: () => {} });
    await sql.unsafe(statement).finally(() => sql.end({ timeout: 1 }));
  };
  try {
    await run('select 1');
  } catch {
    return undefined;
  }
  return {
    async create(name) {
      await run(`create database ${name}`);
      return Object.assign(new URL(server), { pathname: `/${name}` }).href;
    },
    drop: (name) => run(`drop database if exists ${name} with (force)`),
  };
}

/** Opens the ground. `keys` are the API keys that the sandbox knows. `speed` is the factor on the clock of the bot. */
export async function openGround({ keys, speed }: { keys: string[]; speed: number }) {
  const began = Date.now();
  const release = await buildRelease();
  const cluster = await openCluster();
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-torture-'));
  const server = cluster ?? (await givenServer());
  // However this process ends, no folder stays. `child.ts` ends the children.
  const leave = () => {
    for (const one of [folder, release.folder]) rmSync(one, { recursive: true, force: true });
  };
  const quit = () => process.exit(1);
  process.once('exit', leave).once('SIGINT', quit).once('SIGTERM', quit);

  const args = ['--import', 'tsx', sandboxProgram, `--began=${began}`, `--speed=${speed}`, `--keys=${keys.join(',')}`];
  // A picture of half a minute then takes about a second by the clock on the wall.
  const sandbox = startChild({ args: [...args, '--jobs=1.5'], logFile: join(folder, 'sandbox.log'), talks: true });
  const url = await sandbox.said('url');
  if (!url) throw new Error('the sandbox did not start');

  return {
    began,
    speed,
    folder,
    release,
    cluster,
    server,
    url,
    /** Returns the jobs of a key, in the order of their start. */
    jobs: async (key: string) => jobs.parse(await sandbox.ask({ key })),
    /** Returns how often an operation was called with a key. */
    asked: async (key: string, operation: string) => z.number().parse(await sandbox.ask({ key, operation })),
    /** Adds a rule to the faults of the sandbox. */
    rule: async (key: string, rule: object) => void (await sandbox.ask({ key, rule })),
    async close() {
      // The sandbox removes its pictures then.
      sandbox.disconnect();
      await Promise.race([sandbox.ended, rest(5_000, undefined, { ref: false })]);
      await sandbox.kill();
      await cluster?.stop();
      await release.remove();
      await rm(folder, { recursive: true, force: true });
      process.off('exit', leave).off('SIGINT', quit).off('SIGTERM', quit);
    },
  };
}

/** See `openGround`. */
export type Ground = Awaited<ReturnType<typeof openGround>>;
