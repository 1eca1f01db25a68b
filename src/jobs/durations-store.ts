/** The durations that were learned, model by model: in memory, and saved so that a restart need not learn anew. */
import { sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { durations } from '../db/schema.ts';
import { bucketCount, type Histogram, learn, median, prior } from './durations.ts';

export type Experience = ReturnType<typeof createExperience>;

/** `usualOf` gives the seconds that a model is said to take, for as long as nothing was measured. */
export function createExperience(db: Database, usualOf: (model: string) => number) {
  const known = new Map<string, Histogram>();
  const changed = new Set<string>();

  function of(model: string): Histogram {
    const histogram = known.get(model) ?? prior(usualOf(model));
    known.set(model, histogram);
    return histogram;
  }

  return {
    of,
    /** The usual time of a model, in seconds. */
    usual: (model: string) => median(of(model)),
    /** A job of this model took `seconds`, by PhotoGPT's own clock. */
    learned(model: string, seconds: number): void {
      known.set(model, learn(of(model), seconds));
      changed.add(model);
    },
    async load(): Promise<void> {
      for (const { model, buckets } of await db.orm.select().from(durations)) {
        if (buckets.length === bucketCount) known.set(model, buckets);
      }
    },
    /** Saves what changed since the last time. Losing a minute of it does no harm. */
    async save(): Promise<void> {
      const rows = [...changed].map((model) => ({ model, buckets: of(model), updatedAt: db.now }));
      changed.clear();
      if (rows.length === 0) return;
      await db.orm
        .insert(durations)
        .values(rows)
        .onConflictDoUpdate({ target: durations.model, set: { buckets: sql`excluded.buckets`, updatedAt: db.now } });
    },
  };
}
