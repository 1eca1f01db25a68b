/** Measures a short run in real time, over real HTTP against the sandbox, to confirm the figures of virtual time. */
import { setTimeout as rest } from 'node:timers/promises';
import { systemClock } from '../../src/concurrency/clock.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { type Kind, meanOf } from './arrivals.ts';
import { startChild } from './children.ts';
import { key, openBenchDatabase } from './databases.ts';
import { type Group, type Setting, spreadOf } from './figure.ts';
import { simulate } from './simulate.ts';
import type { Load, Posted, WorkerSettings } from './worker.ts';

/** The sandbox's spread of durations. */
const sigma = 0.25;
/** The sandbox's page size. */
const pageSize = 50;
const usual: Kind[] = [
  { model: 'nanobanana-2', share: 0.5, median: 6 },
  { model: 'seedream', share: 0.5, median: 25 },
];
/** Shorter work, for `--quick`. Nothing is in flight at first, and shorter work reaches its usual number sooner. */
const brief: Kind[] = [
  { model: 'nanobanana-2', share: 0.5, median: 2 },
  { model: 'seedream', share: 0.5, median: 6 },
];

/** The range of a local round trip, in milliseconds. */
const travel: [number, number] = [2, 8];

/** Measures. */
export async function realTime({ quick, seed, server, say }: Setting): Promise<Group> {
  const inFlight = quick ? 25 : 50;
  const name = `mean delay from end to message, ${inFlight} in flight, real HTTP against the sandbox`;
  if (!server) return { figures: [{ name, unit: 's', skipped: 'no Postgres server' }], runs: {} };
  say(`${inFlight} in flight against the sandbox, in real time`);
  const kinds = quick ? brief : usual;
  const { warm, measured, after } = quick ? { warm: 6, measured: 6, after: 2 } : { warm: 20, measured: 60, after: 8 };
  const perSecond = inFlight / meanOf(kinds, sigma);

  const sandbox = createSandbox({
    clock: systemClock,
    keys: [{ key, credits: 1e9 }],
    catalogue: createCatalogue({ models: kinds.map(({ model, median }) => ({ id: model, usualSeconds: median })) }),
    guesses: { smallestSide: 64, largestSide: 128, drawsAhead: false, jobsPerPage: pageSize },
  });
  await sandbox.start();
  const database = await openBenchDatabase(server);
  const settings: WorkerSettings = { name: 'bot', database: database.url, api: sandbox.url, kinds };
  const bot = await startChild('worker.ts', settings);
  try {
    await bot.ask('start');
    const began = Date.now();
    const seconds = warm + measured;
    await bot.ask('load', { perSecond, seconds, models: kinds, event: 'real' } satisfies Load);
    // The last ends have to be seen as well.
    await rest(after * 1_000);
    const posted = new Map((await bot.ask<Posted[]>('posted')).map(({ event, at }) => [event, at]));
    const rows = await database.sql`select event, remote_id from jobs where remote_id is not null`;
    const ends = new Map(sandbox.ledger.jobs().map((job) => [job.jobId, job.timeline.ended]));
    const delays = rows.flatMap((row) => {
      const at = posted.get(String(row.event));
      const ended = ends.get(String(row.remote_id));
      const counts = ended !== undefined && ended >= began + warm * 1000 && ended < began + seconds * 1000;
      return at !== undefined && counts ? [(at - ended) / 1000] : [];
    });
    const calls = sandbox.ledger.requests();
    const real = {
      delay: spreadOf(delays),
      calls: { list: calls.listJobs?.calls ?? 0, job: calls.getJob?.calls ?? 0 },
    };

    const scene = { inFlight, seed, kinds, sigma, pageSize, lag: 0, travel, warm: 60, measured: 600 };
    const { trail: _, ...virtual } = await simulate(scene, { ours: {} });
    const looked = (real.calls.list + real.calls.job - posted.size) / seconds;
    return {
      figures: [
        { name, unit: 's', ours: real.delay.mean, rivals: { 'in virtual time': virtual.delay.mean } },
        {
          name: 'the same: looks per second',
          unit: 'calls/s',
          ours: looked,
          rivals: { 'in virtual time': virtual.calls.perSecond },
        },
      ],
      runs: { real, virtual },
    };
  } finally {
    await bot.stop();
    await database.drop();
    await sandbox.stop();
  }
}
