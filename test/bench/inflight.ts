/**
 * Measures the cost of work in flight, from ten jobs to a hundred thousand: processor and memory of the bot and of
 * Postgres.
 */
import { type Kind, meanOf } from './arrivals.ts';
import { type Cost, costOf } from './cost.ts';
import type { Figure, Group, Setting } from './figure.ts';

/**
 * Long-lived work. By Little's law, a hundred thousand in flight with about ten arrivals a second live about three
 * hours each. With medians of 80 minutes, 20 of a hundred thousand end each second.
 */
const longLived: Kind[] = [{ model: 'gpt-image-2', share: 1, median: 4_800 }];

/** Fraction of the ended jobs that have to be posted. With fewer, the cost is low because work is left undone. */
const minPosted = 0.8;
/** Returns the note for the name of a figure when fewer jobs were posted. Empty otherwise. */
export function fallenBehind({ inFlight, seconds, finished }: Pick<Cost, 'inFlight' | 'seconds' | 'finished'>): string {
  const ends = Math.round((seconds * inFlight) / meanOf(longLived));
  return finished < minPosted * ends ? ` (not kept up: ${finished} posted while about ${ends} ended)` : '';
}

/** Measures. */
export async function inflight(setting: Setting): Promise<Group> {
  const { quick, server, say } = setting;
  const targets = {
    cpu: { name: 'CPU with 100,000 in flight, our process', unit: '% of a core', target: { atMost: 30 } },
    postgres: { name: 'CPU with 100,000 in flight, Postgres', unit: '% of a core' },
    heap: { name: 'heap per job in flight', unit: 'KB', target: { atMost: 0.5 } },
    delay: { name: 'delay from job end to message with 100,000 in flight, mean', unit: 's' },
    ack: { name: 'acknowledgement p99 with 100,000 in flight, 10/s', unit: 'ms', target: { atMost: 50 } },
  } satisfies Record<string, Figure>;
  if (!server) {
    return {
      figures: Object.values(targets).map((figure) => ({ ...figure, skipped: 'no Postgres server' })),
      runs: [],
    };
  }

  const sizes = quick ? [10_000] : [10, 100, 1_000, 10_000, 100_000];
  const costs: Cost[] = [];
  for (const inFlight of sizes) {
    say(`${inFlight.toLocaleString('en')} in flight on Postgres`);
    // The bot reads all of them once in twenty seconds.
    const seconds = quick ? 4 : 20;
    const warmUp = inFlight > 10_000 ? 40 : 5;
    const warm = quick ? 3 : warmUp;
    costs.push(await costOf(setting, { inFlight, kinds: longLived, perSecond: 10, seconds, warm }));
  }
  const smallest = costs[0];
  const largest = costs.at(-1);
  if (!smallest || !largest) throw new Error('nothing was measured');
  const size = largest.inFlight.toLocaleString('en');
  const named = <F extends Figure>(figure: F) => ({ ...figure, name: figure.name.replace('100,000', size) });
  const behind = quick ? '' : fallenBehind(largest);
  const cpu = named(targets.cpu);

  const line = (name: string, y: (cost: Cost) => number | undefined) => ({
    name,
    points: costs.flatMap((cost): [number, number][] => {
      const value = y(cost);
      return value ? [[cost.inFlight, value]] : [];
    }),
  });
  const percent = (fraction: number | undefined) => (fraction === undefined ? undefined : 100 * fraction);
  const heapPerJob = (largest.heap - smallest.heap) / (largest.inFlight - smallest.inFlight);
  const readable = largest.postgres !== undefined;
  return {
    figures: [
      { ...cpu, name: cpu.name + behind, ours: 100 * largest.ours },
      { ...named(targets.postgres), ours: percent(largest.postgres), skipped: readable ? undefined : 'cannot be read' },
      quick
        ? { ...targets.heap, skipped: 'that of 10,000 is lost in what else there is' }
        : { ...targets.heap, ours: Math.max(0, heapPerJob) / 1024 },
      quick
        ? { ...targets.delay, skipped: 'too few end in so short a time' }
        : { ...named(targets.delay), ours: largest.delay.mean },
      { ...named(targets.ack), ours: largest.ack.p99 },
    ],
    runs: costs,
    plots: [
      {
        file: 'in-flight.svg',
        title: 'What jobs in flight cost, with 10 more arriving each second',
        x: 'jobs in flight',
        y: '% of a core · ms · MB',
        series: [
          line('our process, % of a core', (cost) => percent(cost.ours)),
          line('Postgres, % of a core', (cost) => percent(cost.postgres)),
          line('acknowledgement p99, ms', (cost) => cost.ack.p99),
          line('heap, MB', (cost) => cost.heap / 1024 ** 2),
        ],
      },
    ],
  };
}
