/** Owns the learned durations of all models: in memory, and saved so that a restart need not learn anew. */
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
import { unknownDurationSeconds } from './timings.ts';

/** The learned durations. */
export type LearnedDurations = ReturnType<typeof createLearnedDurations>;

/** Names of rows that hold a family or all models. No id of a model has a space in it. */
const nameOfFamily = (family: string) => `family ${family}`;
const allModels = 'all models';

const emptyHistogram: Histogram = Array.from({ length: bucketCount }, () => 0);

/** Jobs from which on the times of other models count for a new one. */
const minJobsOfOthers = 8;

/**
 * Returns durations that know nothing until `load` or `learned`. A new model starts with the first of these:
 *
 * - the times measured of its family, by `familyOf`
 * - its usual time by `usualOf`, in seconds
 * - the times measured of all models
 *
 * Such a start counts like a few jobs, and fades as the model's own times are measured.
 */
export function createLearnedDurations(
  db: Database,
  usualOf: (model: string) => number | undefined,
  familyOf: (model: string) => string | undefined = () => undefined,
) {
  const known = new Map<string, Histogram>();
  const curves = new Map<string, Curve>();
  const changed = new Set<string>();

  /** Returns a histogram of others to start from. Undefined when it holds too few jobs. */
  function startFrom(name: string): Histogram | undefined {
    const others = known.get(name);
    return others && weightOf(others) >= minJobsOfOthers ? scaled(others, priorWeight) : undefined;
  }

  function expected(model: string): Histogram {
    const family = familyOf(model);
    const ofFamily = family === undefined ? undefined : startFrom(nameOfFamily(family));
    if (ofFamily) return ofFamily;
    const usualSeconds = usualOf(model);
    if (usualSeconds !== undefined) return prior(usualSeconds);
    return startFrom(allModels) ?? prior(unknownDurationSeconds);
  }

  const of = (model: string): Histogram => known.get(model) ?? expected(model);

  function add(name: string, seconds: number, start: Histogram): void {
    known.set(name, learn(known.get(name) ?? start, seconds));
    changed.add(name);
  }

  return {
    /** Returns the histogram of a model. */
    of,

    /** Returns the histogram as a curve, for a caller that asks thousands of times between two changes. */
    curve(model: string): Curve {
      const curve = curves.get(model) ?? curveOf(of(model));
      curves.set(model, curve);
      return curve;
    },

    /** Returns the usual time of a model, in seconds. */
    usual: (model: string) => median(of(model)),

    /** Learns that a job of this model took `seconds`. */
    learned(model: string, seconds: number): void {
      add(model, seconds, of(model));
      const family = familyOf(model);
      if (family !== undefined) add(nameOfFamily(family), seconds, emptyHistogram);
      add(allModels, seconds, emptyHistogram);
      // Models without jobs of their own start from others, which have changed.
      for (const name of curves.keys()) if (name === model || !known.has(name)) curves.delete(name);
    },

    /** Loads what was saved. */
    async load(): Promise<void> {
      for (const { model, buckets } of await db.orm.select().from(durations)) {
        if (buckets.length === bucketCount) known.set(model, buckets);
      }
      curves.clear();
    },

    /** Saves what changed since the last time. To lose a minute of it does no harm. */
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
