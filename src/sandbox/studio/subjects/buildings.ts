/** A lighthouse, a cabin and a castle. */
import { darker, lighter } from '../colour.ts';
import type { Ink, Subject } from '../subject.ts';
import { blur, el, linear, lines, number, type Point, radial } from '../svg.ts';

/** Returns the shading of a round thing, from the lit side to the other. */
const barrel = (ink: Ink, id: string, colour: string) =>
  linear(
    id,
    [
      [0, lighter(colour, 0.22)],
      [0.4, colour],
      [1, darker(colour, 0.45)],
    ],
    [ink.lit > 0 ? 1 : 0, 0],
    [ink.lit > 0 ? 0 : 1, 0],
  );

/** Returns a glow around a lamp. */
function glow(ink: Ink, x: number, y: number, radius: number, strength: number): string {
  const fill = ink.id();
  return (
    radial(fill, [
      [0, ink.lamp, strength],
      [0.3, ink.lamp, strength * 0.4],
      [1, ink.lamp, 0],
    ]) + el('circle', { cx: x, cy: y, r: radius, fill: `url(#${fill})` })
  );
}

/** A lighthouse. */
export const lighthouse: Subject = {
  words: [
    'lighthouse',
    'beacon',
    'phare',
    'leuchtturm',
    'faro',
    'farol',
    'vuurtoren',
    'маяк',
    '灯塔',
    '燈塔',
    '灯台',
    '등대',
  ],
  homes: ['sea'],
  colours: ['#c8452f', '#2f5f9a', '#c8452f', '#23262e'],
  height: 0.6,
  width: 60,
  stands: 'ground',
  draw(ink) {
    const [tower, band, beam] = [ink.id(), ink.id(), ink.id()];
    const half = (y: number) => 6 + ((y + 76) / 76) * 4.4;
    const slice = (from: number, to: number) =>
      `M${lines([
        [-half(from), from],
        [half(from), from],
        [half(to), to],
        [-half(to), to],
      ])}Z`;
    const ray = (side: 1 | -1) =>
      el('path', { d: `M0 -82L${260 * side} -116L${260 * side} -58Z`, fill: `url(#${side > 0 ? beam : `${beam}b`})` });
    const stops = [
      [0, ink.lamp, 0.85],
      [0.12, ink.lamp, 0.36],
      [0.4, ink.lamp, 0.08],
      [1, ink.lamp, 0],
    ] as const;
    const beams =
      ink.dark > 0.14
        ? linear(beam, stops, [0, 0], [1, 0]) + linear(`${beam}b`, stops, [1, 0], [0, 0]) + ray(1) + ray(-1)
        : '';
    const white = ink.in('#f4efe4');
    const dark = ink.in('#2b2c38');
    const house =
      el('path', { d: 'M12 0V-13H34V0Z', fill: ink.in('#efe6d6') }) +
      el('path', { d: 'M26 0V-13H34V0Z', fill: darker(ink.in('#efe6d6'), 0.25) }) +
      el('path', { d: 'M9.5 -12.6L15 -21H31L36.5 -12.6Z', fill: darker(ink.body, 0.2) }) +
      el('path', { d: 'M16 -9.5h3.6v4.4h-3.6ZM22.4 -9.5h3.6v4.4h-3.6Z', fill: ink.dark > 0.14 ? ink.lamp : dark }) +
      el('rect', { x: 27, y: -25, width: 3, height: 6, fill: dark });
    return (
      beams +
      glow(ink, 0, -82, 44, 0.28 + ink.dark * 0.8) +
      house +
      barrel(ink, tower, white) +
      barrel(ink, band, ink.body) +
      el('path', { d: slice(-76, 0), fill: `url(#${tower})` }) +
      el('path', { d: slice(-68, -54) + slice(-40, -26) + slice(-12, 0), fill: `url(#${band})` }) +
      el('path', { d: 'M-1.6 -60h3.2v4.6h-3.2ZM-1.6 -32h3.2v4.6h-3.2Z', fill: ink.dark > 0.14 ? ink.lamp : dark }) +
      el('path', { d: 'M-2.4 0V-6a2.4 2.4 0 0 1 4.8 0V0Z', fill: dark }) +
      el('path', { d: 'M-9.4 -75.6H9.4L7.6 -78.4H-7.6Z', fill: dark }) +
      el('path', {
        d: 'M-9 -78V-81.4M-6 -78V-81.4M6 -78V-81.4M9 -78V-81.4M-9 -81H9',
        stroke: dark,
        'stroke-width': 0.6,
        fill: 'none',
      }) +
      el('rect', {
        x: -5,
        y: -87,
        width: 10,
        height: 9,
        fill: ink.dark > 0.1 ? lighter(ink.lamp, 0.45) : ink.in('#cfe6ee'),
      }) +
      el('path', { d: 'M-5 -87V-78M-1.8 -87V-78M1.8 -87V-78M5 -87V-78', stroke: dark, 'stroke-width': 0.7 }) +
      el('path', { d: 'M-6.4 -86.6C-6 -92 -2.6 -94 0 -94.4C2.6 -94 6 -92 6.4 -86.6Z', fill: `url(#${band})` }) +
      el('path', { d: 'M0 -94V-100', stroke: dark, 'stroke-width': 0.9 }) +
      glow(ink, 0, -82.5, 13, ink.dark > 0.14 ? 0.95 : 0.2)
    );
  },
};

