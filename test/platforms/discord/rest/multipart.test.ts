import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { measureLargeResults } from '../large-results.ts';

const run = promisify(execFile);
const count = 20;
/** Memory in MB that a process on a small server may take. */
const maxMemoryMb = 250;

it(`posts ${count} large files at once with their bytes intact and little memory`, async () => {
  // UPLOAD_MB=100 makes files of the largest size. The memory does not depend on it.
  const bytes = Number(process.env.UPLOAD_MB ?? 30) * 1024 * 1024;
  const folder = await mkdtemp(join(tmpdir(), 'discord-streaming-'));
  const path = join(folder, 'large');
  const chunk = createHash('sha512').update('large').digest();
  await writeFile(path, Buffer.alloc(bytes, chunk));

  const arrived: number[] = [];
  const server = createServer(async (request, response) => {
    let size = 0;
    let isIntact = true;
    let tail = Buffer.alloc(0);
    for await (const piece of request as AsyncIterable<Buffer>) {
      size += piece.length;
      tail = Buffer.concat([tail, piece]).subarray(-600);
    }
    isIntact = tail.includes(chunk) && size === Number(request.headers['content-length']);
    if (isIntact && size > bytes) arrived.push(size - bytes);
    response.writeHead(200, { 'content-type': 'application/json' });
    // The same answer serves for the server, which has the highest boost tier.
    response.end(JSON.stringify({ id: '1', channel_id: '2', premium_tier: 3 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const script = new URL('../upload-many.ts', import.meta.url).pathname;
    const address = `http://127.0.0.1:${port}/api`;
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script, address, path, String(count)]);
    expect(arrived).toHaveLength(count);
    expect(Number(stdout)).toBeGreaterThan(20);
    expect(Number(stdout)).toBeLessThan(maxMemoryMb);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
});

const template = inject('template');

// The embedded database alone takes about as much memory as the whole bot may, so this test needs a server.
it.skipIf(template.engine === 'embedded')(
  'makes, fetches and posts large videos with the whole bot in as little memory',
  { timeout: 300_000 },
  async ({ annotate }) => {
    if (template.engine === 'embedded') return;
    const admin = postgres(template.server, { max: 1, onnotice: () => {} });
    const name = `photogpt_large_${randomBytes(4).toString('hex')}`;
    await admin.unsafe(`create database ${name}`);
    try {
      const database = new URL(template.server);
      database.pathname = `/${name}`;
      const megabytes = Number(process.env.UPLOAD_MB ?? 30);
      const measured = await measureLargeResults({ results: count, megabytes, database: database.href });
      await annotate(`${measured.peakRss} MB, ${measured.megabytesPerSecond} MB/s`);
      expect(measured.peakRss).toBeLessThan(maxMemoryMb);
    } finally {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    }
  },
);
