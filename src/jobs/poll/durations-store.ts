/** The durations that were learned, model by model: in memory, and saved so that a restart need not learn anew. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { durations } from '../../db/schema/schema.ts';
import {
  bucketCount,
  type Curve,
  curveOf,
  type Histogram,
  learn,
  median,
  prior,
  priorWeight,
  scaled,
  weightOf,
} from './durations.ts';

export type LearnedDurations = ReturnType<typeof createLearnedDurations>;

/** Under these names experience is kept of families and of everything: no model's id has a space in it. */
const nameOfFamily = (family: string) => `family ${family}`;
const wholePartition = 'all models';
const nothing: Histogram = Array.from({ length: bucketCount }, () => 0);
/** Others' experience counts from this many jobs on. */
const enough = 8;
/** Seconds that work is taken to last of which nothing is said or measured at all. */
const usualElse = 60;

/**
 * What a model is expected to take is the first of these that is known: what was measured of the model, of its family
 * (`familyOf`), what is said of it (`usualOf`, in seconds), what was measured of all models. What comes first for a
 * model that is new counts like a few jobs, and fades as the model's own are measured.
 */
export function createLearnedDurations(
  db: Database,
  usualOf: (model: string) => number | undefined,
  familyOf: (model: string) => string | undefined = () => undefined,
) {
  const known = new Map<string, Histogram>();
  const curves = new Map<string, Curve>();
  const changed = new Set<string>();

  function expected(model: string): Histogram {
    const family = familyOf(model);
    const ofFamily = family === undefined ? undefined : known.get(nameOfFamily(family));
    if (ofFamily && weightOf(ofFamily) >= enough) return scaled(ofFamily, priorWeight);
    const usual = usualOf(model);
    if (usual !== undefined) return prior(usual);
    const ofAll = known.get(wholePartition);
    return ofAll && weightOf(ofAll) >= enough ? scaled(ofAll, priorWeight) : prior(usualElse);
  }

  const of = (model: string): Histogram => known.get(model) ?? expected(model);

  function add(name: string, seconds: number, start: Histogram): void {
    known.set(name, learn(known.get(name) ?? start, seconds));
    changed.add(name);
  }

  return {
    of,
    /** The same, ready to be asked: for what asks thousands of times between two changes. */
    curve(model: string): Curve {
      const curve = curves.get(model) ?? curveOf(of(model));
      curves.set(model, curve);
      return curve;
    },
    /** The usual time of a model, in seconds. */
    usual: (model: string) => median(of(model)),
    /** A job of this model took `seconds`, by PhotoGPT's own clock. */
    learned(model: string, seconds: number): void {
      add(model, seconds, of(model));
      const family = familyOf(model);
      if (family !== undefined) add(nameOfFamily(family), seconds, nothing);
      add(wholePartition, seconds, nothing);
      // Models without jobs of their own lean on what was just learned.
      for (const name of curves.keys()) if (name === model || !known.has(name)) curves.delete(name);
    },
    async load(): Promise<void> {
      for (const { model, buckets } of await db.orm.select().from(durations)) {
        if (buckets.length === bucketCount) known.set(model, buckets);
      }
      curves.clear();
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
