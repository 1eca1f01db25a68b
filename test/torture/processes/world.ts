/** The world of one seed around its replicas: chats, people, ledgers, a database, and a way to start replicas. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import { manifestScopes } from '../../../src/platforms/slack/install/manifest-scopes.ts';
import { createFastClock } from '../../journeys/fast-clock.ts';
import { botToken, openFake as openDiscord } from '../../platforms/discord/fake-discord.ts';
import * as slackSide from '../../platforms/slack/fake-slack.ts';
import { createPictureBook, everSaid, readDiscord, readSlack } from './books.ts';
import { startChild } from './child.ts';
import type { Ground } from './ground.ts';
import { endedOf, type Judgement, judge, waitingOf } from './judge.ts';
import { createPeople } from './people.ts';
import type { Release } from './release.ts';
import type { ReplicaOrders } from './replica-orders.ts';

/**
 * Settings of a world. `speed` is the speed of the clock of replicas and chats: the one of the ground without it.
 * `embed` makes an embedded database in a folder. There is no server then, and one replica.
 */
export type WorldOptions = {
  name: string;
  key: string;
  hasSlack: boolean;
  speed?: number;
  embed?(folder: string): Promise<void>;
};

const embedAnew = async (dataDir: string) => (await PGlite.create({ dataDir })).close();

/** Opens the world. No replica runs in it yet. */
export async function openWorld(ground: Ground, { name, key, hasSlack, speed = ground.speed, embed }: WorldOptions) {
  const { began, url } = ground;
  const clock = createFastClock(began, speed);
  const discord = await openDiscord(clock);
  const slack = hasSlack ? await slackSide.openFake(manifestScopes) : undefined;
  const people = createPeople(discord, slack);
  const folder = join(ground.folder, name);
  await mkdir(folder, { recursive: true });
  const database = embed ? undefined : await ground.server?.create(name);
  if (!database) await (embed ?? embedAnew)(join(folder, '0/database'));
  const filesOf = createPictureBook({ key, url });

  const ordersFor = (slot: number): ReplicaOrders => ({
    began,
    speed,
    database,
    folder: join(folder, String(slot)),
    photogpt: { key, url },
    discord: { token: botToken, apiUrl: discord.apiUrl },
    slack: slack && { botToken: slackSide.botToken, appToken: slackSide.appToken, apiUrl: `${slack.url()}/api/` },
  });

  async function count(query: string): Promise<number | undefined> {
    if (!database) return undefined;
    const sql = postgres(database, { max: 1, connect_timeout: 2, onnotice: () => {} });
    try {
      const [row] = await sql.unsafe(query);
      return Number(row?.count);
    } catch {
      return undefined;
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  const openRows = () => count(`select count(*) from jobs where state <> 'closed'`);
  const seen = () => [...readDiscord(discord, people.prompts), ...(slack ? readSlack(slack) : [])];

  /** Reads the ledgers without the files of PhotoGPT, which is quick enough for many looks. */
  const sketch = async () => {
    const paid = (await ground.jobs(key)).map((job) => ({ ...job, files: [] as string[] }));
    return { seen: seen(), said: everSaid(discord, slack), paid };
  };

  return {
    discord,
    slack,
    people,
    folder,
    database,
    key,
    logFile: (slot: number) => join(folder, `replica-${slot}.log`),
    /** Starts a replica on the disk of `slot`. `env` may name the point at which it ends. `onLine` gets its output. */
    start(
      slot: number,
      env: Record<string, string>,
      onLine: (line: string) => void,
      release: Release = ground.release,
    ) {
      const args = [release.replica, JSON.stringify(ordersFor(slot))];
      return startChild({ args, env, logFile: join(folder, `replica-${slot}.log`), onLine });
    },
    sketch,
    async judge(): Promise<Judgement> {
      const books = await sketch();
      for (const job of books.paid) job.files = await filesOf(job.jobId);
      return judge(people.calls, books);
    },
    /** Returns the number of open rows. Undefined while the database does not answer. */
    openRows,
    /** Whether no call is on its way any more, as far as the ledgers show. */
    async isSettled(): Promise<boolean> {
      if (database && (await openRows()) !== 0) return false;
      const now = seen();
      if (waitingOf(people.calls, now) > 0) return false;
      const ended = new Set(endedOf(people.calls, now));
      return (await ground.jobs(key)).every(({ prompt }) => ended.has(prompt));
    },
    /** Returns the number of calls that show that they are on their way. */
    waiting: () => waitingOf(people.calls, seen()),
    /** Returns the number of calls that have an end. */
    answered: () => endedOf(people.calls, seen()).length,
    /** Returns how often an operation of PhotoGPT was called. */
    asked: (operation: string) => ground.asked(key, operation),
    /** Returns the number of migrations that the database has. */
    migrations: async () => (await count('select count(*) from drizzle.__drizzle_migrations')) ?? 0,
    orders: ordersFor,
    async close() {
      await discord.close();
      await slack?.close();
      if (database) await ground.server?.drop(name);
    },
  };
}

/** See `openWorld`. */
export type World = Awaited<ReturnType<typeof openWorld>>;
