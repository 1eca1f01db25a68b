/** Deep space: a nebula, stars, a planet or two, and the rim of a world below. */
import { darker, lighter, mix } from '../colour.ts';
import type { Place, Stage } from '../stage.ts';
import { blur, el, linear, radial } from '../svg.ts';

type Mood = { deep: string; cloud: string; other: string; world: string };

const moods: readonly [Mood, ...Mood[]] = [
  { deep: '#070718', cloud: '#6a2fb0', other: '#1f8fc2', world: '#e58a5b' },
  { deep: '#04101c', cloud: '#0f8b8d', other: '#d9488b', world: '#7fb7e8' },
  { deep: '#0d0616', cloud: '#c2417a', other: '#4a3bd1', world: '#e8c170' },
  { deep: '#050b1f', cloud: '#2f5fd0', other: '#17b39a', world: '#c98be0' },
];

const channels = (colour: string) => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255].map((level) => level / 255);
};

/**
 * Returns noise stretched over the picture, in one colour where its red is dense, and in the other where its green is.
 */
function nebula({ width, height, random, id }: Stage, colour: string, other: string): string {
  const cloud = id();
  const [r, g, b] = channels(colour);
  const [r2, g2, b2] = channels(other);
  return (
    el(
      'filter',
      { id: cloud, x: 0, y: 0, width: '100%', height: '100%', 'color-interpolation-filters': 'sRGB' },
      el('feTurbulence', {
        type: 'fractalNoise',
        baseFrequency: '0.0019 0.0026',
        numOctaves: 4,
        seed: random.whole(1, 9999),
        result: 'noise',
      }),
      el('feColorMatrix', { values: `0 0 0 0 ${r} 0 0 0 0 ${g} 0 0 0 0 ${b} 3.4 0 0 0 -1.35`, result: 'first' }),
      el('feColorMatrix', {
        in: 'noise',
        values: `0 0 0 0 ${r2} 0 0 0 0 ${g2} 0 0 0 0 ${b2} 0 2.7 0 0 -1.1`,
        result: 'second',
      }),
      el('feMerge', {}, el('feMergeNode', { in: 'first' }), el('feMergeNode', { in: 'second' })),
    ) + el('rect', { width, height, filter: `url(#${cloud})` })
  );
}

/** Returns a planet. */
function planet({ id, random }: Stage, x: number, y: number, size: number, colour: string, ringed: boolean): string {
  const [body, shade, clip, air, ring] = [id(), id(), id(), id(), id()];
  const bands = Array.from({ length: 8 }, (_, index) =>
    el('ellipse', {
      cx: x,
      cy: y - size + ((index + 0.5) * size) / 4,
      rx: size * 1.2,
      ry: size * random.between(0.04, 0.13),
      fill: index % 2 ? lighter(colour, 0.3) : darker(colour, 0.3),
      opacity: random.between(0.15, 0.45),
    }),
  ).join('');
  const half = (upper: boolean) => {
    const sweep = upper ? 1 : 0;
    return el('path', {
      d: `M${x - size * 1.9} ${y}A${size * 1.9} ${size * 0.42} 0 0 ${sweep} ${x + size * 1.9} ${y}`,
      fill: 'none',
      stroke: `url(#${ring})`,
      'stroke-width': size * 0.15,
      opacity: 0.8,
    });
  };
  const turn = `rotate(-16 ${x} ${y})`;
  return (
    radial(air, [
      [0.75, colour, 0.5],
      [1, colour, 0],
    ]) +
    el('circle', { cx: x, cy: y, r: size * 1.25, fill: `url(#${air})` }) +
    linear(
      ring,
      [
        [0, lighter(colour, 0.5), 0.1],
        [0.5, lighter(colour, 0.5)],
        [1, darker(colour, 0.2), 0.3],
      ],
      [0, 0],
      [1, 0],
    ) +
    (ringed ? el('g', { transform: turn }, half(true)) : '') +
    linear(body, [
      [0, lighter(colour, 0.25)],
      [1, darker(colour, 0.2)],
    ]) +
    el('clipPath', { id: clip }, el('circle', { cx: x, cy: y, r: size })) +
    radial(
      shade,
      [
        [0.55, '#000010', 0],
        [1, '#000010', 0.85],
      ],
      [0.3, 0.3],
      0.85,
    ) +
    el(
      'g',
      { 'clip-path': `url(#${clip})` },
      el(
        'g',
        { transform: turn },
        el('rect', {
          x: x - size * 1.3,
          y: y - size * 1.3,
          width: size * 2.6,
          height: size * 2.6,
          fill: `url(#${body})`,
        }) + bands,
      ) + el('circle', { cx: x, cy: y, r: size, fill: `url(#${shade})` }),
    ) +
    (ringed ? el('g', { transform: turn }, half(false)) : '')
  );
}

