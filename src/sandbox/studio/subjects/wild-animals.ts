/** A bird on its branch and a whale. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { el, linear } from '../svg.ts';

/** A bird. */
export const bird: Subject = {
  words: [
    'bird',
    'birds',
    'robin',
    'sparrow',
    'parrot',
    'owl',
    'crow',
    'raven',
    'eagle',
    'oiseau',
    'vogel',
    'pájaro',
    'птица',
    '鸟',
    '鳥',
    '새',
    '🐦',
    '🦜',
    '🦉',
    '🐤',
  ],
  homes: ['forest', 'field'],
  colours: ['#d9573b', '#3b83c4', '#e3ae3a', '#4f9a76'],
  height: 0.34,
  width: 120,
  stands: 'ground',
  draw(ink) {
    const { body } = ink;
    const [coat, wing] = [ink.id(), ink.id()];
    const bark = ink.in('#46322b');
    return (
      el('path', { d: 'M-130 -2C-70 -14 -20 -9 130 -4V4C60 0 -30 3 -130 9Z', fill: bark }) +
      el('path', { d: 'M-130 -2C-70 -14 -20 -9 130 -4V-2C-20 -6 -70 -10 -130 1Z', fill: lighter(bark, 0.22) }) +
      el('path', {
        d: 'M62 -6C70 -22 84 -28 96 -26C92 -14 78 -4 64 -4ZM-84 -8C-94 -22 -108 -24 -114 -20C-110 -10 -98 -4 -86 -5Z',
        fill: ink.in('#5d8f4a'),
      }) +
      el('path', { d: 'M-22 -34L-62 -12L-54 -6L-14 -20Z', fill: darker(body, 0.4) }) +
      linear(
        coat,
        [
          [0, lighter(body, 0.14)],
          [0.55, body],
          [1, ink.in('#f5e6cf')],
        ],
        [0.3, 0],
        [0.7, 1],
      ) +
      el('path', {
        d: 'M22 -92C4 -94 -6 -82 -10 -70C-24 -58 -34 -40 -30 -24C-22 -10 4 -8 20 -18C36 -28 40 -46 38 -60C46 -70 42 -90 22 -92Z',
        fill: `url(#${coat})`,
      }) +
      el('path', {
        d: 'M38 -60C40 -46 36 -28 20 -18C12 -13 2 -11 -8 -12C14 -22 22 -42 24 -56Z',
        fill: ink.in('#fbeedd'),
        opacity: 0.8,
      }) +
      linear(wing, [
        [0, darker(body, 0.15)],
        [1, darker(body, 0.6)],
      ]) +
      el('path', {
        d: 'M-8 -62C8 -62 16 -48 10 -36C0 -24 -24 -20 -46 -14C-38 -28 -30 -54 -8 -62Z',
        fill: `url(#${wing})`,
      }) +
      el('path', {
        d: 'M4 -40C-6 -32 -20 -28 -34 -22M6 -48C-4 -40 -16 -36 -28 -32',
        stroke: lighter(body, 0.25),
        'stroke-width': 1.4,
        fill: 'none',
        opacity: 0.7,
      }) +
      el('path', { d: 'M40 -80L56 -75L40 -70Z', fill: ink.in('#e9a23b') }) +
      el('circle', { cx: 28, cy: -79, r: 3.8, fill: ink.in('#17131a') }) +
      el('circle', { cx: 29.2, cy: -80.3, r: 1.2, fill: '#ffffff' }) +
      el('path', {
        d: 'M-2 -12V-4M10 -13V-5M-6 -4H2M6 -5H14',
        stroke: ink.in('#c98a3a'),
        'stroke-width': 1.8,
        'stroke-linecap': 'round',
      })
    );
  },
};

/** A whale. */
export const whale: Subject = {
  words: [
    'whale',
    'whales',
    'orca',
    'dolphin',
    'shark',
    'fish',
    'baleine',
    'wal',
    'ballena',
    'кит',
    'рыба',
    '鲸',
    '鲸鱼',
    '鯨',
    '鱼',
    '魚',
    '고래',
    '🐋',
    '🐳',
    '🐬',
    '🦈',
    '🐟',
    '🐠',
  ],
  homes: ['underwater'],
  colours: ['#3f6f96', '#2d5470', '#577fa8'],
  height: 0.4,
  width: 276,
  stands: 'aloft',
  draw(ink) {
    const { body } = ink;
    const [back, belly] = [ink.id(), ink.id()];
    const pale = ink.in('#dfeaf0');
    const pleats = Array.from(
      { length: 7 },
      (_, index) =>
        `M-92 ${-34 + index * 3.4}C-60 ${-18 + index * 3.4} -30 ${-14 + index * 3} ${6 - index * 5} ${-18 + index * 2}`,
    ).join('');
    return (
      linear(back, [
        [0, lighter(body, 0.3)],
        [0.5, body],
        [1, darker(body, 0.45)],
      ]) +
      linear(belly, [
        [0, pale],
        [1, darker(pale, 0.35)],
      ]) +
      el('path', {
        d: 'M86 -52C94 -66 104 -84 122 -88C120 -78 116 -72 110 -64C120 -66 128 -64 134 -58C122 -50 108 -46 92 -42Z',
        fill: `url(#${back})`,
      }) +
      el('path', {
        d: 'M-104 -46C-104 -74 -70 -88 -34 -84C10 -80 50 -60 94 -54C98 -50 98 -45 92 -41C60 -30 30 -12 -10 -6C-56 0 -100 -14 -104 -46Z',
        fill: `url(#${back})`,
      }) +
      el('path', {
        d: 'M-103 -40C-80 -34 -58 -30 -36 -32C-6 -34 20 -36 46 -34C30 -24 10 -10 -10 -6C-56 0 -98 -12 -103 -40Z',
        fill: `url(#${belly})`,
      }) +
      el('path', { d: pleats, stroke: darker(pale, 0.35), 'stroke-width': 1, fill: 'none', opacity: 0.5 }) +
      el('path', { d: 'M-34 -28C-30 -8 -14 8 6 12C4 -2 -4 -20 -14 -30Z', fill: darker(body, 0.3) }) +
      el('path', { d: 'M28 -70C36 -80 44 -82 52 -80C48 -72 46 -66 46 -60Z', fill: darker(body, 0.2) }) +
      el('circle', { cx: -66, cy: -44, r: 3.4, fill: ink.in('#0d1218') }) +
      el('circle', { cx: -67, cy: -45, r: 1.1, fill: '#ffffff' })
    );
  },
};
