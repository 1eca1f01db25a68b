/** A far end, a database and bots around them, each a process of its own, with work in flight from the start. */
import { arrivalsOf, type Kind, mixed, spread } from './arrivals.ts';
import { type Child, startChild } from './children.ts';
import { type BenchDatabase, insertRunning, openBenchDatabase } from './databases.ts';
import type { FarApiSettings } from './far-api.ts';
import { spreadOf } from './figure.ts';
import type { Posted, WorkerSettings } from './worker.ts';

type Wanted = {
  /** A Postgres server; without one, the bot has an embedded database, and no work is there from the start. */
  server?: string;
  seed: number;
  inFlight?: number;
  kinds?: Kind[];
  sigma?: number;
  submitTakes?: number;
  postTakes?: number;
  budget?: number;
  /** Whether each bot does work; a bot that does not only takes calls. */
  bots?: boolean[];
};

export type Calls = { list: number; job: number; result: number; submit: number; busiest: number };
export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage(wanted: Wanted) {
  const {
    server,
    seed,
    inFlight = 0,
    kinds = mixed,
    sigma = spread,
    submitTakes = 20,
    postTakes,
    budget,
    bots = [true],
  } = wanted;
  const zero = Date.now();
  // Few jobs live longer than five times the longest median.
  const past = 5 * 1000 * Math.max(...kinds.map(({ median }) => median));
  const far: FarApiSettings = { kinds, sigma, seed, inFlight, zero, past, submitTakes };
  const children: Child[] = [];
  let database: BenchDatabase | undefined;

  async function close(): Promise<void> {
    await Promise.all(children.slice(1).map((child) => child.stop()));
    await children[0]?.stop();
    await database?.drop();
  }

  try {
    const api = await startChild('far-api.ts', far);
    children.push(api);
    database = server ? await openBenchDatabase(server) : undefined;
    if (database && inFlight > 0) {
      const jobs = arrivalsOf({ kinds, sigma, inFlight, seed, from: zero - past, to: zero });
      const open = [...jobs.ended.subarray(0, jobs.count).keys()].filter((index) => (jobs.ended[index] ?? 0) > zero);
      await insertRunning(database, {
        ids: open.map((index) => `j${index}`),
        created: open.map((index) => jobs.created[index] ?? 0),
        models: open.map((index) => kinds[jobs.kind[index] ?? 0]?.model ?? ''),
      });
    }
    const url = await api.ask<string>('url');
    const workers: Child[] = [];
    for (const [index, works] of bots.entries()) {
      const settings: WorkerSettings = {
        name: `bot-${index + 1}`,
        database: database?.url,
        api: url,
        kinds,
        works,
        postTakes,
        budget,
      };
      const worker = await startChild('worker.ts', settings);
      children.push(worker);
      workers.push(worker);
    }

    /** Seconds from the API's end of each job to its message, for what was posted since this was last asked. */
    async function delays() {
      const posted = (await Promise.all(workers.map((worker) => worker.ask<Posted[]>('posted')))).flat();
      const sent = new Map(posted.map(({ event, at }) => [event, at]));
      const rows = database
        ? await database.sql`select event, remote_id from jobs where event = any(${[...sent.keys()]})`
        : [];
      const ends = await api.ask<number[]>(
        'ends',
        rows.map((row) => String(row.remote_id)),
      );
      return spreadOf(rows.map((row, index) => ((sent.get(String(row.event)) ?? 0) - (ends[index] ?? 0)) / 1000));
    }

    return {
      api,
      database,
      workers,
      delays,
      calls: (from: number, to: number) => api.ask<Calls>('calls', { from, to }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
