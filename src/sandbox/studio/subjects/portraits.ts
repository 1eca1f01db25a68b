/** Portraits from the shoulders up. */
import { darker, lighter, mix } from '../colour.ts';
import type { Ink, Subject } from '../subject.ts';
import { blur, el, linear } from '../svg.ts';

type Complexion = { skin: string; hair: string };

/** Pairs of skin and hair. */
const complexions: readonly [Complexion, ...Complexion[]] = [
  { skin: '#f2c9a8', hair: '#c08a4a' },
  { skin: '#f4d0b4', hair: '#a33f25' },
  { skin: '#edbd97', hair: '#4a2c22' },
  { skin: '#e0a980', hair: '#2a1d1c' },
  { skin: '#c68a5e', hair: '#3a2320' },
  { skin: '#a56c46', hair: '#211a1d' },
  { skin: '#86553a', hair: '#1c1a22' },
];

/** Hair behind the head and in front of it. The head is an egg from -86 to -45, 30 wide. */
const styles = {
  long: [
    'M0 -93C-24 -94 -27 -72 -26 -54C-25 -40 -31 -30 -27 -16C-16 -10 16 -10 27 -16C31 -30 25 -40 26 -54C27 -72 24 -94 0 -93Z',
    'M-3 -89C-18 -90 -19 -74 -17.5 -60C-15.5 -70 -10 -78 -1 -82C8 -79 15 -71 17.5 -60C19.5 -74 17 -92 -3 -89Z',
  ],
  bob: [
    'M0 -93C-23 -93 -26 -74 -25 -58C-24.6 -50 -24 -45 -20 -42H20C24 -45 24.6 -50 25 -58C26 -74 23 -93 0 -93Z',
    'M5 -90C-16 -93 -20 -76 -18 -58C-15 -68 -8 -74 2 -76C9 -76 15 -72 17.6 -60C19.4 -76 17 -90 5 -90Z',
  ],
  bun: [
    'M0 -92C-18 -92 -19 -76 -17 -64H17C19 -76 18 -92 0 -92ZM0 -106C-10 -106 -12 -94 -6 -90H6C12 -94 10 -106 0 -106Z',
    'M0 -91C-17 -91 -18 -76 -16.6 -64C-14 -73 -8 -79 1 -81C9 -79 14 -73 16.6 -64C18 -76 17 -91 0 -91Z',
  ],
  short: [
    'M0 -92C-17 -92 -19 -78 -17 -66H17C19 -78 17 -92 0 -92Z',
    'M-4 -94C-20 -91 -19 -76 -16.6 -66C-15 -72 -14 -75 -11 -78C-3 -76 8 -77 12 -80C14 -76 15 -72 16.6 -66C19 -78 18 -94 -4 -94Z',
  ],
  curls: [
    'M0 -97C-12 -99 -20 -93 -23 -86C-31 -80 -31 -68 -28 -60C-30 -52 -24 -44 -17 -44H17C24 -44 30 -52 28 -60C31 -68 31 -80 23 -86C20 -93 12 -99 0 -97Z',
    'M0 -92C-10 -93 -17 -86 -18 -78C-18 -72 -17 -68 -16 -64C-14 -70 -12 -74 -8 -76C-2 -80 4 -75 9 -77C13 -74 15 -70 16 -64C18 -70 19 -78 16 -84C12 -91 6 -92 0 -92Z',
  ],
} as const;

type Style = keyof typeof styles;

