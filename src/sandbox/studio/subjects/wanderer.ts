/** A small figure in a long coat, seen from behind. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { blur, el, linear } from '../svg.ts';

/** A person from behind. */
export const wanderer: Subject = {
  words: [
    'traveler',
    'traveller',
    'wanderer',
    'hiker',
    'figure',
    'explorer',
    'walker',
    'monk',
    'samurai',
    'cowboy',
    'umbrella',
    'путник',
    '旅人',
    '侍',
    '🚶',
    '☔',
  ],
  homes: ['mountains', 'desert', 'city'],
  colours: ['#b0392f', '#2c3f5f', '#c98a2f'],
  height: 0.26,
  width: 50,
  stands: 'ground',
  draw(ink) {
    const [coat, soft] = [ink.id(), ink.id()];
    const dark = ink.in('#1d1a24');
    const from = ink.lit > 0 ? 1 : 0;
    return (
      blur(soft, 1.4) +
      el('path', {
        d: `M-10 0H10L${-ink.lit * 70} 12H${-ink.lit * 50}Z`,
        fill: '#05060d',
        opacity: 0.35,
        filter: `url(#${soft})`,
      }) +
      linear(
        coat,
        [
          [0, lighter(ink.body, 0.25)],
          [0.5, ink.body],
          [1, darker(ink.body, 0.5)],
        ],
        [from, 0],
        [1 - from, 0],
      ) +
      el('path', { d: 'M-7 -22L-8 0H-2.4L-0.6 -22ZM7 -22L8 0H2.4L0.6 -22Z', fill: dark }) +
      el('path', {
        d: 'M-7 -80C-13 -78 -14 -66 -15 -50C-16 -38 -17 -28 -18 -18C-8 -13 8 -13 18 -18C17 -28 16 -38 15 -50C14 -66 13 -78 7 -80Z',
        fill: `url(#${coat})`,
      }) +
      el('path', { d: 'M0 -76V-15', stroke: darker(ink.body, 0.5), 'stroke-width': 0.8, opacity: 0.6 }) +
      el('circle', { cx: 0, cy: -88, r: 7.4, fill: ink.in('#c68a5e') }) +
      el('path', { d: 'M-16 -90C-8 -94 -7 -100 0 -100C7 -100 8 -94 16 -90C8 -87 -8 -87 -16 -90Z', fill: dark }) +
      el('path', { d: 'M-8 -81C-3 -77 3 -77 8 -81L7 -76C3 -73 -3 -73 -7 -76Z', fill: ink.in('#e8c15a') })
    );
  },
};
