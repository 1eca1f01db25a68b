/** One run of one policy: delays from the API's own end times, calls by route, and the largest burst. */
import { createRandom } from '../../src/sandbox/studio/random.ts';
import type { Travel } from './answers.ts';
import { arrivalsOf, type Kind, meanOf, mixed } from './arrivals.ts';
import { spreadOf } from './figure.ts';
import { createModelledApi, type Fault } from './modelled-api.ts';
import { type OursOptions, runOurs } from './ours.ts';
import type { Policy } from './rivals.ts';

export type Scene = {
  inFlight: number;
  seed: number;
  /** Seconds before, of, and after what is measured. */
  warm: number;
  measured: number;
  after?: number;
  kinds?: Kind[];
  sigma?: number;
  pageSize?: number;
  lag?: number;
  /** Round trips, for our own sweep. */
  travel?: Travel;
  /** In seconds from the start of what is measured. */
  faults?: { from: number; to: number; kind: Fault['kind'] }[];
  slowerFrom?: number;
};

/** Epoch milliseconds of the first measured moment: any time will do, as long as it is the same. */
const zero = Date.parse('2026-03-04T10:00:00Z');
/** Work is there from so many seconds before, so that the longest jobs are in flight from the start: three times their median, or this. */
const least = 1_500;

export type Outcome = Awaited<ReturnType<typeof simulate>>;
type Runner = Policy | { ours: Pick<OursOptions, 'http' | 'allowance' | 'onLog'> };

/** Runs `policy` through the scene. All policies see the same jobs for the same seed. */
export async function simulate(scene: Scene, policy: Runner) {
  const { inFlight, seed, warm, measured, after = 60, kinds = mixed, sigma, pageSize, lag } = scene;
  const at = (seconds: number) => zero + seconds * 1000;
  const past = Math.max(least, ...kinds.map(({ median }) => 3 * median));
  const jobs = arrivalsOf({
    ...{ kinds, sigma, inFlight, seed },
    from: at(-warm - past),
    to: at(measured + after),
    slowerFrom: scene.slowerFrom === undefined ? undefined : at(scene.slowerFrom),
  });
  const { next: random } = createRandom(`run ${seed}`);
  const faults = (scene.faults ?? []).map(({ from, to, kind }) => ({ from: at(from), to: at(to), kind }));
  const model = createModelledApi({ jobs, pageSize, lag, faults, random, origin: at(-warm - past) });
  const began = process.cpuUsage();
  const [from, to] = [at(-warm), at(measured + after)];
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
    // What nobody saw until the end was waited for at least so long.
    delays.push(((Number.isNaN(seen) ? to : seen) - ended) / 1000);
    trail.push({ ended: (ended - zero) / 1000, seen: (seen - zero) / 1000 });
  }
  const calls = model.calls(at(0), at(measured));
  const asking = calls.list + calls.job;
  const finished = Math.max(1, delays.length);
  return {
    ...{ inFlight, unseen },
    delay: spreadOf(delays),
    calls: { ...calls, perSecond: asking / measured },
    /** Looks and the fetching of the result, and the request that started it. */
    callsPerJob: (asking + calls.result) / finished + 1,
    cpuSeconds: (user + system) / 1e6,
    meanSeconds: meanOf(kinds, sigma),
    trail,
  };
}
