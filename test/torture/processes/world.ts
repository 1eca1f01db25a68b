/** Everything of one seed around its replicas: chats, people, books, a database, and how a replica is started in it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import { manifestScopes } from '../../../src/platforms/slack/install/manifest-scopes.ts';
import { createFastClock } from '../../journeys/fast-clock.ts';
import { botToken, openStandIn as openDiscord } from '../../platforms/discord/fake-discord.ts';
import * as slackSide from '../../platforms/slack/fake-slack.ts';
import { createPictureBook, everSaid, readDiscord, readSlack } from './books.ts';
import { startChild } from './child.ts';
import type { Ground } from './ground.ts';
import { endedOf, type Judgement, judge, waitingOf } from './judge.ts';
import { createPeople } from './people.ts';
import type { Release } from './release.ts';
import type { ReplicaOrders } from './replica-orders.ts';

/**
 * `speed` is that of the replicas' clock and of the chats; that of the ground, if it is not given. `embed` makes an
 * embedded database in a folder: then there is no server, and one replica.
 */
export type WorldOptions = {
  name: string;
  key: string;
  hasSlack: boolean;
  speed?: number;
  embed?(folder: string): Promise<void>;
};

const embedAnew = async (dataDir: string) => (await PGlite.create({ dataDir })).close();

export async function openWorld(ground: Ground, { name, key, hasSlack, speed = ground.speed, embed }: WorldOptions) {
  const { began, url } = ground;
  const clock = createFastClock(began, speed);
  const discord = await openDiscord(clock);
  const slack = hasSlack ? await slackSide.openStandIn(manifestScopes) : undefined;
  const people = createPeople(discord, slack);
  const folder = join(ground.folder, name);
  await mkdir(folder, { recursive: true });
  const database = embed ? undefined : await ground.server?.create(name);
  if (!database) await (embed ?? embedAnew)(join(folder, '0/database'));
  const filesOf = createPictureBook({ key, url });

  const ordersFor = (slot: number): ReplicaOrders => ({
    ...{ began, speed, database, folder: join(folder, String(slot)) },
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

  /** What can be told without asking PhotoGPT for pictures: quick enough to be asked again and again. */
  const sketch = async () => {
    const paid = (await ground.jobs(key)).map((job) => ({ ...job, files: [] as string[] }));
    return { seen: seen(), said: everSaid(discord, slack), paid };
  };

  return {
    ...{ discord, slack, people, folder, database, key },
    logFile: (slot: number) => join(folder, `replica-${slot}.log`),
    /** Starts a replica on the disk of `slot`; `env` may hold a deadly point. `replica` lines go to `onLine`. */
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
    /** Rows that are not at their end; undefined while the database does not answer. */
    openRows,
    /** Whether nothing is on the way any more, as far as can be seen. */
    async isSettled(): Promise<boolean> {
      if (database && (await openRows()) !== 0) return false;
      const now = seen();
      if (waitingOf(people.calls, now) > 0) return false;
      const ended = new Set(endedOf(people.calls, now));
      return (await ground.jobs(key)).every(({ prompt }) => ended.has(prompt));
    },
    /** How many calls show that they are on the way. */
    waiting: () => waitingOf(people.calls, seen()),
    /** How many calls have an end. */
    answered: () => endedOf(people.calls, seen()).length,
    /** How often an operation of PhotoGPT's was asked for. */
    asked: (operation: string) => ground.asked(key, operation),
    /** How many migrations the database has seen. */
    migrations: async () => (await count('select count(*) from drizzle.__drizzle_migrations')) ?? 0,
    orders: ordersFor,
    async close() {
      await discord.close();
      await slack?.close();
      if (database) await ground.server?.drop(name);
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
