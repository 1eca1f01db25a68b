/** What the bench measures: one line of its table each, and the runs that a group of them came from. */

/**
 * One figure. `ours` and `rivals` are numbers in `unit`; `target` is what issue and docs promise, as a bound. A figure
 * without a value was not measured, and `skipped` says why.
 */
export type Figure = {
  name: string;
  unit: string;
  ours?: number;
  rivals?: Record<string, number>;
  target?: { atMost: number } | { atLeast: number };
  skipped?: string;
};

/** A line in a plot: points are [x, y], x and y above 0. */
export type Series = { name: string; points: [number, number][] };
export type Plot = { file: string; title: string; x: string; y: string; series: Series[] };

/** What one group of the bench gives: figures for the table, everything that was seen for `--json`, and plots. */
export type Group = { figures: Figure[]; runs: object; plots?: Plot[] };

/** Told to every group. `server` is a Postgres server on which databases may be made; `say` is for progress. */
export type Setting = {
  quick: boolean;
  seed: number;
  server: string | undefined;
  rivals: string | undefined;
  say: (line: string) => void;
};

/** Whether the target was met; undefined where there is none, or no value. */
export function isMet({ ours, target }: Figure): boolean | undefined {
  if (ours === undefined || !target) return undefined;
  return 'atMost' in target ? ours <= target.atMost : ours >= target.atLeast;
}

/** The value below which a `share` (0 to 1) of the values lies; 0 for none. */
function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Mean and quantiles of delays or latencies, in the unit of the values. */
export function spreadOf(values: number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((share) => quantile(values, share));
  return { count: values.length, mean, p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0, max: max ?? 0 };
}

/** Three significant digits, for people. */
export function rounded(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '∞';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
