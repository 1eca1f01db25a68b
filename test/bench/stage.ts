/** A fake API, a database and bots, each a process of its own, with work in flight from the start. */
import { arrivalsOf, type Kind, mixed, spread } from './arrivals.ts';
import { type Child, startChild } from './children.ts';
import { type BenchDatabase, insertRunning, openBenchDatabase } from './databases.ts';
import type { FakeApiSettings } from './fake-api.ts';
import { spreadOf } from './figure.ts';
import type { Posted, WorkerSettings } from './worker.ts';

type Wanted = {
  /** A Postgres server. Without one, the bot has an embedded database, and no work in flight from the start. */
  server?: string;
  seed: number;
  inFlight?: number;
  kinds?: Kind[];
  sigma?: number;
  submitTakes?: number;
  postTakes?: number;
  apiRate?: number;
  lanes?: number;
  /** Whether each bot works. A bot that does not work only takes calls. */
  bots?: boolean[];
};

/** Calls of the fake API, by route. */
export type Calls = { seconds: number; list: number; job: number; result: number; submit: number; busiest: number };
/** The running processes. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Rejects as Promise.all does, but only once all have ended, so that everything that was made is known. */
async function allOver(begun: unknown[]): Promise<void> {
  for (const one of await Promise.allSettled(begun)) if (one.status === 'rejected') throw one.reason;
}

/** Starts the processes. Removes them again when one fails. */
export async function openStage(wanted: Wanted) {
  const {
    server,
    seed,
    inFlight = 0,
    kinds = mixed,
    sigma = spread,
    submitTakes = 20,
    postTakes,
    apiRate,
    lanes,
    bots = [true],
  } = wanted;
  // Few jobs live longer than five times the longest median.
  const past = 5 * 1000 * Math.max(...kinds.map(({ median }) => median));
  const fake: FakeApiSettings = { kinds, sigma, seed, inFlight, past, submitTakes };
  const made: { api?: Child; workers: Child[]; database?: BenchDatabase } = { workers: [] };

  async function close(): Promise<void> {
    await Promise.all(made.workers.map((worker) => worker.stop()));
    await made.api?.stop();
    await made.database?.drop();
  }

  try {
    await allOver([
      startChild('fake-api.ts', fake).then((child) => {
        made.api = child;
      }),
      server &&
        openBenchDatabase(server).then((one) => {
          made.database = one;
        }),
    ]);
    const { api, workers, database } = made;
    if (!api) throw new Error('there is no API');
    const common = { database: database?.url, api: await api.ask<string>('url'), kinds, postTakes, apiRate, lanes };
    await allOver(
      bots.map(async (_, index) => {
        const settings: WorkerSettings = { name: `bot-${index + 1}`, ...common };
        workers[index] = await startChild('worker.ts', settings);
      }),
    );

    // The fake API's time begins when all bots run. Nothing arrives before, so that each second would lack its ends
    // later.
    const { created, ended, kind, count } = arrivalsOf({ kinds, sigma, inFlight, seed, from: -past, to: 0 });
    const zero = Date.now();
    await api.ask('begin', zero);
    if (database && inFlight > 0) {
      const open = [...ended.subarray(0, count).keys()].filter((index) => (ended[index] ?? 0) > 0);
      await insertRunning(database, {
        ids: open.map((index) => `j${index}`),
        created: open.map((index) => zero + (created[index] ?? 0)),
        models: open.map((index) => kinds[kind[index] ?? 0]?.model ?? ''),
      });
    }
    await Promise.all(workers.filter((_, index) => bots[index]).map((worker) => worker.ask('start')));

    /** Returns the seconds from the API's end of each job to its message, for messages since the last call. */
    const delays = async () => {
      const posted = (await Promise.all(workers.map((worker) => worker.ask<Posted[]>('posted')))).flat();
      const sent = new Map(posted.map(({ event, at }) => [event, at]));
      const rows = database
        ? await database.sql`select event, remote_id from jobs
            where platform = 'playground' and event = any(${[...sent.keys()]})`
        : [];
      const ends = await api.ask<number[]>(
        'ends',
        rows.map((row) => String(row.remote_id)),
      );
      return spreadOf(rows.map((row, index) => ((sent.get(String(row.event)) ?? 0) - (ends[index] ?? 0)) / 1000));
    };

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
