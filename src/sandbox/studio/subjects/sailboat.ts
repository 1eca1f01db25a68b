/** A sailing boat and its image in the water. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { blur, el, linear } from '../svg.ts';

/** A sailing boat. */
export const sailboat: Subject = {
  words: [
    'boat',
    'ship',
    'sailboat',
    'yacht',
    'sailing',
    'pirate',
    'vessel',
    'canoe',
    'bateau',
    'boot',
    'schiff',
    'barco',
    'nave',
    'корабль',
    'лодка',
    '船',
    '帆船',
    '배',
    '⛵',
    '🚢',
    '🛶',
  ],
  homes: ['sea', 'lake'],
  colours: ['#8a3d2f', '#2c4f78', '#f0e6d2', '#5a4030'],
  height: 0.44,
  width: 84,
  stands: 'afloat',
  draw(ink) {
    const [sail, jib, hull, soft] = [ink.id(), ink.id(), ink.id(), ink.id()];
    const cloth = ink.in('#fbf3e2');
    const wood = ink.in('#4a3226');
    const boat =
      linear(
        sail,
        [
          [0, lighter(cloth, 0.3)],
          [1, darker(cloth, 0.22)],
        ],
        [ink.lit > 0 ? 1 : 0, 0],
        [ink.lit > 0 ? 0 : 1, 0.6],
      ) +
      linear(
        jib,
        [
          [0, cloth],
          [1, darker(cloth, 0.36)],
        ],
        [1, 0],
        [0, 0.6],
      ) +
      linear(hull, [
        [0, lighter(ink.body, 0.12)],
        [0.5, ink.body],
        [1, darker(ink.body, 0.5)],
      ]) +
      el('path', { d: 'M3 -14V-100', stroke: wood, 'stroke-width': 1.6 }) +
      el('path', { d: 'M5 -97C20 -76 30 -46 33 -20C24 -17 14 -17 5 -18Z', fill: `url(#${sail})` }) +
      el('path', { d: 'M0.6 -93C-6 -66 -20 -40 -36 -21C-24 -16 -10 -16 0.6 -18Z', fill: `url(#${jib})` }) +
      el('path', {
        d: 'M5 -76C12 -75 17 -74 21 -72M5 -56C14 -55 22 -53 28 -51M5 -36C16 -35 25 -33 31 -31',
        stroke: darker(cloth, 0.3),
        'stroke-width': 0.6,
        fill: 'none',
        opacity: 0.7,
      }) +
      el('path', { d: 'M3 -100l10 2.6l-10 2.6Z', fill: ink.in('#e0533d') }) +
      el('path', {
        d: 'M-40 -14C-20 -11 22 -11 42 -15C38 -6 33 0 28 2H-26C-33 -1 -37 -7 -40 -14Z',
        fill: `url(#${hull})`,
      }) +
      el('path', {
        d: 'M-39.4 -13.4C-20 -10 22 -10 41.6 -14.4',
        stroke: ink.in('#f2e6cf'),
        'stroke-width': 1.4,
        fill: 'none',
      });
    return (
      blur(soft, 0.9) +
      el('g', { transform: 'translate(0 3) scale(1 -0.55)', opacity: 0.34, filter: `url(#${soft})` }, boat) +
      boat +
      el('path', { d: 'M-44 1.4Q-34 -1 -24 1.6T-4 1.6T16 1.6T36 1.4L46 3.4H-48Z', fill: '#ffffff', opacity: 0.5 })
    );
  },
};
