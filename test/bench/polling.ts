/** Measures the delay and the calls of polling: the documentation's loop, backoff, the whole list, and ours. */
import type { Figure, Group, Plot, Setting } from './figure.ts';
import { growth, loop, wholeList } from './rivals.ts';
import { type Outcome, type Scene, simulate } from './simulate.ts';

/** The policies by name. */
const policies = {
  loop: () => loop,
  backoff: () => growth,
  list: (inFlight: number) => wholeList(Math.max(0.1, inFlight / 100)),
  ours: () => ({ ours: {} }),
  // Exactly this number of looks a second, in per cent of the jobs in flight. The targets are about these two.
  'ours, 1 %': (inFlight: number) => ({ ours: { allowance: { floor: inFlight / 100, perJob: 0 } } }),
  'ours, 2 %': (inFlight: number) => ({ ours: { allowance: { floor: inFlight / 50, perJob: 0 } } }),
};
const names = ['loop', 'backoff', 'list', 'ours', 'ours, 1 %', 'ours, 2 %'] as const;
type Name = (typeof names)[number];
type Run = Omit<Outcome, 'trail'> & { policy: string };

/** Returns the scene of a size. It measures ten minutes, more with few events, and less with very many. */
function sceneOf(inFlight: number, { quick, seed }: Pick<Setting, 'quick' | 'seed'>): Scene {
  const seconds: Record<number, number> = { 1: 12_000, 10: 3_000 };
  const measured = seconds[inFlight] ?? (inFlight > 10_000 ? 60 : 600);
  return { inFlight, seed, warm: inFlight > 10_000 ? 60 : 120, measured: quick ? measured / 5 : measured };
}

async function run(name: Name, scene: Scene): Promise<Run> {
  const { trail: _, ...outcome } = await simulate(scene, policies[name](scene.inFlight));
  return { policy: name, ...outcome };
}

/**
 * Whether a run has a backlog: more than one job in a thousand unseen. A few of the longest end just before the run
 * does.
 */
const isBehind = (one?: Run) => one !== undefined && one.unseen > one.delay.count / 1_000;

const without = (outcome: Outcome, policy: string): Run => {
  const { trail: _, ...rest } = outcome;
  return { policy, ...rest };
};

/** Whether a policy is measured at a size. */
function isMeasured(name: Name, inFlight: number, quick: boolean): boolean {
  // At a hundred thousand only the documentation's loop and the bot as it is.
  if (inFlight === 100_000) return name === 'loop' || name === 'ours';
  const isRate = name.includes('%');
  // Rates below one look in ten seconds are not comparable. With --quick, only the size of the targets counts.
  return !isRate || (inFlight > 10 && !(quick && inFlight < 1_000));
}

/** Measures every policy at every size, and the bot's own on other lists. */
export async function polling(setting: Setting): Promise<Group> {
  const { quick, say } = setting;
  const sizes = quick ? [1, 100, 1_000] : [1, 10, 100, 1_000, 10_000, 100_000];
  const runs: Run[] = [];
  for (const inFlight of sizes) {
    for (const name of names.filter((one) => isMeasured(one, inFlight, quick))) {
      say(`${inFlight.toLocaleString('en')} in flight, ${name}`);
      runs.push(await run(name, sceneOf(inFlight, setting)));
    }
  }
  const figures = figuresOf(runs, sizes);
  const variants = await runVariants(setting);
  return { figures, runs: { steady: runs, variants }, plots: plotsOf(runs) };
}

/** Runs the bot's own policy on pages of other sizes, and on a list that lags. None with `--quick`. */
async function runVariants(setting: Setting): Promise<(Run & { variant: string })[]> {
  const scene = sceneOf(1_000, setting);
  const variants: (Run & { variant: string })[] = [];
  const changes: Record<string, Partial<Scene>> = {
    'pages of 20': { pageSize: 20 },
    'pages of 50': { pageSize: 50 },
    'pages of 200': { pageSize: 200 },
    'list 1 s behind': { lag: 1_000 },
    'list 5 s behind': { lag: 5_000 },
  };
  for (const [variant, change] of setting.quick ? [] : Object.entries(changes)) {
    setting.say(`1,000 in flight, ours, ${variant}`);
    const outcome = await simulate({ ...scene, measured: scene.measured / 2, ...change }, policies.ours());
    variants.push({ variant, ...without(outcome, 'ours') });
  }
  return variants;
}

