/** Postgres inside this process (PGlite), in one folder, for one process at a time. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { z } from 'zod';
import type { Database } from '../connect.ts';
import * as schema from '../schema/schema.ts';
import { clusterBuildTimeoutMs } from '../timings.ts';
import { lockFolder } from './folder-lock.ts';
import { oneByOne } from './one-by-one.ts';
import { migrations, takesWrites } from './postgres.ts';
import { yieldToEventLoop } from './yield.ts';

/**
 * Opens the database in `folder`, and makes it at the first start. Rejects when another process has it open: two
 * processes would overwrite each other's rows without noticing.
 */
export async function openEmbedded(folder: string, now: SQL = sql`now()`): Promise<Database> {
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lockFolder(folder);
  try {
    if (!existsSync(join(folder, 'PG_VERSION'))) await prepare(folder);
    const client = new PGlite(folder);
    const database = await openClient(client, now);
    return {
      ...database,
      close: async () => {
        await database.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Opens a database on a given PGlite, and applies the missing migrations. Tests keep theirs in memory. */
export async function openClient(client: PGlite, now: SQL = sql`now()`): Promise<Database> {
  await client.waitReady;
  await migrate(drizzle(client), { migrationsFolder: migrations });
  const orm = drizzle(yieldToEventLoop(client), { schema });
  const run = async (query: SQL) => (await orm.execute<Record<string, unknown>>(query)).rows;
  const answers = async () => (await run(takesWrites))[0]?.ok === true;
  return { engine: 'embedded', orm, now, run, answers, together: oneByOne(orm), close: () => client.close() };
}

/**
 * Makes an empty cluster in `folder`: a copy of the cached one, or a new one. The cluster is made beside its place and
 * moved there, so that a kill half-way leaves nothing that looks finished.
 */
async function prepare(folder: string): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const cached = await cachedCluster();
  if (existsSync(join(cached, 'PG_VERSION'))) await cp(cached, unfinished, { recursive: true });
  else {
    await build(unfinished);
    await cache(unfinished, cached);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

/** Returns the folder of the cached cluster: beside the installed packages, owned by the user who installed them, 39 MB. */
async function cachedCluster(): Promise<string> {
  const packageJson = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), '../package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(packageJson, 'utf8')));
  return fileURLToPath(new URL(`../../../node_modules/.cache/photogpt-bot/cluster-${version}`, import.meta.url));
}

/** Caches a cluster, which saves the next start 3 to 10 seconds. Without a writable folder, every database is built anew. */
async function cache(cluster: string, cached: string): Promise<void> {
  const draft = `${cached}.${process.pid}`;
  try {
    await mkdir(dirname(cached), { recursive: true });
    await cp(cluster, draft, { recursive: true });
    await rename(draft, cached);
  } catch {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Builds a cluster in a child process, because building takes 840 MB that this process would never give back. */
async function build(cluster: string): Promise<void> {
  const script = fileURLToPath(new URL('./prepare-cluster.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, cluster], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: clusterBuildTimeoutMs,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The embedded database could not be made: ${complaint || `exit ${code}`}`);
}
