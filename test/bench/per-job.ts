/** What a job costs from the call to the message, at several rates: processor time of the bot and of Postgres. */
import { meanOf, mixed } from './arrivals.ts';
import { type Cost, costOf, type Wish } from './cost.ts';
import type { Figure, Group, Setting } from './figure.ts';

const target = { atMost: 2 };
/**
 * From how many jobs a second on it is judged: the target names no rate, and comes from a measurement at this one. The fewer
 * jobs there are, the more of the cost of each is that of waking up.
 */
const judgedFrom = 173;
/**
 * One request at a time would be over in 20 ms and two rounds to the database: forty jobs a second, and no more. Where many
 * are under way, each waits for the next beat as well: with so many lanes, six hundred a second.
 */
const lanes = 32;

/**
 * Jobs a second, and how long, in seconds. For the first ten (at 330/s thirty) the bot catches up with what ended while it read
 * the list for the first time; until then the engine has compiled what is used all the time; and of fewer jobs more seconds are
 * needed for as many to end. A machine that is shared has slow half minutes: where it is judged, it is measured for a whole one.
 */
const rates = [
  { perSecond: 28, warm: 40, seconds: 40 },
  { perSecond: 110, warm: 40, seconds: 20 },
  { perSecond: judgedFrom, warm: 40, seconds: 60 },
  { perSecond: 330, warm: 40, seconds: 20 },
];
const quickly = [{ perSecond: judgedFrom, warm: 15, seconds: 6 }];

/** As many have to end as arrive, within a tenth: otherwise work is left to later, or earlier work is done. */
const isSteady = ({ finished, arrived }: Pick<Cost, 'finished' | 'arrived'>) =>
  Math.abs(finished - arrived) <= arrived / 10;

/** Milliseconds for each finished job; `share` is of one core. */
const perJob = ({ seconds, finished }: Cost, share = 0) => (1000 * share * seconds) / Math.max(1, finished);

/** What is said of one rate. Where it was not steady, the name says so. */
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

export async function costPerJob(setting: Setting): Promise<Group> {
  const { quick, server, say } = setting;
  const asked = quick ? quickly : rates;
  if (!server) return { figures: asked.map(({ perSecond }) => figureOf(perSecond)), runs: [] };
  const costs: Cost[] = [];
  for (const one of asked) {
    // By Little's law so many are in flight when as many arrive as end.
    const inFlight = Math.round(one.perSecond * meanOf(mixed));
    say(`${one.perSecond} jobs/s, ${inFlight.toLocaleString('en')} mixed ones in flight`);
    costs.push(await costOf(setting, { ...one, inFlight, kinds: mixed, lanes } satisfies Wish));
  }
  const line = (name: string, share: (cost: Cost) => number) => ({
    name,
    points: costs.map((cost): [number, number] => [cost.perSecond, perJob(cost, share(cost))]),
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