/** Returns the figures of all runs. Throws an Error when the size of the targets was not measured. */
function figuresOf(runs: Run[], sizes: number[]): Figure[] {
  const found = (policy: Name, inFlight: number) =>
    runs.find((one) => one.policy === policy && one.inFlight === inFlight);
  const ours = found('ours', 1_000);
  if (!ours || !found('loop', 1_000)) throw new Error('1,000 in flight was not measured');
  const rivalsOf = (pick: (run: Run) => number, inFlight = 1_000) =>
    Object.fromEntries(
      (['loop', 'backoff', 'list'] as const).flatMap((name) => {
        const one = found(name, inFlight);
        return one ? [[name, pick(one)]] : [];
      }),
    );
  const single = found('ours', 1);
  const perCent = (100 * ours.calls.perSecond) / 1_000;
  const atRate = (name: Name, atMost: number): Figure => ({
    name: `mean delay from end to detection, 1,000 in flight, looks a second at ${name.slice(6)} of in-flight`,
    unit: 's',
    ours: found(name, 1_000)?.delay.mean,
    rivals: rivalsOf(({ delay }) => delay.mean),
    target: { atMost },
  });
  return [
    atRate('ours, 1 %', 2.5),
    atRate('ours, 2 %', 1.5),
    { name: `the same at the bot’s usual pace (${perCent.toFixed(2)} %)`, unit: 's', ours: ours.delay.mean },
    {
      name: 'API calls per finished job, 1,000 in flight',
      unit: 'calls',
      ours: ours.callsPerJob,
      rivals: rivalsOf(({ callsPerJob }) => callsPerJob),
      target: { atMost: 2.5 },
    },
    {
      name: 'median delay, one job in flight',
      unit: 's',
      ours: single?.delay.p50,
      rivals: rivalsOf(({ delay }) => delay.p50, 1),
      target: { atMost: 1 },
    },
    ...sizes
      .filter((inFlight) => inFlight > 1_000)
      .map((inFlight): Figure => {
        const size = inFlight.toLocaleString('en');
        const one = found('ours', inFlight);
        return {
          name: `mean delay, ${size} in flight, usual pace${isBehind(one) ? ` (falls behind: ${one?.unseen} of ${one?.delay.count} not seen by the end)` : ''}`,
          unit: 's',
          ours: one?.delay.mean,
          rivals: rivalsOf(({ delay }) => delay.mean, inFlight),
        };
      }),
  ];
}

/** The policies in words, for plots. */
const words: Record<Name, string> = {
  loop: 'one GET every 5 s per job',
  backoff: 'growing waits',
  list: 'whole list, 1 % a second',
  ours: 'ours',
  'ours, 1 %': 'ours, 1 % a second',
  'ours, 2 %': 'ours, 2 % a second',
};

function plotsOf(runs: Run[]): Plot[] {
  const lines = (y: (run: Run) => number) =>
    names.map((name) => ({
      name: words[name],
      points: runs.flatMap((one): [number, number][] => (one.policy === name ? [[one.inFlight, y(one)]] : [])),
    }));
  const x = 'jobs in flight';
  return [
    {
      file: 'delay.svg',
      title: 'Mean delay from a job’s end to its detection',
      x,
      y: 's',
      series: lines((run) => run.delay.mean),
    },
    {
      file: 'delay-p99.svg',
      title: 'Delay that 99 of 100 jobs stay below',
      x,
      y: 's',
      series: lines((run) => run.delay.p99),
    },
    {
      file: 'calls.svg',
      title: 'API calls per finished job, its start and result included',
      x,
      y: 'calls',
      series: lines((run) => run.callsPerJob),
    },
    {
      file: 'calls-per-second.svg',
      title: 'Looks per second',
      x,
      y: 'calls/s',
      series: lines((run) => run.calls.perSecond),
    },
  ];
}