/** A cabin. */
export const cabin: Subject = {
  words: [
    'cabin',
    'house',
    'cottage',
    'hut',
    'barn',
    'home',
    'chalet',
    'shed',
    'temple',
    'maison',
    'haus',
    'hütte',
    'casa',
    'дом',
    '房子',
    '小屋',
    '家',
    '집',
    '🏠',
    '🏡',
    '🛖',
  ],
  homes: ['mountains', 'forest', 'field', 'lake'],
  colours: ['#9a4f36', '#6d4a38', '#a83e32', '#4f5f6b'],
  height: 0.3,
  width: 130,
  stands: 'ground',
  draw(ink) {
    const { body } = ink;
    const [wall, soft] = [ink.id(), ink.id()];
    const dark = ink.in('#33241f');
    const roof = ink.in('#463a44');
    const lit = ink.dark > 0.1;
    const pane = lit ? lighter(ink.lamp, 0.2) : ink.in('#a9c8d6');
    const planks = Array.from({ length: 7 }, (_, row) => `M-46 ${-8 - row * 6.4}H50`).join('');
    const window = (x: number, y: number, w: number, h: number) =>
      el('rect', { x, y, width: w, height: h, fill: pane, stroke: lighter(dark, 0.12), 'stroke-width': 1.8 }) +
      el('path', { d: `M${x + w / 2} ${y}v${h}M${x} ${y + h / 2}h${w}`, stroke: dark, 'stroke-width': 1 });
    const puffs = Array.from({ length: 6 }, (_, index) =>
      el('circle', {
        cx: 29 + index * 5 * -ink.lit + ink.random.between(-3, 3),
        cy: -92 - index * 13,
        r: 4 + index * 2.6,
        fill: ink.in('#f2eef0'),
        opacity: 0.42 - index * 0.06,
      }),
    ).join('');
    return (
      blur(soft, 3) +
      el('g', { filter: `url(#${soft})` }, puffs) +
      el('path', { d: 'M24 -58V-90H34V-58Z', fill: ink.in('#77605a') }) +
      linear(wall, [
        [0, darker(body, 0.1)],
        [1, darker(body, 0.32)],
      ]) +
      el('path', { d: 'M-46 0V-50H50V0Z', fill: `url(#${wall})` }) +
      el('path', { d: planks, stroke: darker(body, 0.45), 'stroke-width': 0.8, opacity: 0.6 }) +
      el('path', { d: 'M-62 -44L-46 -86H46L62 -44Z', fill: roof }) +
      el('path', { d: 'M-62 -44L-46 -86H46L47 -83L-43 -80L-57 -44Z', fill: lighter(roof, 0.16) }) +
      el('path', { d: 'M-62 -44H62V-41H-60Z', fill: darker(roof, 0.4) }) +
      el('path', { d: 'M-9 0V-31H9V0Z', fill: dark }) +
      el('circle', { cx: 5.4, cy: -15, r: 1.3, fill: ink.lamp }) +
      window(-38, -34, 20, 18) +
      window(20, -34, 20, 18) +
      (lit
        ? glow(ink, -28, -25, 44, 0.6) +
          glow(ink, 30, -25, 44, 0.6) +
          el(
            'g',
            { opacity: 0.6 },
            el('path', { d: 'M-42 0L-14 0L-2 9L-58 9ZM16 0L44 0L60 9L4 9Z', fill: ink.lamp, opacity: 0.35 }),
          )
        : '') +
      el('path', { d: 'M-50 0H54L50 5H-46Z', fill: darker(roof, 0.5), opacity: 0.5 })
    );
  },
};

