/** A friendly robot. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { blur, el, linear, radial } from '../svg.ts';

/** A robot. */
export const robot: Subject = {
  words: [
    'robot',
    'robots',
    'android',
    'cyborg',
    'mech',
    'droid',
    'machine',
    'roboter',
    'робот',
    '机器人',
    'ロボット',
    '로봇',
    '🤖',
  ],
  homes: ['city', 'space', 'field', 'desert'],
  colours: ['#e3a53c', '#4f93a8', '#d65f4a', '#dfe3e6'],
  height: 0.5,
  width: 74,
  stands: 'ground',
  draw(ink) {
    const [plate, metal, eye, soft] = [ink.id(), ink.id(), ink.id(), ink.id()];
    const from = ink.lit > 0 ? 1 : 0;
    const steel = ink.in('#a9b2bd');
    const dark = ink.in('#23262f');
    const round = (id: string, tone: string) =>
      linear(
        id,
        [
          [0, lighter(tone, 0.35)],
          [0.4, tone],
          [1, darker(tone, 0.45)],
        ],
        [from, 0],
        [1 - from, 0.2],
      );
    const limb = (side: 1 | -1) =>
      el('path', {
        d: `M${side * 23} -46C${side * 36} -44 ${side * 37} -32 ${side * 34} -22`,
        stroke: steel,
        'stroke-width': 5,
        fill: 'none',
        'stroke-linecap': 'round',
      }) +
      el('path', { d: `M${side * 29} -21a5.6 5.6 0 1 1 ${side * 10} 0l-${2} 5h-6Z`, fill: dark }) +
      el('circle', { cx: side * 23, cy: -47, r: 5.4, fill: `url(#${metal})` }) +
      el('rect', { x: side * 11 - 3.4, y: -18, width: 6.8, height: 13, fill: steel }) +
      el('path', {
        d: `M${side * 11 - 9} 0C${side * 11 - 9} -8 ${side * 11 + 9} -8 ${side * 11 + 9} 0Z`,
        fill: `url(#${plate})`,
      });
    const lens = (x: number) =>
      el('circle', { cx: x, cy: -74, r: 6.6, fill: dark }) +
      el('circle', { cx: x, cy: -74, r: 4.6, fill: lighter(ink.lamp, 0.2) }) +
      el('circle', { cx: x - 1.4, cy: -75.4, r: 1.4, fill: '#ffffff' }) +
      el('circle', { cx: x, cy: -74, r: 17, fill: `url(#${eye})` });
    return (
      blur(soft, 1.6) +
      el('ellipse', { cx: 0, cy: 0.6, rx: 32, ry: 3.6, fill: '#05060d', opacity: 0.45, filter: `url(#${soft})` }) +
      round(plate, ink.body) +
      round(metal, steel) +
      radial(eye, [
        [0, ink.lamp, 0.6],
        [1, ink.lamp, 0],
      ]) +
      limb(1) +
      limb(-1) +
      el('rect', { x: -6, y: -60, width: 12, height: 9, fill: darker(steel, 0.3) }) +
      el('rect', { x: -23, y: -54, width: 46, height: 38, rx: 9, fill: `url(#${plate})` }) +
      el('rect', { x: -13, y: -46, width: 26, height: 16, rx: 3, fill: dark }) +
      el('path', { d: 'M-10 -38h4l2.4 -5l3.6 9l2.6 -6l1.6 2h6', stroke: ink.lamp, 'stroke-width': 1.2, fill: 'none' }) +
      el('circle', { cx: -8, cy: -23, r: 2, fill: '#e5544a' }) +
      el('circle', { cx: 0, cy: -23, r: 2, fill: ink.lamp }) +
      el('circle', { cx: 8, cy: -23, r: 2, fill: '#5cc48a' }) +
      el('path', { d: 'M0 -90V-97', stroke: steel, 'stroke-width': 1.6 }) +
      el('circle', { cx: 0, cy: -98, r: 2.6, fill: '#ff6a55' }) +
      el('rect', { x: -31, y: -80, width: 5, height: 12, rx: 2, fill: steel }) +
      el('rect', { x: 26, y: -80, width: 5, height: 12, rx: 2, fill: steel }) +
      el('rect', { x: -27, y: -91, width: 54, height: 33, rx: 11, fill: `url(#${plate})` }) +
      el('rect', { x: -21, y: -84.4, width: 42, height: 20, rx: 8, fill: darker(ink.body, 0.62) }) +
      lens(-10) +
      lens(10) +
      el('path', { d: 'M-5 -62q5 3 10 0', stroke: dark, 'stroke-width': 1.3, fill: 'none', 'stroke-linecap': 'round' })
    );
  },
};