/** Deep space. */
export const space: Place = {
  words: [
    'space',
    'galaxy',
    'planet',
    'planets',
    'nebula',
    'cosmos',
    'universe',
    'cosmic',
    'saturn',
    'jupiter',
    'orbit',
    'alien',
    'espace',
    'weltraum',
    'espacio',
    '宇宙',
    '太空',
    '우주',
    'космос',
    '🪐',
    '🌌',
    '👽',
  ],
  horizon: 0.82,
  ground: 0.86,
  sky: false,
  back(stage) {
    const { random, width, height, id, focus } = stage;
    const mood = random.pick(moods);
    const [fill, soft] = [id(), id()];
    const count = Math.min(700, Math.round((width * height) / 2600));
    const stars = Array.from({ length: count }, () =>
      el('circle', {
        cx: random.between(0, width),
        cy: random.between(0, height),
        r: 0.5 + random.next() ** 5 * 3.2,
        fill: random.pick(['#ffffff', '#ffe9c9', '#cfe0ff']),
        opacity: random.between(0.3, 1),
      }),
    ).join('');
    const bright = Array.from({ length: 7 }, () =>
      el('circle', {
        cx: random.between(0, width),
        cy: random.between(0, height * 0.8),
        r: 7,
        fill: '#ffffff',
        opacity: 0.8,
      }),
    ).join('');
    const side = focus > width / 2 ? 0.22 : 0.78;
    const size = random.between(110, 170);
    return [
      {
        depth: 0.04,
        markup:
          linear(fill, [
            [0, mood.deep],
            [0.7, mix(mood.deep, mood.cloud, 0.22)],
            [1, mix(mood.deep, mood.other, 0.3)],
          ]) +
          el('rect', { width, height, fill: `url(#${fill})` }) +
          nebula(stage, mood.cloud, mood.other) +
          stars +
          blur(soft, 5) +
          el('g', { filter: `url(#${soft})` }, bright),
      },
      {
        depth: 0.25,
        markup:
          planet(stage, width * side, height * random.between(0.22, 0.34), size, mood.world, random.chance(0.6)) +
          planet(
            stage,
            width * (1 - side) + random.between(-60, 60),
            height * random.between(0.1, 0.2),
            size * 0.24,
            mix(mood.other, '#ffffff', 0.25),
            false,
          ),
      },
    ];
  },
  front(stage) {
    const { width, height, random, id } = stage;
    const [fill, air] = [id(), id()];
    const tone = random.pick(moods).world;
    const size = Math.max(width, height) * 1.5;
    const top = height * 0.87;
    return [
      {
        depth: 0.5,
        markup:
          radial(air, [
            [0.955, lighter(tone, 0.4), 0.85],
            [1, tone, 0],
          ]) +
          el('circle', { cx: width / 2, cy: top + size, r: size * 1.035, fill: `url(#${air})` }) +
          linear(fill, [
            [0, darker(tone, 0.15)],
            [0.12, darker(tone, 0.75)],
          ]) +
          el('circle', { cx: width / 2, cy: top + size, r: size, fill: `url(#${fill})` }),
      },
    ];
  },
};
