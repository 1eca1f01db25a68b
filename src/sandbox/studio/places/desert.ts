/** Dunes with a sharp edge between light and shadow, and a few mesas far off. */
import { darker, lighter, mix } from '../colour.ts';
import { crags, hills, land } from '../ridge.ts';
import type { Place } from '../stage.ts';
import { curve, el, linear, number, type Point } from '../svg.ts';

/** A desert. */
export const desert: Place = {
  words: [
    'desert',
    'dune',
    'dunes',
    'sand',
    'sahara',
    'mars',
    'oasis',
    'pyramid',
    'désert',
    'wüste',
    'desierto',
    '沙漠',
    '사막',
    'пустыня',
    '🏜',
    '🌵',
    '🐪',
  ],
  horizon: 0.6,
  ground: 0.84,
  sky: true,
  back(stage) {
    const { random, width, horizon, height, palette, sun, id } = stage;
    const sand = mix('#e2a35f', palette.haze, 0.25);
    const lit = (fraction: number) =>
      darker(mix(palette.haze, sand, 0.3 + fraction * 0.7), palette.dark * 0.8 * fraction);
    const mesas = crags(random, width, horizon + 8, 120, 520).map(([x, y]) => [x, Math.max(y, horizon - 74)] as const);
    const dunes = [0.25, 0.5, 0.75, 1].map((fraction, row) => {
      const base = horizon + 16 + (height - horizon) * 0.24 * row;
      const outline: Point[] = hills(random, width, base, 60 + row * 34, 560 + row * 170);
      const foot = id();
      const crest = outline.reduce<Point>(
        (best, point) => (point[1] < best[1] ? point : best),
        [0, Number.POSITIVE_INFINITY],
      );
      const side = sun.x > crest[0] ? -1 : 1;
      const slope = outline.filter(([x]) => (x - crest[0]) * side >= 0 && Math.abs(x - crest[0]) < 420 + row * 130);
      if (side < 0) slope.reverse();
      const end = slope.at(-1) ?? crest;
      const shade =
        linear(foot, [
          [0, darker(lit(fraction), 0.5), 0.62],
          [1, darker(lit(fraction), 0.3), 0],
        ]) +
        el('path', {
          d: `M${curve(slope)}L${number(end[0])} ${number(base + 130)}C${number((crest[0] + end[0]) / 2)} ${number(base + 70)} ${number(crest[0] - side * 60)} ${number(base + 30)} ${number(crest[0])} ${number(crest[1])}Z`,
          fill: `url(#${foot})`,
        });
      return {
        depth: 0.3 + row * 0.14,
        markup:
          land(stage, outline, lighter(lit(fraction), 0.12), mix(lit(fraction), darker(sand, 0.25), 0.4), true) + shade,
      };
    });
    return [
      { depth: 0.18, markup: land(stage, mesas, mix(palette.haze, palette.land, 0.3), palette.haze, false) },
      ...dunes,
    ];
  },
  front(stage) {
    const { random, width, height, palette } = stage;
    const near = hills(random, width, height + 20, 90, 1200);
    const tone = darker(mix('#a8673d', palette.land, 0.45), 0.15);
    return [{ depth: 0.95, markup: land(stage, near, tone, darker(tone, 0.4), true) }];
  },
};
