/**
 * Acknowledgement: the time from a call until its row is in the database and its answer is there. Calls do not wait for
 * each other.
 */
import { type Acknowledgements, measureAcknowledgement } from '../platforms/discord/acknowledgement.ts';
import { openBenchDatabase } from './databases.ts';
import type { Figure, Group, Setting } from './figure.ts';
import { openStage } from './stage.ts';
import type { Load, Loaded } from './worker.ts';

type Engine = 'postgres' | 'embedded';

/** Milliseconds below which a person notices nothing. The platforms require an answer within three seconds. */
const target = { atMost: 50 };

/** Returns the figures of a run in which `count` calls were answered, and `lost` never. */
function figuresOf(name: string, { count, lost, p99 }: Pick<Loaded, 'count' | 'lost' | 'p99'>): Figure[] {
  // With more than one in a hundred never answered, the slowest of 99 is one of those.
  const ours = lost > (count + lost) / 100 ? Number.POSITIVE_INFINITY : p99;
  const never = { name: `never answered of ${count + lost}`, unit: 'calls', ours: lost, target: { atMost: 0 } };
  return [{ name, unit: 'ms', ours, target }, ...(lost > 0 ? [never] : [])];
}

/** Measures the whole bot without a platform, on both engines, and then with Discord's client. */
export async function ack(setting: Setting): Promise<Group> {
  const { quick, server, say } = setting;
  const figures: Figure[] = [];
  const runs: Record<string, Loaded | Acknowledgements>[] = [];

  for (const engine of ['postgres', 'embedded'] as const) {
    for (const perSecond of quick ? [200] : [50, 200, 500]) {
      const name = `acknowledgement p99, ${perSecond}/s, ${engine} database`;
      if (engine === 'postgres' && !server) {
        figures.push({ name, unit: 'ms', target, skipped: 'no Postgres server' });
        continue;
      }
      say(name);
      const loaded = await loadOn(engine, perSecond, setting);
      runs.push({ [`${engine} ${perSecond}`]: loaded });
      figures.push(...figuresOf(name, loaded));
    }
  }

  for (const perSecond of quick ? [200] : [50, 200]) {
    const name = `acknowledgement p99, ${perSecond}/s, from the gateway’s event to Discord’s callback`;
    say(name);
    const measured = await loadThroughDiscord(perSecond, setting);
    runs.push({ [`discord ${perSecond}`]: measured });
    figures.push(...figuresOf(name, measured));
  }
  return { figures, runs };
}

async function loadOn(engine: Engine, perSecond: number, { quick, seed, server }: Setting): Promise<Loaded> {
  const stage = await openStage({ server: engine === 'postgres' ? server : undefined, seed });
  try {
    const [worker] = stage.workers;
    if (!worker) throw new Error('there is no bot');
    // The first calls load and compile code that all others use.
    await worker.ask('load', { perSecond: 50, seconds: 1, event: 'warm' } satisfies Load);
    return await worker.ask<Loaded>('load', { perSecond, seconds: quick ? 3 : 10, event: 'ack' } satisfies Load);
  } finally {
    await stage.close();
  }
}

async function loadThroughDiscord(perSecond: number, { quick, server }: Setting): Promise<Acknowledgements> {
  const database = server ? await openBenchDatabase(server) : undefined;
  try {
    return await measureAcknowledgement({ perSecond, seconds: quick ? 2 : 10, database: database?.url });
  } finally {
    await database?.drop();
  }
}
