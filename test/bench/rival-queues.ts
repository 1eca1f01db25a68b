/** The same work by graphile-worker and pg-boss, if the person who runs the bench has installed them. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBenchDatabase } from './databases.ts';

/** Rows a second of each kind of work. Work that a library cannot do by itself is absent. */
export type Rates = { claims?: number; inserts?: number; ends?: number };
/** The size of the work. */
export type Wish = { server: string; count: number; clients: number; batch: number };

// biome-ignore lint/suspicious/noExplicitAny: these packages are not among the project's own, so their types are not here.
type Foreign = any;

/** Returns a package in `folder`. Undefined when it is not installed. */
async function load(folder: string, name: string): Promise<Foreign | undefined> {
  try {
    const path = createRequire(join(folder, 'none.js')).resolve(name);
    const loaded: Foreign = await import(pathToFileURL(path).href);
    return loaded.default ?? loaded;
  } catch {
    return undefined;
  }
}

const rate = (count: number, began: number) => (1000 * count) / (performance.now() - began);
const each = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Does `work` for every number below `count`, `parallel` at a time. Returns the number done a second. */
export async function inParallel(
  count: number,
  parallel: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const began = performance.now();
  const one = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(each(parallel).map(one));
  return rate(count, began);
}

async function pgBoss(PgBoss: Foreign, { server, count, clients, batch }: Wish): Promise<Rates> {
  const database = await openBenchDatabase(server);
  const bosses: Foreign[] = [];
  try {
    for (const _ of each(clients)) {
      const boss = new PgBoss({ connectionString: database.url, supervise: false, schedule: false, max: 2 });
      boss.on('error', () => {});
      await boss.start();
      bosses.push(boss);
    }
    await bosses[0].createQueue('work');
    const inserts = await inParallel(Math.min(count, 2_000), 8, (index) =>
      bosses[index % clients].send('work', { index }),
    );
    for (let from = 0; from < count; from += 1_000) {
      await bosses[0].insert(each(1_000).map((index) => ({ name: 'work', data: { index } })));
    }
    await database.sql`analyze`;
    const taken: string[][] = [];
    const began = performance.now();
    const claiming = async (boss: Foreign) => {
      for (;;) {
        const jobs: { id: string }[] = (await boss.fetch('work', { batchSize: batch })) ?? [];
        if (jobs.length === 0) return;
        taken.push(jobs.map(({ id }) => id));
      }
    };
    await Promise.all(bosses.map(claiming));
    const claims = rate(taken.flat().length, began);
    const finishing = performance.now();
    await inParallel(taken.length, clients, (index) => bosses[index % clients].complete('work', taken[index]));
    return { inserts, claims, ends: rate(taken.flat().length, finishing) };
  } finally {
    await Promise.all(bosses.map((boss) => boss.stop({ graceful: false })));
    await database.drop();
  }
}

/**
 * Measures graphile-worker. It cannot claim without running, so its claims are jobs that were claimed, run and ended.
 */
async function graphileWorker(library: Foreign, { server, count, clients, batch }: Wish): Promise<Rates> {
  const database = await openBenchDatabase(server);
  const quiet = new library.Logger(() => () => {});
  const utils = await library.makeWorkerUtils({ connectionString: database.url, logger: quiet });
  try {
    await utils.migrate();
    const inserts = await inParallel(Math.min(count, 2_000), 8, (index) => utils.addJob('work', { index }));
    await utils.withPgClient((client: Foreign) =>
      client.query(
        `select count(*) from (select graphile_worker.add_job('work', json_build_object('index', n)) from generate_series(1, $1::int) n) s`,
        [count],
      ),
    );
    await database.sql`analyze`;
    const total = count + Math.min(count, 2_000);
    let done = 0;
    let finished = () => {};
    const all = new Promise<void>((resolve) => {
      finished = resolve;
    });
    const work = () => {
      done += 1;
      if (done === total) finished();
    };
    const began = performance.now();
    const runners: Foreign[] = await Promise.all(
      each(clients).map(() =>
        library.run({
          connectionString: database.url,
          noHandleSignals: true,
          logger: quiet,
          taskList: { work },
          preset: {
            worker: { concurrentJobs: batch, maxPoolSize: 4, localQueue: { size: batch }, completeJobBatchDelay: 0 },
          },
        }),
      ),
    );
    await all;
    const claims = rate(total, began);
    await Promise.all(runners.map((runner) => runner.stop()));
    return { inserts, claims };
  } finally {
    await utils.release();
    await database.drop();
  }
}

const known = [
  { name: 'graphile-worker', run: graphileWorker },
  { name: 'pg-boss', run: pgBoss },
];

/** Returns the rates of the libraries that are installed in `folder`, by name. */
export async function rivalRates(folder: string | undefined, wish: Wish): Promise<Record<string, Rates>> {
  const rates: Record<string, Rates> = {};
  for (const { name, run } of folder ? known : []) {
    const library = await load(folder ?? '', name);
    if (library) rates[name] = await run(library, wish);
  }
  return rates;
}
