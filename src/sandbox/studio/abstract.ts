/** Composes an abstract picture, for prompts that name nothing the studio can draw. */
import { darker, lighter, mix } from './colour.ts';
import type { Random } from './random.ts';
import { hills } from './ridge.ts';
import type { Layer } from './stage.ts';
import { blur, curve, el, linear, number, type Point, radial } from './svg.ts';

type Canvas = { width: number; height: number; random: Random; id(): string; hues: Hues };
type Hues = readonly [string, string, string, string, string];

/** Five colours that go together, from the darkest to the lightest. */
const schemes: readonly [Hues, ...Hues[]] = [
  ['#12163b', '#3d2c8d', '#916bbf', '#e59ac4', '#ffe9d6'],
  ['#0b2e33', '#1c6e6a', '#5fb3a1', '#f3c98b', '#fff3dc'],
  ['#2b0f2e', '#7a1f4d', '#d8455b', '#f79a5e', '#ffe3b0'],
  ['#0a1c3d', '#1f4e8c', '#4f9bc9', '#a9d9e0', '#fdf6e3'],
  ['#26160f', '#7c3a1d', '#c9772f', '#ecc06a', '#f8efd9'],
  ['#10241b', '#2c5d3f', '#7da35a', '#d9cf7e', '#fbf6dd'],
  ['#1a1030', '#5a2a82', '#d14f9d', '#ff9d7a', '#fff0c9'],
  ['#0d1b2a', '#31506b', '#c05a4a', '#e9a78a', '#f6e7d8'],
];

/** Returns a background that gets lighter towards the bottom, or towards the top with `reverse`. */
const ground = ({ width, height, id, hues }: Canvas, reverse: boolean) => {
  const fill = id();
  const [deep, dark, , warm, pale] = reverse ? hues : [...hues].reverse();
  return (
    linear(
      fill,
      [
        [0, deep ?? hues[0]],
        [0.5, dark ?? hues[1]],
        [0.85, warm ?? hues[3]],
        [1, pale ?? hues[4]],
      ],
      [0, 0],
      [0.25, 1],
    ) + el('rect', { width, height, fill: `url(#${fill})` })
  );
};

/** Returns a glowing ball. */
function orb({ id }: Canvas, x: number, y: number, size: number, from: string, to: string): string {
  const [fill, halo] = [id(), id()];
  return (
    radial(halo, [
      [0.5, from, 0.4],
      [1, from, 0],
    ]) +
    el('circle', { cx: x, cy: y, r: size * 1.6, fill: `url(#${halo})` }) +
    linear(
      fill,
      [
        [0, lighter(from, 0.2)],
        [1, to],
      ],
      [0.2, 0],
      [0.8, 1],
    ) +
    el('circle', { cx: x, cy: y, r: size, fill: `url(#${fill})` })
  );
}

/** Composes sheets of silk, one behind the other, under a pale orb. */
function waves(canvas: Canvas): Layer[] {
  const { width, height, random, hues, id } = canvas;
  const orbX = width * random.between(0.25, 0.75);
  const sheets = Array.from({ length: 8 }, (_, row): Layer => {
    const fraction = row / 7;
    const outline = hills(
      random,
      width,
      height * (0.42 + fraction * 0.62),
      height * 0.2,
      Math.min(width, height) * random.between(0.8, 1.5),
    );
    const [fill, soft] = [id(), id()];
    const tone = mix(hues[3], hues[0], fraction);
    const d = `M${curve(outline)}L${number(width + 100)} ${number(height + 200)}L-100 ${number(height + 200)}Z`;
    return {
      depth: 0.2 + fraction * 0.8,
      markup:
        blur(soft, 14) +
        el('path', {
          d,
          fill: darker(tone, 0.5),
          opacity: 0.35,
          filter: `url(#${soft})`,
          transform: 'translate(0 -8)',
        }) +
        linear(
          fill,
          [
            [0, lighter(mix(hues[4], hues[1], fraction), 0.05)],
            [0.3, tone],
            [1, darker(tone, 0.3)],
          ],
          [0, 0],
          [0.35, 1],
        ) +
        el('path', { d, fill: `url(#${fill})` }) +
        el('path', {
          d: `M${curve(outline)}`,
          stroke: lighter(tone, 0.5),
          'stroke-width': 2,
          fill: 'none',
          opacity: 0.6,
        }),
    };
  });
  return [
    { depth: 0.05, markup: ground(canvas, true) },
    { depth: 0.12, markup: orb(canvas, orbX, height * 0.3, random.between(120, 190), hues[4], hues[3]) },
    ...sheets,
  ];
}

