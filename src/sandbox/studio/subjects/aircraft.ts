/** A rocket and a hot-air balloon. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { blur, el, linear, radial } from '../svg.ts';

/** A rocket. */
export const rocket: Subject = {
  words: [
    'rocket',
    'spaceship',
    'spacecraft',
    'shuttle',
    'starship',
    'ufo',
    'fusée',
    'rakete',
    'cohete',
    'ракета',
    '火箭',
    'ロケット',
    '로켓',
    '🚀',
    '🛸',
    '🛰',
  ],
  homes: ['space'],
  colours: ['#e2503f', '#3b7dd8', '#e8a33a', '#17a398'],
  height: 0.56,
  width: 60,
  stands: 'aloft',
  draw(ink) {
    const [hull, nose, flame, soft, glass, haze] = [ink.id(), ink.id(), ink.id(), ink.id(), ink.id(), ink.id()];
    const from = ink.lit > 0 ? 1 : 0;
    const white = ink.in('#f3f0ea');
    const sides = (colour: string, id: string) =>
      linear(
        id,
        [
          [0, lighter(colour, 0.3)],
          [0.45, colour],
          [1, darker(colour, 0.5)],
        ],
        [from, 0],
        [1 - from, 0],
      );
    return el(
      'g',
      { transform: 'rotate(16 0 -50)' },
      radial(haze, [
        [0, '#ffb04a', 0.65],
        [1, '#ff7a2f', 0],
      ]) +
        el('circle', { cx: 0, cy: 0, r: 46, fill: `url(#${haze})` }) +
        linear(flame, [
          [0, '#fff6d0'],
          [0.3, '#ffc94d'],
          [0.65, '#ff6f2e'],
          [1, '#ff3d2e', 0],
        ]) +
        blur(soft, 1.2) +
        el('path', {
          d: 'M-9 -15C-17 6 -9 26 0 54C9 26 17 6 9 -15Z',
          fill: `url(#${flame})`,
          filter: `url(#${soft})`,
        }) +
        el('path', { d: 'M-4 -15C-7 -2 -4 10 0 24C4 10 7 -2 4 -15Z', fill: '#fffbe8', filter: `url(#${soft})` }) +
        sides(ink.body, nose) +
        sides(white, hull) +
        el('path', {
          d: 'M-12 -40C-24 -32 -27 -20 -26 -8L-9 -18ZM12 -40C24 -32 27 -20 26 -8L9 -18Z',
          fill: darker(ink.body, 0.2),
        }) +
        el('path', {
          d: 'M0 -100C-13 -86 -17 -66 -15 -44C-14 -32 -11 -22 -8 -15H8C11 -22 14 -32 15 -44C17 -66 13 -86 0 -100Z',
          fill: `url(#${hull})`,
        }) +
        el('path', {
          d: 'M0 -100C-8 -91 -12.6 -82 -14.4 -74C-6 -71 6 -71 14.4 -74C12.6 -82 8 -91 0 -100Z',
          fill: `url(#${nose})`,
        }) +
        el('path', { d: 'M-13.4 -34C-6 -31 6 -31 13.4 -34L12.2 -28C6 -26 -6 -26 -12.2 -28Z', fill: `url(#${nose})` }) +
        radial(
          glass,
          [
            [0, '#d6f6ff'],
            [1, '#2f6f9f'],
          ],
          [0.4, 0.35],
          0.7,
        ) +
        el('circle', { cx: 0, cy: -56, r: 7.6, fill: ink.in('#8b93a5') }) +
        el('circle', { cx: 0, cy: -56, r: 5.6, fill: `url(#${glass})` }) +
        el('path', { d: 'M-2 -36H2V-8L0 -4L-2 -8Z', fill: ink.body }) +
        el('rect', { x: -7, y: -16.4, width: 14, height: 3.4, fill: ink.in('#565b6b') }),
    );
  },
};

/** A hot-air balloon. */
export const balloon: Subject = {
  words: [
    'balloon',
    'balloons',
    'airship',
    'zeppelin',
    'montgolfière',
    'ballon',
    'globo',
    'воздушный',
    '热气球',
    '気球',
    '열기구',
    '🎈',
  ],
  homes: ['mountains', 'field', 'desert'],
  colours: ['#e2574c', '#f0a33c', '#3f8fb8', '#c8508a'],
  height: 0.46,
  width: 70,
  stands: 'aloft',
  draw(ink) {
    const shade = ink.id();
    const cream = ink.in('#fdf0d8');
    const outline =
      'M0 -100C-22 -100 -35 -84 -35 -66C-35 -46 -18 -34 -8 -20H8C18 -34 35 -46 35 -66C35 -84 22 -100 0 -100Z';
    const gores = [30, 18, 6]
      .map((reach, index) =>
        el('path', {
          d: `M0 -100C${-reach * 0.8} -98 ${-reach * 1.17} -82 ${-reach * 1.17} -66C${-reach * 1.17} -46 ${-reach * 0.6} -34 ${-reach * 0.27} -20H${reach * 0.27}C${reach * 0.6} -34 ${reach * 1.17} -46 ${reach * 1.17} -66C${reach * 1.17} -82 ${reach * 0.8} -98 0 -100Z`,
          fill: index % 2 ? ink.body : cream,
        }),
      )
      .join('');
    return (
      radial(
        shade,
        [
          [0, '#ffffff', 0.3],
          [0.5, '#ffffff', 0],
          [1, '#140a2a', 0.5],
        ],
        [0.5 + ink.lit * 0.2, 0.3],
        0.8,
      ) +
      el('path', { d: outline, fill: ink.body }) +
      gores +
      el('path', { d: outline, fill: `url(#${shade})` }) +
      el('path', {
        d: 'M-8 -20L-5 -8M8 -20L5 -8M-3 -20L-2 -8M3 -20L2 -8',
        stroke: ink.in('#4a382c'),
        'stroke-width': 0.6,
      }) +
      el('path', { d: 'M-6 -8.6H6L5 0H-5Z', fill: ink.in('#8a5c38') }) +
      el('path', { d: 'M-6.4 -8.8H6.4V-7H-6.4Z', fill: ink.in('#5b3a24') }) +
      (ink.dark > 0.1 ? el('circle', { cx: 0, cy: -19, r: 3, fill: ink.lamp }) : '')
    );
  },
};
