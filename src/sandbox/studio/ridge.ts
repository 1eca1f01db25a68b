/** Outlines of land against the sky, and the land under them. */
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { curve, el, linear, lines, number, type Point } from './svg.ts';

/**
 * Returns the outline of rolling land: a few waves of different lengths. `swell` is the height of the largest, in
 * units.
 */
export function hills(random: Random, width: number, base: number, swell: number, length: number): Point[] {
  const waves = [1, 0.45, 0.2].map((strength, octave) => ({
    strength,
    length: (length / 2.1 ** octave) * random.between(0.8, 1.2),
    phase: random.between(0, Math.PI * 2),
  }));
  // A point every tenth of the longest wave carries the shape. A strip 64 times as wide as high needs a bound.
  const steps = Math.min(400, Math.ceil((width + 200) / (length / 10)));
  return Array.from({ length: steps + 1 }, (_, index) => {
    const x = -100 + ((width + 200) * index) / steps;
    const rise = waves.reduce(
      (sum, wave) => sum + wave.strength * Math.sin((x / wave.length) * Math.PI * 2 + wave.phase),
      0,
    );
    return [x, base - (rise * 0.5 + 0.5) * swell] as const;
  });
}

/** Returns the outline of rugged land. It moves the midpoint of every stretch, by less in each round. */
export function crags(random: Random, width: number, base: number, swell: number, length: number): Point[] {
  const peaks = Math.min(60, Math.max(2, Math.round(width / length)));
  let points: Point[] = Array.from({ length: peaks * 2 + 1 }, (_, index) => [
    -100 + ((width + 200) * index) / (peaks * 2),
    base - swell * (index % 2 ? random.between(0.62, 1) : random.between(0.1, 0.38)),
  ]);
  for (let round = 0, roughness = swell * 0.11; round < 4; round++, roughness *= 0.5) {
    points = points.flatMap((point, index) => {
      const after = points[index + 1];
      if (!after) return [point];
      const middle: Point = [
        (point[0] + after[0]) / 2 + random.between(-0.1, 0.1) * (after[0] - point[0]),
        (point[1] + after[1]) / 2 + random.between(-1, 1) * roughness,
      ];
      return [point, middle];
    });
  }
  return points;
}

/** Returns the height of an outline at `x`. */
export function heightAt(points: readonly Point[], x: number): number {
  const after = points.findIndex((point) => point[0] >= x);
  const [end, start] = [points[after], points[after - 1]];
  if (!end || !start) return end?.[1] ?? points.at(-1)?.[1] ?? 0;
  return start[1] + ((end[1] - start[1]) * (x - start[0])) / (end[0] - start[0]);
}

/**
 * Returns the land under an outline, down to the picture's edge. Its colour is `top` at the ridge and fades into
 * `foot`, as mist gathers in valleys.
 */
export function land(stage: Stage, outline: readonly Point[], top: string, foot: string, smooth: boolean): string {
  const fill = stage.id();
  const last = outline.at(-1) ?? [0, 0];
  const first = outline[0] ?? [0, 0];
  const highest = Math.min(...outline.map(([, y]) => y));
  const floor = Math.max(stage.height, highest + 10);
  const edge = smooth ? curve(outline) : lines(outline);
  return (
    linear(fill, [
      [0, top],
      [Math.min(1, 380 / (floor - highest)), foot],
      [1, foot],
    ]) +
    el('path', {
      d: `M${edge}L${number(last[0])} ${number(floor)}L${number(first[0])} ${number(floor)}Z`,
      fill: `url(#${fill})`,
    })
  );
}
