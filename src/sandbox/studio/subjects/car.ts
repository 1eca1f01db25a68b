/** A car, seen from the side, with its lights on when it is dark. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { blur, el, linear, radial } from '../svg.ts';

/** A car. */
export const car: Subject = {
  words: [
    'car',
    'cars',
    'automobile',
    'taxi',
    'porsche',
    'convertible',
    'voiture',
    'auto',
    'coche',
    'carro',
    'macchina',
    'машина',
    '汽车',
    '车',
    '車',
    '자동차',
    '🚗',
    '🚙',
    '🏎',
    '🚕',
  ],
  homes: ['city', 'desert', 'mountains'],
  colours: ['#c23b32', '#2a7a86', '#e0a52e', '#e9e2d4', '#31518c'],
  height: 0.27,
  width: 275,
  stands: 'ground',
  draw(ink) {
    const { body, lamp } = ink;
    const [paint, glass, beam, soft, tail] = [ink.id(), ink.id(), ink.id(), ink.id(), ink.id()];
    const dark = ink.in('#17161d');
    const chrome = ink.in('#d9dce2');
    const wheel = (x: number) =>
      el('circle', { cx: x, cy: -20, r: 21, fill: dark }) +
      el('circle', { cx: x, cy: -20, r: 12.5, fill: chrome }) +
      el('circle', { cx: x, cy: -20, r: 9.6, fill: darker(chrome, 0.35) }) +
      el('path', {
        d: `M${x} -30V-10M${x - 10} -20H${x + 10}M${x - 7} -27L${x + 7} -13M${x + 7} -27L${x - 7} -13`,
        stroke: chrome,
        'stroke-width': 1.6,
      }) +
      el('circle', { cx: x, cy: -20, r: 3, fill: chrome });
    const night = ink.dark > 0.12;
    return (
      linear(
        beam,
        [
          [0, lamp, 0.75],
          [1, lamp, 0],
        ],
        [0, 0],
        [1, 0],
      ) +
      blur(soft, 3) +
      (night ? el('path', { d: 'M128 -40L330 -70V4L128 -28Z', fill: `url(#${beam})`, filter: `url(#${soft})` }) : '') +
      el('ellipse', { cx: 0, cy: -1, rx: 136, ry: 7, fill: '#05060d', opacity: 0.5, filter: `url(#${soft})` }) +
      linear(paint, [
        [0, lighter(body, 0.42)],
        [0.3, body],
        [0.62, darker(body, 0.12)],
        [1, darker(body, 0.55)],
      ]) +
      linear(
        glass,
        [
          [0, lighter(ink.in('#9cc3d6'), 0.3)],
          [1, ink.in('#35506b')],
        ],
        [0, 0],
        [1, 1],
      ) +
      el('path', { d: 'M-66 -58C-52 -84 -36 -96 -8 -97C26 -98 44 -84 62 -60Z', fill: `url(#${paint})` }) +
      el('path', {
        d: 'M-54 -60C-44 -80 -32 -89 -10 -90V-60ZM-3 -90C22 -91 38 -80 51 -60H-3Z',
        fill: `url(#${glass})`,
      }) +
      el('path', { d: 'M-30 -87L-46 -60H-38L-20 -89ZM20 -88L8 -60H14L29 -85Z', fill: '#ffffff', opacity: 0.22 }) +
      el('path', {
        d: 'M-130 -26C-134 -44 -126 -56 -104 -60C-88 -62 -72 -62 -62 -61H62C92 -60 116 -54 128 -44C134 -38 134 -26 130 -19H-128Z',
        fill: `url(#${paint})`,
      }) +
      el('path', {
        d: 'M-128 -42C-60 -48 60 -48 131 -38',
        stroke: lighter(body, 0.5),
        'stroke-width': 1.2,
        fill: 'none',
        opacity: 0.6,
      }) +
      el('path', {
        d: 'M-6 -60V-22M-62 -58C-58 -40 -58 -30 -52 -22',
        stroke: darker(body, 0.5),
        'stroke-width': 1.1,
        fill: 'none',
      }) +
      el('rect', { x: -26, y: -50, width: 12, height: 2.6, rx: 1.3, fill: chrome }) +
      el('path', {
        d: 'M-134 -24H134V-16C134 -13 130 -12 126 -12H-126C-131 -12 -134 -14 -134 -18Z',
        fill: darker(chrome, 0.15),
      }) +
      el('path', { d: 'M-102 -12A24 24 0 0 1 -54 -16L-54 -12ZM50 -12A24 24 0 0 1 98 -16L98 -12Z', fill: dark }) +
      wheel(-78) +
      wheel(74) +
      el('ellipse', { cx: 125, cy: -37, rx: 6, ry: 6.5, fill: night ? lighter(lamp, 0.5) : chrome }) +
      el('rect', { x: -133, y: -45, width: 6, height: 12, rx: 2, fill: '#ff3b30' }) +
      radial(tail, [
        [0, '#ff4a3a', 0.7],
        [1, '#ff4a3a', 0],
      ]) +
      radial(`${tail}b`, [
        [0, lamp, 0.9],
        [1, lamp, 0],
      ]) +
      (night
        ? el('circle', { cx: -130, cy: -39, r: 34, fill: `url(#${tail})` }) +
          el('circle', { cx: 126, cy: -37, r: 34, fill: `url(#${tail}b)` })
        : '')
    );
  },
};
