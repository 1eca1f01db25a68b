/** A fake network in front of the run's database. It fails in every way in which a network and a server fail. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import { inject } from 'vitest';
import { credentials } from '../security/no-secrets.ts';
import { serveWire } from './wire-server.ts';

/** The answer of Postgres to a client when all its connections are taken. */
const crowded = Buffer.from('SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0');
const tooMany = Buffer.concat([Buffer.from('E\0\0\0\0'), crowded]);
tooMany.writeInt32BE(crowded.length + 4, 1);

/**
 * Opens the fake network: a proxy in front of the database. `open` ends `shut`, `hang` and `crowd`. Its faults:
 *
 * - `shut` refuses connections and breaks those that are open.
 * - `hang` takes everything and answers nothing.
 * - `crowd` sends new connections away and breaks the old ones.
 * - `delay` delays each answer.
 * - `loseInsert` lets the next insert through and breaks its connection in place of an answer.
 */
export async function openDoor() {
  const back = await openBack();
  /** Connections to the proxy, each with its connection to the database. */
  const pairs = new Set<[Socket, Socket | undefined]>();
  let mode: 'open' | 'hang' | 'crowd' = 'open';
  let losing: RegExp | undefined;
  let visits = 0;
  let delayed = 0;
  let server: Server | undefined;
  let port = 0;

  function pass(front: Socket): void {
    visits += 1;
    front.on('error', () => {});
    if (mode === 'crowd') return void front.once('data', () => front.end(tooMany));
    const rear = mode === 'hang' ? undefined : connect(back.port, back.host);
    const pair: [Socket, Socket | undefined] = [front, rear];
    pairs.add(pair);
    let lost = false;
    let told: Promise<void> = Promise.resolve();
    front.on('data', (chunk: Buffer) => {
      if (mode === 'hang') return;
      if (losing?.test(chunk.toString('latin1'))) {
        losing = undefined;
        lost = true;
      }
      rear?.write(chunk);
    });
    rear?.on('error', () => front.destroy());
    rear?.on('data', (chunk: Buffer) => {
      // An insert has taken effect once the server tells of its end. Its answer does not arrive.
      if (lost && chunk.includes('INSERT')) front.destroy();
      else if (mode !== 'hang') {
        // One after the other: an answer without a delay still comes after a delayed one.
        const wait = delayed;
        told = told.then(() => (wait > 0 ? rest(wait) : undefined)).then(() => void front.write(chunk));
      }
    });
    const end = () => {
      pairs.delete(pair);
      front.destroy();
      rear?.destroy();
    };
    front.on('close', end);
    rear?.on('close', end);
  }

  const breakAll = () => {
    for (const [front, rear] of pairs) {
      front.destroy();
      rear?.destroy();
    }
  };

  async function listen(): Promise<void> {
    server = createServer(pass);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    port = typeof bound === 'object' && bound ? bound.port : 0;
  }
  await listen();

  const url = new URL(back.url);
  url.host = `127.0.0.1:${port}`;

  const door = {
    url: url.href,
    /** Returns how many connections were made. */
    visits: () => visits,
    /** Runs SQL past the proxy, as the database's owner. */
    behind: back.run,
    async shut() {
      server?.close();
      server = undefined;
      breakAll();
    },
    hang() {
      mode = 'hang';
    },
    crowd() {
      mode = 'crowd';
      breakAll();
    },
    /** Delays every answer by `milliseconds`. `delay(0)` ends it. */
    delay(milliseconds: number) {
      delayed = milliseconds;
    },
    /** Loses the answer of the next insert into this table. The insert takes effect. */
    loseInsert(table: string) {
      losing = new RegExp(`insert into "?${table}\\b`);
    },
    async open() {
      // Connections of a lost answer stay dead.
      mode = 'open';
      if (!server) await listen();
    },
    async close() {
      await door.shut();
      await back.close();
    },
  };
  return door;
}

/** Opens a copy of the run's template behind a port, and a way to it past the proxy. */
async function openBack() {
  const template = inject('template');
  if (template.engine === 'embedded') {
    const client = new PGlite({ loadDataDir: new Blob([new Uint8Array(await readFile(template.file))]) });
    await client.waitReady;
    const { port, stop } = await serveWire(client);
    return {
      host: '127.0.0.1',
      port,
      url: `postgres://postgres:${credentials.databasePassword}@127.0.0.1:${port}/postgres`,
      run: async (text: string): Promise<Record<string, unknown>[]> => (await client.query<object>(text)).rows as never,
      close: async () => {
        await stop();
        await client.close();
      },
    };
  }
  const name = `${template.database}_${randomBytes(4).toString('hex')}`;
  const admin = postgres(template.server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${template.database}`);
  const url = new URL(template.server);
  url.pathname = `/${name}`;
  const inside = postgres(url.href, { max: 1, onnotice: () => {} });
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    url: url.href,
    run: async (text: string): Promise<Record<string, unknown>[]> => [...(await inside.unsafe(text))],
    close: async () => {
      await inside.end();
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
