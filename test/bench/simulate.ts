/** Runs one policy: delays from the API's own end times, calls by route, and the largest burst. */
import { createRandom } from '../../src/sandbox/studio/random.ts';
import type { Travel } from './answers.ts';
import { arrivalsOf, type Kind, meanOf, mixed } from './arrivals.ts';
import { spreadOf } from './figure.ts';
import { createModelledApi, type Fault } from './modelled-api.ts';
import { type OursOptions, runOurs } from './ours.ts';
import type { Policy } from './rivals.ts';

/** The work and the faults of a run. */
export type Scene = {
  inFlight: number;
  seed: number;
  /** Seconds before the measured part, of it (`measured`), and after it (`after`). */
  warm: number;
  measured: number;
  after?: number;
  kinds?: Kind[];
  sigma?: number;
  pageSize?: number;
  lag?: number;
  /** The range of round trips of our own polling. */
  travel?: Travel;
  /** Faults, in seconds from the start of the measured part. */
  faults?: { from: number; to: number; kind: Fault['kind'] }[];
  slowerFrom?: number;
};

/** Start of the measured part, in epoch milliseconds. Any constant time will do. */
const zero = Date.parse('2026-03-04T10:00:00Z');
/**
 * Shortest time for which work arrives before the run. It is three times the longest median or this, so that the
 * longest jobs are in flight from the start.
 */
const minPastSeconds = 1_500;

/** The result of a run. */
export type Outcome = Awaited<ReturnType<typeof simulate>>;
type Runner = Policy | { ours: Pick<OursOptions, 'http' | 'allowance' | 'onLog'> };

/** Runs `policy` through the scene. All policies see the same jobs for the same seed. */
export async function simulate(scene: Scene, policy: Runner) {
  const { inFlight, seed, warm, measured, after = 60, kinds = mixed, sigma, pageSize, lag } = scene;
  const at = (seconds: number) => zero + seconds * 1000;
  const past = Math.max(minPastSeconds, ...kinds.map(({ median }) => 3 * median));
  const jobs = arrivalsOf({
    kinds,
    sigma,
    inFlight,
    seed,
    from: at(-warm - past),
    to: at(measured + after),
    slowerFrom: scene.slowerFrom === undefined ? undefined : at(scene.slowerFrom),
  });
  const { next: random } = createRandom(`run ${seed}`);
  const faults = (scene.faults ?? []).map(({ from, to, kind }) => ({ from: at(from), to: at(to), kind }));
  const model = createModelledApi({ jobs, pageSize, lag, faults, random, origin: at(-warm - past) });
  const began = process.cpuUsage();
  const from = at(-warm);
  const to = at(measured + after);
  const seenAt =
    typeof policy === 'function'
      ? policy(model, from, to, random)
      : await runOurs({ model, from, to, random, travel: scene.travel, ...policy.ours });
  const { user, system } = process.cpuUsage(began);

  const delays: number[] = [];
  const trail: { ended: number; seen: number }[] = [];
  let unseen = 0;
  for (let index = 0; index < jobs.count; index += 1) {
    const ended = jobs.ended[index] ?? 0;
    if (ended < at(0) || ended >= at(measured)) continue;
    const seen = seenAt[index] ?? Number.NaN;
    if (Number.isNaN(seen)) unseen += 1;
    // An end that was not seen has at least the delay until the end of the run.
    delays.push(((Number.isNaN(seen) ? to : seen) - ended) / 1000);
    trail.push({ ended: (ended - zero) / 1000, seen: (seen - zero) / 1000 });
  }
  const calls = model.calls(at(0), at(measured));
  const asking = calls.list + calls.job;
  const finished = Math.max(1, delays.length);
  return {
    inFlight,
    unseen,
    delay: spreadOf(delays),
    calls: { ...calls, perSecond: asking / measured },
    /** Looks, the fetching of the result, and the request that started the job. */
    callsPerJob: (asking + calls.result) / finished + 1,
    cpuSeconds: (user + system) / 1e6,
    meanSeconds: meanOf(kinds, sigma),
    trail,
  };
}
