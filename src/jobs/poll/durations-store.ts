/**
 * Keeps the learned durations: in memory, and saved so that a restart need not learn anew.
 *
 * The expected duration of a model is the first of these that is known: measured of the model, measured of its family,
 * said of it by the catalogue, measured of all models. For a new model these count like a few jobs, and fade as the
 * model's own jobs are measured.
 */
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { durations } from '../../db/schema/schema.ts';
import { unknownDurationSeconds } from '../timings.ts';
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

/** The learned durations of one process. */
export type LearnedDurations = ReturnType<typeof createLearnedDurations>;

/** Names of the rows for families and for all models. No model's id has a space in it. */
const nameOfFamily = (family: string) => `family ${family}`;
const allModels = 'all models';
const emptyHistogram: Histogram = Array.from({ length: bucketCount }, () => 0);
/** Jobs of other models from which on their durations count for a new model. */
const minJobsOfOthers = 8;

/**
 * Returns durations that know only what is said: `usualOf` returns the usual seconds of a model, `familyOf` its family.
 * Both return undefined for a model about which nothing is said.
 */
export function createLearnedDurations(
  db: Database,
  usualOf: (model: string) => number | undefined,
  familyOf: (model: string) => string | undefined = () => undefined,
) {
  const known = new Map<string, Histogram>();
  const curves = new Map<string, Curve>();
  const changed = new Set<string>();

  /** Returns what was measured under a name, if that was enough jobs. */
  function measured(name: string): Histogram | undefined {
    const histogram = known.get(name);
    const counts = histogram !== undefined && weightOf(histogram) >= minJobsOfOthers;
    return counts ? scaled(histogram, priorWeight) : undefined;
  }

  /** Returns what a model without jobs of its own is expected to take. */
  function expected(model: string): Histogram {
    const family = familyOf(model);
    const ofFamily = family === undefined ? undefined : measured(nameOfFamily(family));
    if (ofFamily) return ofFamily;
    const usual = usualOf(model);
    if (usual !== undefined) return prior(usual);
    return measured(allModels) ?? prior(unknownDurationSeconds);
  }

  const histogramOf = (model: string): Histogram => known.get(model) ?? expected(model);

  function add(name: string, seconds: number, start: Histogram): void {
    known.set(name, learn(known.get(name) ?? start, seconds));
    changed.add(name);
  }

  return {
    /** Returns the histogram of a model. */
    of: histogramOf,

    /** Returns the curve of a model. It is kept until the next change, because plans ask thousands of times. */
    curve(model: string): Curve {
      const curve = curves.get(model) ?? curveOf(histogramOf(model));
      curves.set(model, curve);
      return curve;
    },

    /** Returns the usual duration of a model, in seconds. */
    usual: (model: string) => median(histogramOf(model)),

    /** Learns that a job of this model took `seconds`. */
    learned(model: string, seconds: number): void {
      add(model, seconds, histogramOf(model));
      const family = familyOf(model);
      if (family !== undefined) add(nameOfFamily(family), seconds, emptyHistogram);
      add(allModels, seconds, emptyHistogram);
      // The curves of models without jobs of their own rest on what was just learned.
      for (const name of curves.keys()) if (name === model || !known.has(name)) curves.delete(name);
    },

    /** Reads what was saved. */
    async load(): Promise<void> {
      for (const { model, buckets } of await db.orm.select().from(durations)) {
        if (buckets.length === bucketCount) known.set(model, buckets);
      }
      curves.clear();
    },

    /** Saves what changed since the last time. Losing a minute of it does no harm. */
    async save(): Promise<void> {
      const rows = [...changed].map((model) => ({ model, buckets: histogramOf(model), updatedAt: db.now }));
      changed.clear();
      if (rows.length === 0) return;
      await db.orm
        .insert(durations)
        .values(rows)
        .onConflictDoUpdate({ target: durations.model, set: { buckets: sql`excluded.buckets`, updatedAt: db.now } });
    },
  };
}
