/** Measures polling under trouble: a storm of refusals, an outage of ten minutes, and work that takes twice as long. */
import { type Figure, type Group, type Setting, spreadOf } from './figure.ts';
import { loop } from './rivals.ts';
import { type Scene, simulate } from './simulate.ts';

/** The beginning of each trouble, its length, and the time measured after it, in seconds. */
const long = { begins: 120, storm: 60, outage: 600, after: 250 };
const brief = { begins: 60, storm: 60, outage: 120, after: 180 };

type Trail = { ended: number; seen: number }[];

/**
 * Returns the seconds from the trouble's end until 99 of 100 jobs were seen that ended between two times. 0 when they
 * were seen before.
 */
function caughtUp(trail: Trail, from: number, to: number, over: number): number {
  const seen = trail.filter(({ ended }) => ended >= from && ended < to).map((one) => one.seen);
  return Math.max(0, spreadOf(seen).p99 - over);
}

const delayBetween = (trail: Trail, from: number, to: number) =>
  spreadOf(trail.filter(({ ended }) => ended >= from && ended < to).map(({ ended, seen }) => seen - ended)).mean;

/** Measures. All runs use the bot's own client, because its retries are part of the burst. */
export async function disturbed({ quick, seed, say }: Setting): Promise<Group> {
  const inFlight = quick ? 100 : 1_000;
  const { begins, storm, outage, after } = quick ? brief : long;
  const calm = { inFlight, seed, warm: 120 };
  const scenes: Record<string, Scene & { over: number }> = {
    '429 storm of a minute': {
      ...calm,
      measured: begins + storm + after,
      over: begins + storm,
      faults: [{ from: begins, to: begins + storm, kind: 'storm' }],
    },
    [`outage of ${quick ? 'two' : 'ten'} minutes`]: {
      ...calm,
      measured: begins + outage + after,
      over: begins + outage,
      faults: [{ from: begins, to: begins + outage, kind: 'outage' }],
    },
  };
  const figures: Figure[] = [];
  const runs: Record<string, object> = {};
  const size = inFlight.toLocaleString('en');
  for (const [name, scene] of Object.entries(scenes)) {
    say(`${size} in flight, ${name}`);
    const ours = await simulate(scene, { ours: { http: true } });
    const documentedLoop = await simulate(scene, loop);
    const told = [ours, documentedLoop].map(({ trail, calls, unseen }) => ({
      catchUp: caughtUp(trail, begins, scene.over, scene.over),
      burst: calls.busiest,
      before: delayBetween(trail, 0, begins),
      after: delayBetween(trail, scene.over + 60, scene.over + 180),
      calls,
      unseen,
    }));
    runs[name] = { ours: told[0], loop: told[1] };
    figures.push(
      {
        name: `${name}, ${size} in flight: catching up`,
        unit: 's',
        ours: told[0]?.catchUp,
        rivals: { loop: told[1]?.catchUp ?? 0 },
      },
      {
        name: `${name}, ${size} in flight: largest burst`,
        unit: 'calls in a second',
        ours: told[0]?.burst,
        rivals: { loop: told[1]?.burst ?? 0 },
      },
    );
  }

  const half = quick ? 300 : 600;
  say(`${size} in flight, durations doubled at half time`);
  const { trail } = await simulate({ ...calm, measured: 2 * half, slowerFrom: half }, { ours: {} });
  const doubled = {
    before: delayBetween(trail, 0, half),
    firstTwoMinutes: delayBetween(trail, half, half + 120),
    after: delayBetween(trail, 2 * half - 200, 2 * half),
  };
  runs['durations doubled'] = doubled;
  figures.push(
    { name: `mean delay before durations double, ${size} in flight`, unit: 's', ours: doubled.before },
    { name: `mean delay in the two minutes after durations double`, unit: 's', ours: doubled.firstTwoMinutes },
    { name: `mean delay once the new durations are learned`, unit: 's', ours: doubled.after },
  );
  return { figures, runs };
}