/** Returns a tower of a castle. */
function turret(ink: Ink, x: number, wide: number, tall: number, roof: string): string {
  const fill = ink.id();
  const stone = ink.in('#8f8797');
  const teeth = Array.from(
    { length: 4 },
    (_, index) => `M${number(x - wide * 0.6 + index * wide * 0.36)} ${-tall}v-3h${number(wide * 0.16)}v3Z`,
  ).join('');
  const slit: Point[] = [
    [x - wide * 0.07, -tall * 0.72],
    [x + wide * 0.07, -tall * 0.72],
    [x + wide * 0.07, -tall * 0.72 + 6],
    [x - wide * 0.07, -tall * 0.72 + 6],
  ];
  return (
    barrel(ink, fill, stone) +
    el('rect', { x: x - wide / 2, y: -tall, width: wide, height: tall, fill: `url(#${fill})` }) +
    el('rect', { x: x - wide * 0.6, y: -tall - 1, width: wide * 1.2, height: 4, fill: `url(#${fill})` }) +
    el('path', { d: teeth, fill: stone }) +
    el('path', {
      d: `M${number(x - wide * 0.62)} ${-tall - 1}L${x} ${number(-tall - wide * 1.5)}L${number(x + wide * 0.62)} ${-tall - 1}Z`,
      fill: roof,
    }) +
    el('path', {
      d: `M${x} ${-tall - 1}L${x} ${number(-tall - wide * 1.5)}L${number(x - ink.lit * wide * 0.62)} ${-tall - 1}Z`,
      fill: darker(roof, 0.4),
    }) +
    el('path', {
      d: `M${x} ${number(-tall - wide * 1.5)}v-6l6 1.8l-6 1.8`,
      stroke: ink.in('#3a3040'),
      'stroke-width': 0.6,
      fill: ink.in('#e2b04a'),
    }) +
    el('path', { d: `M${lines(slit)}Z`, fill: ink.dark > 0.1 ? ink.lamp : ink.in('#2d2836') })
  );
}

/** A castle. */
export const castle: Subject = {
  words: [
    'castle',
    'palace',
    'fortress',
    'tower',
    'kingdom',
    'fairytale',
    'château',
    'chateau',
    'schloss',
    'burg',
    'castillo',
    'замок',
    '城堡',
    '城',
    '성',
    '🏰',
    '🏯',
  ],
  homes: ['mountains', 'lake', 'field'],
  colours: ['#3f5f9a', '#8a3b4a', '#3f7a74', '#6a4a8c'],
  height: 0.5,
  width: 120,
  stands: 'ground',
  draw(ink) {
    const wall = ink.id();
    const stone = ink.in('#9a91a0');
    const battlements = Array.from({ length: 14 }, (_, index) => `M${-44 + index * 6.4} -28v-4h3.4v4Z`).join('');
    return (
      linear(wall, [
        [0, stone],
        [1, darker(stone, 0.4)],
      ]) +
      el('path', { d: 'M-62 4C-50 -8 -30 -12 0 -12C30 -12 50 -8 62 4Z', fill: darker(ink.in('#5d6a58'), 0.25) }) +
      turret(ink, -14, 12, 66, ink.body) +
      turret(ink, 17, 10, 56, ink.body) +
      turret(ink, 2, 16, 74, ink.body) +
      el('path', { d: 'M-46 0V-28H46V0Z', fill: `url(#${wall})` }) +
      el('path', { d: battlements, fill: stone }) +
      turret(ink, -44, 14, 42, ink.body) +
      turret(ink, 44, 14, 46, ink.body) +
      el('path', { d: 'M-8 0V-12a8 8 0 0 1 16 0V0Z', fill: ink.in('#2d2836') }) +
      el('path', {
        d: 'M-6 0V-11.6a6 6 0 0 1 12 0V0Z',
        fill: ink.dark > 0.1 ? ink.lamp : ink.in('#4a3a34'),
        opacity: 0.85,
      }) +
      (ink.dark > 0.1 ? glow(ink, 0, -6, 26, 0.6) + glow(ink, 2, -54, 22, 0.4) : '')
    );
  },
};
