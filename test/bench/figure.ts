/** The types of the bench: figures, groups and plots. */

/**
 * One figure, which is a line of the table. `ours` and `rivals` are numbers in `unit`. `target` is the promise of issue
 * and docs, as a bound. A figure without a value was not measured, and `skipped` has the reason.
 */
export type Figure = {
  name: string;
  unit: string;
  ours?: number;
  rivals?: Record<string, number>;
  target?: { atMost: number } | { atLeast: number };
  skipped?: string;
};

/** A line of a plot. Points are [x, y], both above 0. */
export type Series = { name: string; points: [number, number][] };
/** A plot and its file. */
export type Plot = { file: string; title: string; x: string; y: string; series: Series[] };

/** The result of one group: figures for the table, all runs for `--json`, and plots. */
export type Group = { figures: Figure[]; runs: object; plots?: Plot[] };

/** The setting of every group. `server` is a Postgres server on which databases may be made. `say` prints progress. */
export type Setting = {
  quick: boolean;
  seed: number;
  server: string | undefined;
  rivals: string | undefined;
  say: (line: string) => void;
};

/** Whether the target was met. Undefined without a target or a value. */
export function isMet({ ours, target }: Figure): boolean | undefined {
  if (ours === undefined || !target) return undefined;
  return 'atMost' in target ? ours <= target.atMost : ours >= target.atLeast;
}

/** Returns the value below which a `fraction` (0 to 1) of the values lies. 0 without values. */
function quantile(values: ArrayLike<number>, fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? 0;
}

/** Returns mean and quantiles of delays or latencies, in the unit of the values. */
export function spreadOf(values: number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((fraction) => quantile(values, fraction));
  return { count: values.length, mean, p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0, max: max ?? 0 };
}

/** Returns a number with three significant digits, for people. */
export function rounded(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '∞';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
