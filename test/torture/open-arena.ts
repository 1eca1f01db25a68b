/** Opens arenas: in memory for level 1, in a folder or on a server for level 2. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { openClient } from '../../src/db/engines/embedded.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { type Arena, openArena } from './arena.ts';
import { createIdleLooks } from './gate.ts';
import { createPrepared } from './prepared.ts';

/** Returns a migrated cluster as a file. Making one takes seconds, and copying it a fraction of a second. */
export async function dumpTemplate(): Promise<Uint8Array> {
  const client = new PGlite();
  await openClient(client);
  const template = new Uint8Array(await (await client.dumpDataDir('none')).arrayBuffer());
  await client.close();
  return template;
}

/**
 * Opens an arena in memory, or in a folder that closing deletes. `template` is the path of a file from `dumpTemplate`.
 */
export async function openEmbeddedArena(template: string, onDisk = false): Promise<Arena> {
  const loadDataDir = new Blob([new Uint8Array(await readFile(template))]);
  const folder = onDisk ? await mkdtemp(join(tmpdir(), 'photogpt-bot-torture-')) : undefined;
  const client = await PGlite.create({ loadDataDir, dataDir: folder && join(folder, 'database') });
  return openArena(
    { kind: 'embedded', client, fast: onDisk ? undefined : { idle: createIdleLooks(), query: createPrepared(client) } },
    (statements) => client.exec(statements),
    async () => {
      await client.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  );
}

/** Opens an arena on a server, where statements of several replicas run side by side. */
export async function openServerArena(server: string): Promise<Arena> {
  const name = `photogpt_torture_${randomBytes(6).toString('hex')}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await (await openPostgres(url.href)).close();
  const client = postgres(url.href, { max: 12, onnotice: () => {} });
  // This makes the driver leave times as text, as drizzle reads them.
  drizzle(client);
  return openArena(
    { kind: 'postgres', client },
    (statements) => client.unsafe(statements),
    async () => {
      await client.end({ timeout: 5 });
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  );
}
