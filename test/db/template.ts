/** Makes a migrated database once for a whole test run. Every test file copies it instead of building its own. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { openClient } from '../../src/db/engines/embedded.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';

/** The template: a file with an embedded database's folder in it, or a database on a server. */
export type Template = { engine: 'embedded'; file: string } | { engine: 'postgres'; server: string; database: string };

declare module 'vitest' {
  interface ProvidedContext {
    template: Template;
  }
}

/** Makes the template, and returns the function that removes it. Vitest calls it, and requires a default export. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL;
  return server ? onServer(project, server) : embedded(project);
}

async function embedded(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-test-'));
  const client = new PGlite();
  await openClient(client);
  const file = join(folder, 'template.tar');
  await writeFile(file, new Uint8Array(await (await client.dumpDataDir('none')).arrayBuffer()));
  await client.close();
  project.provide('template', { engine: 'embedded', file });
  return () => rm(folder, { recursive: true, force: true });
}

async function onServer(project: TestProject, server: string): Promise<() => Promise<void>> {
  const database = `photogpt_test_${randomBytes(6).toString('hex')}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  await (await openPostgres(url.href)).close();
  project.provide('template', { engine: 'postgres', server, database });
  return async () => {
    await admin.unsafe(`drop database if exists ${database} with (force)`);
    await admin.end();
  };
}