/** Returns a person from the shoulders up. */
function bust(ink: Ink, choices: readonly [Style, ...Style[]], beard: boolean): string {
  const { random } = ink;
  const complexion = random.pick(complexions);
  const skin = ink.in(complexion.skin);
  const hair = ink.in(complexion.hair);
  const [behind, before] = styles[random.pick(choices)];
  const [face, cloth, shine, neck, clip, soft] = [ink.id(), ink.id(), ink.id(), ink.id(), ink.id(), ink.id()];
  const from = ink.lit > 0 ? 1 : 0;
  const across = (id: string, colour: string, depth = 0.38) =>
    linear(
      id,
      [
        [0, lighter(colour, 0.16)],
        [0.5, colour],
        [1, darker(colour, depth)],
      ],
      [from, 0],
      [1 - from, 0.3],
    );
  const head =
    'M0 -88C-12 -88 -16.4 -78 -15.6 -66C-15 -55 -8 -45.4 0 -45.4C8 -45.4 15 -55 15.6 -66C16.4 -78 12 -88 0 -88Z';
  const lip = mix(skin, '#b0303f', 0.55);
  const line = mix(darker(skin, 0.6), hair, 0.5);
  const eye = (side: 1 | -1) =>
    el('path', {
      d: `M${side * 3.4} -67.4Q${side * 6.8} -69.6 ${side * 10.4} -67`,
      stroke: line,
      'stroke-width': 1.5,
      fill: 'none',
      'stroke-linecap': 'round',
    }) +
    el('path', {
      d: `M${side * 3.2} -72.6Q${side * 7} -75 ${side * 11} -72.4`,
      stroke: hair,
      'stroke-width': 1.3,
      fill: 'none',
      'stroke-linecap': 'round',
    }) +
    el('ellipse', { cx: side * 6.8, cy: -66.9, rx: 1.7, ry: 1.9, fill: line });
  const side = -ink.lit;
  return (
    across(face, skin) +
    across(cloth, ink.body, 0.5) +
    linear(neck, [
      [0, darker(skin, 0.42)],
      [1, skin],
    ]) +
    linear(
      shine,
      [
        [0, lighter(hair, 0.3), 0.8],
        [0.5, hair, 0],
      ],
      [from, 0],
      [1 - from, 0.7],
    ) +
    blur(soft, 1.6) +
    el('path', { d: behind, fill: darker(hair, 0.25) }) +
    el('path', {
      d: 'M-66 6C-64 -18 -46 -25 -22 -29C-14 -31 -9 -34 -8.4 -40V-52H8.4V-40C9 -34 14 -31 22 -29C46 -25 64 -18 66 6Z',
      fill: `url(#${neck})`,
    }) +
    el('path', {
      d: 'M-66 6C-64 -18 -48 -26 -24 -29C-18 -22 -9 -17 0 -17C9 -17 18 -22 24 -29C48 -26 64 -18 66 6Z',
      fill: `url(#${cloth})`,
    }) +
    el('path', {
      d: 'M-24 -29C-18 -20 -9 -14.6 0 -14.6C9 -14.6 18 -20 24 -29',
      stroke: lighter(ink.body, 0.25),
      'stroke-width': 1.4,
      fill: 'none',
      opacity: 0.7,
    }) +
    el('path', {
      d: 'M-44 6C-43 -6 -42 -12 -40 -17M44 6C43 -6 42 -12 40 -17',
      stroke: darker(ink.body, 0.45),
      'stroke-width': 1,
      fill: 'none',
      opacity: 0.6,
    }) +
    el('path', {
      d: 'M-8.4 -49C-5 -42 5 -42 8.4 -49V-44C6 -37 -4 -37 -8.4 -42Z',
      fill: darker(skin, 0.45),
      opacity: 0.45,
      filter: `url(#${soft})`,
    }) +
    el('path', { d: head, fill: `url(#${face})` }) +
    el('clipPath', { id: clip }, el('path', { d: head })) +
    el(
      'g',
      { 'clip-path': `url(#${clip})` },
      el('path', {
        d: `M${side * 3} -90C${side * 2} -76 ${side * 4} -70 ${side * 2.4} -62C${side * 5} -58 ${side * 3} -50 ${side * 4} -44L${side * 24} -44V-90Z`,
        fill: darker(skin, 0.5),
        opacity: 0.18,
      }) +
        el('ellipse', { cx: -9, cy: -60, rx: 4.6, ry: 3, fill: lip, opacity: 0.28, filter: `url(#${soft})` }) +
        el('ellipse', { cx: 9, cy: -60, rx: 4.6, ry: 3, fill: lip, opacity: 0.28, filter: `url(#${soft})` }) +
        (beard
          ? el('path', {
              d: 'M-17 -66C-14 -58 -9 -57 -5 -58C-2 -59.6 2 -59.6 5 -58C9 -57 14 -58 17 -66V-40H-17Z',
              fill: hair,
              opacity: 0.9,
            })
          : ''),
    ) +
    eye(1) +
    eye(-1) +
    el('path', {
      d: `M${side * 0.4} -68C${side * 1.4} -64 ${side * 2.8} -61.6 ${side * 2.2} -60.6C${side * 1} -59.6 ${-side * 0.6} -59.8 ${-side * 1.6} -60.4`,
      stroke: darker(skin, 0.5),
      'stroke-width': 0.9,
      fill: 'none',
      'stroke-linecap': 'round',
      opacity: 0.8,
    }) +
    el('path', {
      d: 'M-4.6 -54.2C-2.6 -55.8 -1 -55.6 0 -55C1 -55.6 2.6 -55.8 4.6 -54.2C2.6 -51.4 -2.6 -51.4 -4.6 -54.2Z',
      fill: lip,
    }) +
    el('path', {
      d: 'M-4.6 -54.2C-2 -53.6 2 -53.6 4.6 -54.2',
      stroke: darker(lip, 0.45),
      'stroke-width': 0.6,
      fill: 'none',
    }) +
    el('path', { d: before, fill: hair }) +
    el('path', { d: before, fill: `url(#${shine})` })
  );
}

const base = {
  homes: ['backdrop', 'city', 'field', 'sea', 'forest'],
  colours: ['#2f4a6b', '#8a3b3f', '#3f6b5a', '#c08a3f', '#3a3742', '#e8dfd0'],
  height: 0.86,
  width: 132,
  stands: 'frame',
} as const;

/** A woman. */
export const woman: Subject = {
  ...base,
  words: [
    'woman',
    'girl',
    'lady',
    'queen',
    'princess',
    'her',
    'she',
    'mother',
    'femme',
    'frau',
    'mujer',
    'donna',
    'женщина',
    'девушка',
    '女人',
    '女孩',
    '女性',
    '여자',
    '👩',
    '👧',
    '👸',
  ],
  draw: (ink) => bust(ink, ['long', 'bob', 'bun', 'curls'], false),
};

/** A man. */
export const man: Subject = {
  ...base,
  words: [
    'man',
    'boy',
    'king',
    'gentleman',
    'guy',
    'father',
    'wizard',
    'he',
    'him',
    'homme',
    'mann',
    'hombre',
    'uomo',
    'мужчина',
    '男人',
    '男孩',
    '男性',
    '남자',
    '👨',
    '👦',
    '🧔',
    '🤴',
  ],
  draw: (ink) => bust(ink, ['short', 'short', 'curls'], ink.random.chance(0.45)),
};

/** A person. */
export const person: Subject = {
  ...base,
  words: [
    'person',
    'people',
    'portrait',
    'headshot',
    'selfie',
    'face',
    'someone',
    'me',
    'retrato',
    'porträt',
    'портрет',
    '人',
    '人物',
    '肖像',
    '사람',
    '🧑',
    '🙂',
    '😀',
  ],
  draw: (ink) => bust(ink, ['short', 'bob', 'curls', 'long', 'bun'], false),
};
