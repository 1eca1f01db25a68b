/** Measures the processor time of a job from the call to the message, at several rates, of the bot and of Postgres. */
import { meanOf, mixed } from './arrivals.ts';
import { type Cost, costOf, type Wish } from './cost.ts';
import type { Figure, Group, Setting } from './figure.ts';

/** Largest milliseconds for each job. */
const target = { atMost: 2 };
/**
 * Jobs a second from which on the target counts. The target names no rate, and comes from a measurement at this one.
 * With fewer jobs, waking up is a larger part of the cost of each.
 */
const judgedFrom = 173;
/**
 * Lanes of submits. One request at a time takes 20 ms and two rounds to the database, which is forty jobs a second.
 * With many under way, each waits for the next tick as well. With this number of lanes, that is six hundred a second.
 */
const lanes = 32;

/**
 * Jobs a second, and the seconds of each run. In the first ten seconds (at 330/s thirty), the bot catches up with jobs
 * that ended while it read the list for the first time. Until then, the engine has compiled the hot code. Lower rates
 * need more seconds for as many ends. A shared machine has slow half minutes, so the judged rate is measured for a
 * whole one.
 */
const rates = [
  { perSecond: 28, warm: 40, seconds: 40 },
  { perSecond: 110, warm: 40, seconds: 20 },
  { perSecond: judgedFrom, warm: 40, seconds: 60 },
  { perSecond: 330, warm: 40, seconds: 20 },
];
/** The rates with `--quick`. */
const quickRates = [{ perSecond: judgedFrom, warm: 15, seconds: 6 }];

/** Whether as many jobs end as arrive, within a tenth. Otherwise work is left for later, or earlier work is done. */
const isSteady = ({ finished, arrived }: Pick<Cost, 'finished' | 'arrived'>) =>
  Math.abs(finished - arrived) <= arrived / 10;

/** Returns the milliseconds for each finished job. `fraction` is of one core. */
const perJob = ({ seconds, finished }: Cost, fraction = 0) => (1000 * fraction * seconds) / Math.max(1, finished);

/** Returns the figure of one rate. Its name says when the run was not steady. */
export function figureOf(perSecond: number, cost?: Cost): Figure {
  const name = `CPU per finished job without media, with Postgres, ${perSecond} jobs/s`;
  const common = { unit: 'ms', target: perSecond < judgedFrom ? undefined : target };
  if (!cost) return { ...common, name, skipped: 'no Postgres server' };
  const { finished, arrived, ours, postgres } = cost;
  const said = isSteady(cost) ? name : `${name} (not steady: ${finished} ended while ${arrived} arrived)`;
  if (postgres === undefined)
    return { ...common, name: said, skipped: 'Postgres cannot be read, only our process counts' };
  return { ...common, name: said, ours: perJob(cost, ours + postgres) };
}

/** Measures. */
export async function costPerJob(setting: Setting): Promise<Group> {
  const { quick, server, say } = setting;
  const asked = quick ? quickRates : rates;
  if (!server) return { figures: asked.map(({ perSecond }) => figureOf(perSecond)), runs: [] };
  const costs: Cost[] = [];
  for (const one of asked) {
    // By Little's law, this number is in flight when as many arrive as end.
    const inFlight = Math.round(one.perSecond * meanOf(mixed));
    say(`${one.perSecond} jobs/s, ${inFlight.toLocaleString('en')} mixed ones in flight`);
    costs.push(await costOf(setting, { ...one, inFlight, kinds: mixed, lanes } satisfies Wish));
  }
  const line = (name: string, fraction: (cost: Cost) => number) => ({
    name,
    points: costs.map((cost): [number, number] => [cost.perSecond, perJob(cost, fraction(cost))]),
  });
  return {
    figures: costs.map((cost) => figureOf(cost.perSecond, cost)),
    runs: costs.map((cost) => ({
      ...cost,
      ourMs: perJob(cost, cost.ours),
      postgresMs: perJob(cost, cost.postgres),
    })),
    plots: [
      {
        file: 'cpu-per-job.svg',
        title: 'CPU per finished job',
        x: 'jobs per second',
        y: 'ms',
        series: [
          line('bot and Postgres', ({ ours, postgres = 0 }) => ours + postgres),
          line('the bot', ({ ours }) => ours),
          ...(costs.every(({ postgres }) => postgres) ? [line('Postgres', ({ postgres = 0 }) => postgres)] : []),
        ],
      },
    ],
  };
}
