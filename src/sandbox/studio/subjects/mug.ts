/** A steaming mug on a saucer. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { blur, el, linear, radial } from '../svg.ts';

/** A mug. */
export const mug: Subject = {
  words: [
    'mug',
    'cup',
    'coffee',
    'tea',
    'espresso',
    'latte',
    'cappuccino',
    'cocoa',
    'tasse',
    'taza',
    'чай',
    'кофе',
    '咖啡',
    '茶',
    'コーヒー',
    '커피',
    '☕',
    '🍵',
    '🫖',
  ],
  homes: ['room'],
  colours: ['#d9694a', '#3f7f8a', '#f1e7d6', '#e0a53f'],
  height: 0.36,
  width: 100,
  stands: 'ground',
  draw(ink) {
    const [glaze, drink, soft, fog] = [ink.id(), ink.id(), ink.id(), ink.id()];
    const from = ink.lit > 0 ? 1 : 0;
    const plate = ink.in('#efe6d8');
    const steam = [-14, 2, 17]
      .map((x, index) =>
        el('path', {
          d: `M${x} -76C${x - 12} -88 ${x + 13} -98 ${x + 2} -112C${x - 9} -124 ${x + 9} -132 ${x + 4} -${146 + index * 6}`,
          stroke: `url(#${fog})`,
          'stroke-width': 5,
          fill: 'none',
          'stroke-linecap': 'round',
        }),
      )
      .join('');
    return (
      blur(soft, 2.4) +
      el('ellipse', {
        cx: -ink.lit * 10,
        cy: 1,
        rx: 62,
        ry: 8,
        fill: '#0a0710',
        opacity: 0.4,
        filter: `url(#${soft})`,
      }) +
      el('ellipse', { cx: 0, cy: -4, rx: 56, ry: 9, fill: darker(plate, 0.2) }) +
      el('ellipse', { cx: 0, cy: -6, rx: 56, ry: 8.6, fill: plate }) +
      el('ellipse', { cx: 0, cy: -6, rx: 34, ry: 5, fill: darker(plate, 0.24) }) +
      el('path', {
        d: 'M32 -60C58 -64 58 -24 27 -24',
        stroke: darker(ink.body, 0.15),
        'stroke-width': 8,
        fill: 'none',
      }) +
      linear(
        glaze,
        [
          [0, lighter(ink.body, 0.36)],
          [0.35, ink.body],
          [1, darker(ink.body, 0.48)],
        ],
        [from, 0],
        [1 - from, 0],
      ) +
      el('path', {
        d: 'M-37 -74C-37 -44 -34 -16 -22 -7C-10 -3 10 -3 22 -7C34 -16 37 -44 37 -74Z',
        fill: `url(#${glaze})`,
      }) +
      el('ellipse', { cx: 0, cy: -74, rx: 37, ry: 8.6, fill: lighter(ink.body, 0.3) }) +
      radial(drink, [
        [0, ink.in('#a3673d')],
        [1, ink.in('#3b1f14')],
      ]) +
      el('ellipse', { cx: 0, cy: -73, rx: 33, ry: 6.6, fill: `url(#${drink})` }) +
      el('path', {
        d: 'M-9 -73C-9 -77 -2 -77 0 -74C2 -77 9 -77 9 -73C8 -70 2 -69 0 -67.6C-2 -69 -8 -70 -9 -73Z',
        fill: ink.in('#f0dcc0'),
        opacity: 0.85,
      }) +
      linear(fog, [
        [0, '#ffffff', 0],
        [0.5, '#ffffff', 0.5],
        [1, '#ffffff', 0.1],
      ]) +
      el('g', { filter: `url(#${soft})` }, steam)
    );
  },
};