/** Composes soft spheres that float in light, some near and blurred. */
function orbs(canvas: Canvas): Layer[] {
  const { width, height, random, hues, id } = canvas;
  const layers = [0.2, 0.45, 0.7, 1].map((depth, index): Layer => {
    const soft = id();
    const count = [7, 5, 3, 2][index] ?? 1;
    const balls = Array.from({ length: count }, () => {
      const size = (40 + depth * 190) * random.between(0.6, 1.15);
      const from = random.pick([hues[2], hues[3], hues[4]]);
      return orb(
        canvas,
        width * random.between(0.06, 0.94),
        height * random.between(0.08, 0.92),
        size,
        from,
        mix(hues[0], hues[1], random.next()),
      );
    }).join('');
    return {
      depth,
      markup:
        index === 3 || index === 0
          ? blur(soft, index ? 22 : 3) + el('g', { filter: `url(#${soft})`, opacity: index ? 0.75 : 0.8 }, balls)
          : balls,
    };
  });
  return [{ depth: 0.05, markup: ground(canvas, random.chance(0.5)) }, ...layers];
}

/** Composes ribbons of many fine lines, bent together. */
function ribbons(canvas: Canvas): Layer[] {
  const { width, height, random, hues, id } = canvas;
  const bands = Array.from({ length: 4 }, (_, band): Layer => {
    const knots = 6;
    const base = height * (0.2 + band * 0.2);
    const spine = Array.from(
      { length: knots + 1 },
      (_, knot): Point => [-60 + ((width + 120) * knot) / knots, base + random.between(-0.2, 0.2) * height],
    );
    const spread = spine.map(() => random.between(1.2, 8.5));
    const tint = hues[(band % 4) + 1] ?? hues[2];
    const strands = Array.from({ length: 34 }, (_, strand) => {
      const points = spine.map(([x, y], knot): Point => [x, y + (strand - 17) * (spread[knot] ?? 4)]);
      return el('path', {
        d: `M${curve(points)}`,
        stroke: mix(tint, hues[4], strand / 40),
        opacity: 0.35 + 0.5 * Math.sin((strand / 33) * Math.PI),
        'stroke-width': 3.2,
        fill: 'none',
      });
    }).join('');
    const soft = id();
    return {
      depth: 0.3 + band * 0.2,
      markup:
        blur(soft, 30) +
        el('path', {
          d: `M${curve(spine)}`,
          stroke: tint,
          'stroke-width': 150,
          opacity: 0.35,
          fill: 'none',
          filter: `url(#${soft})`,
        }) +
        strands,
    };
  });
  return [{ depth: 0.05, markup: ground(canvas, true) }, ...bands];
}

/** Composes arches and discs, cut from paper. */
function arches(canvas: Canvas): Layer[] {
  const { width, height, random, hues, id } = canvas;
  const size = Math.min(width, height);
  const shadow = id();
  const drop = el(
    'filter',
    { id: shadow, x: '-20%', y: '-20%', width: '140%', height: '140%' },
    el('feDropShadow', { dx: 6, dy: 12, stdDeviation: 14, 'flood-color': hues[0], 'flood-opacity': 0.45 }),
  );
  const across = Math.max(1, Math.round(width / size));
  const groups = Array.from({ length: Math.min(8, across + 1) }, (_, index): Layer => {
    const x = (width * (index + 0.5)) / Math.min(8, across + 1) + random.between(-0.08, 0.08) * size;
    const foot = height * random.between(0.86, 1.04);
    const wide = size * random.between(0.24, 0.36);
    const rings = Array.from({ length: 5 }, (_, ring) => {
      const r = wide * (1 - ring * 0.19);
      const tone = hues[(ring + index) % 4 === 0 ? 4 : ((ring + index) % 4) + 0] ?? hues[1];
      return el('path', {
        d: `M${number(x - r)} ${number(foot + 40)}V${number(foot - r * 1.1)}A${number(r)} ${number(r)} 0 0 1 ${number(x + r)} ${number(foot - r * 1.1)}V${number(foot + 40)}Z`,
        fill: tone,
        filter: `url(#${shadow})`,
      });
    }).join('');
    return { depth: 0.4 + (index % 3) * 0.2, markup: drop + rings };
  });
  const sun = orb(
    canvas,
    width * random.between(0.3, 0.7),
    height * random.between(0.2, 0.34),
    size * random.between(0.13, 0.2),
    hues[3],
    hues[2],
  );
  const hill = hills(random, width, height * 0.99, height * 0.14, size);
  const front = el('path', {
    d: `M${curve(hill)}L${number(width + 100)} ${number(height + 100)}L-100 ${number(height + 100)}Z`,
    fill: hues[0],
    filter: `url(#${shadow})`,
  });
  return [
    { depth: 0.05, markup: ground(canvas, false) },
    { depth: 0.15, markup: sun },
    ...groups,
    { depth: 1, markup: drop + front },
  ];
}

const compositions = [waves, orbs, ribbons, arches] as const;

/**
 * Returns layers in one of four manners and one of eight colour schemes. `colour`, if the words name one, replaces the
 * middle of the scheme.
 */
export function composeAbstract(canvas: Omit<Canvas, 'hues'>, colour: string | undefined): Layer[] {
  const { random } = canvas;
  const scheme = random.pick(schemes);
  const hues: Hues = colour
    ? [
        darker(colour, 0.75),
        darker(colour, 0.4),
        colour,
        lighter(mix(colour, scheme[3], 0.35), 0.2),
        lighter(mix(colour, scheme[4], 0.5), 0.5),
      ]
    : scheme;
  return random.pick(compositions)({ ...canvas, hues });
}
