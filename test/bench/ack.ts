/** How long a call takes until its row is in the database and its answer is there, when calls do not wait for each other. */
import { type Acknowledgements, measureAcknowledgement } from '../platforms/discord/acknowledgement.ts';
import { openBenchDatabase } from './databases.ts';
import type { Figure, Group, Setting } from './figure.ts';
import { openStage } from './stage.ts';
import type { Load, Loaded } from './worker.ts';

/** A person sees nothing of it below this; the platforms want an answer within three seconds. */
const target = { atMost: 50 };

/** `count` calls were answered, `lost` never. */
function figuresOf(name: string, { count, lost, p99 }: Pick<Loaded, 'count' | 'lost' | 'p99'>): Figure[] {
  // With more than one in a hundred never answered, the slowest of 99 is one of those.
  const ours = lost > (count + lost) / 100 ? Number.POSITIVE_INFINITY : p99;
  const never = { name: `never answered of ${count + lost}`, unit: 'calls', ours: lost, target: { atMost: 0 } };
  return [{ name, unit: 'ms', ours, target }, ...(lost > 0 ? [never] : [])];
}

export async function ack({ quick, seed, server, say }: Setting): Promise<Group> {
  const rates = quick ? [200] : [50, 200, 500];
  const seconds = quick ? 3 : 10;
  const figures: Figure[] = [];
  const runs: Record<string, Loaded | Acknowledgements>[] = [];

  for (const engine of ['postgres', 'embedded'] as const) {
    for (const perSecond of rates) {
      const name = `acknowledgement p99, ${perSecond}/s, ${engine} database`;
      if (engine === 'postgres' && !server) {
        figures.push({ name, unit: 'ms', target, skipped: 'no Postgres server' });
        continue;
      }
      say(name);
      const stage = await openStage({ server: engine === 'postgres' ? server : undefined, seed });
      try {
        const [worker] = stage.workers;
        if (!worker) throw new Error('there is no bot');
        // The first calls load and compile what all others use.
        await worker.ask('load', { perSecond: 50, seconds: 1, event: 'warm' } satisfies Load);
        const loaded = await worker.ask<Loaded>('load', { perSecond, seconds, event: 'ack' } satisfies Load);
        runs.push({ [`${engine} ${perSecond}`]: loaded });
        figures.push(...figuresOf(name, loaded));
      } finally {
        await stage.close();
      }
    }
  }

  for (const perSecond of quick ? [200] : [50, 200]) {
    const name = `acknowledgement p99, ${perSecond}/s, from the gateway’s event to Discord’s callback`;
    say(name);
    const database = server ? await openBenchDatabase(server) : undefined;
    try {
      const measured = await measureAcknowledgement({ perSecond, seconds: quick ? 2 : 10, database: database?.url });
      runs.push({ [`discord ${perSecond}`]: measured });
      figures.push(...figuresOf(name, measured));
    } finally {
      await database?.drop();
    }
  }
  return { figures, runs };
}
