/** Mountains behind a lake or a meadow, peak after peak into the haze. */
import { darker, lighter, mix } from '../colour.ts';
import { crags, hills, land } from '../ridge.ts';
import type { Layer, Place, Stage } from '../stage.ts';
import { el, linear, lines, type Point } from '../svg.ts';
import { pines } from '../trees.ts';
import { water } from '../water.ts';

/** Returns the colour of land at a distance: haze at 0, and its own colour at 1. */
const near = (stage: Stage, fraction: number) => mix(stage.palette.haze, stage.palette.land, fraction);

/** Returns the side of each peak that faces away from the sun, and the snow on top. */
function faces(stage: Stage, outline: readonly Point[], base: number, snow: boolean): string {
  const { random, palette, sun, id } = stage;
  const [shade, cap] = [id(), id()];
  const parts: string[] = [
    linear(shade, [
      [0, darker(palette.land, 0.25), 0.55],
      [1, palette.haze, 0],
    ]),
    linear(cap, [
      [0, lighter(mix(palette.sky[3], palette.glow, 0.3), 0.45), 0.95],
      [1, lighter(palette.haze, 0.2), 0.25],
    ]),
  ];
  outline.forEach((peak, index) => {
    // 32 points are one rise and fall after four rounds of halving. The top is in the middle.
    if (index % 32 !== 16) return;
    const side = sun.x > peak[0] ? -1 : 1;
    const slope = outline.slice(Math.max(0, index - 16), index + 17).filter(([x]) => (x - peak[0]) * side >= 0);
    if (side < 0) slope.reverse();
    const drop = base - peak[1];
    const spine = Array.from(
      { length: 7 },
      (_, step): Point => [
        peak[0] + side * drop * (step / 6) * 0.1 + random.between(-0.05, 0.05) * drop * Math.min(1, step),
        peak[1] + (drop * step) / 6,
      ],
    );
    parts.push(el('path', { d: `M${lines([...spine].reverse())}L${lines(slope)}Z`, fill: `url(#${shade})` }));
    if (!snow) return;
    const line = peak[1] + drop * random.between(0.24, 0.36);
    const crown = outline.slice(Math.max(0, index - 16), index + 17).filter(([, y]) => y < line);
    const [first, last] = [crown[0], crown.at(-1)];
    if (!first || !last || crown.length < 3) return;
    const teeth = Array.from(
      { length: 9 },
      (_, step): Point => [
        last[0] + ((first[0] - last[0]) * step) / 8,
        line + (step % 2 ? -0.02 : 0.08) * drop * random.between(0.3, 1.3),
      ],
    );
    parts.push(el('path', { d: `M${lines(crown)}L${lines(teeth.slice(1, -1))}Z`, fill: `url(#${cap})` }));
  });
  return parts.join('');
}

/** Returns three ranges. The middle one has faces and snow. */
function ranges(stage: Stage): Layer[] {
  const { random, width, horizon } = stage;
  const tall = Math.min(horizon * 0.72, 620);
  const far = crags(random, width, horizon, tall * 0.62, 420);
  const middle = crags(random, width, horizon + 10, tall, 620);
  const close = hills(random, width, horizon + 20, tall * 0.24, 700);
  return [
    { depth: 0.16, markup: land(stage, far, near(stage, 0.2), stage.palette.haze, false) },
    {
      depth: 0.26,
      markup: land(stage, middle, near(stage, 0.5), near(stage, 0.1), false) + faces(stage, middle, horizon + 10, true),
    },
    {
      depth: 0.4,
      markup:
        land(stage, close, near(stage, 0.62), near(stage, 0.35), true) + pines(stage, close, 26, near(stage, 0.68)),
    },
  ];
}

/** Returns the bank of a lake. */
function bank(stage: Stage): Layer[] {
  const { random, width, height, palette } = stage;
  const shore = hills(random, width, height - 16, 70, 900);
  return [
    {
      depth: 0.95,
      markup:
        land(stage, shore, darker(palette.land, 0.2), darker(palette.land, 0.45), true) +
        pines(stage, shore, 120, darker(palette.land, 0.22), 0.3),
    },
  ];
}

/** Mountains behind a meadow. */
export const mountains: Place = {
  words: [
    'mountain',
    'mountains',
    'alps',
    'peak',
    'cliff',
    'valley',
    'canyon',
    'volcano',
    'hiking',
    'montagne',
    'berge',
    'berg',
    'montaña',
    '山',
    '산',
    'горы',
    '⛰',
    '🏔',
    '🗻',
  ],
  horizon: 0.66,
  ground: 0.86,
  sky: true,
  back(stage) {
    const { random, width, palette, horizon, height } = stage;
    const meadow = hills(random, width, horizon + (height - horizon) * 0.45, (height - horizon) * 0.4, 1100);
    return [
      ...ranges(stage),
      {
        depth: 0.6,
        markup: land(stage, meadow, mix(near(stage, 0.7), palette.leaf, 0.5), darker(palette.leaf, 0.35), true),
      },
    ];
  },
  front: bank,
};

/** Mountains behind a lake. */
export const lake: Place = {
  words: ['lake', 'river', 'pond', 'fjord', 'reflection', 'reflections', 'lac', 'lago', '湖', '河', '호수', 'озеро'],
  horizon: 0.58,
  ground: 0.84,
  sky: true,
  back(stage) {
    const behind = ranges(stage);
    return [
      ...behind,
      { depth: 0.45, markup: water(stage, stage.horizon + 14, behind.map(({ markup }) => markup).join(''), 0.95) },
    ];
  },
  front: bank,
};
