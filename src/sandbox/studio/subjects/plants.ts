/** A broad tree, a flower and a mushroom. */
import { darker, lighter } from '../colour.ts';
import type { Subject } from '../subject.ts';
import { el, linear, radial } from '../svg.ts';

/** A broad tree. */
export const tree: Subject = {
  words: [
    'tree',
    'oak',
    'cherry',
    'blossom',
    'sakura',
    'maple',
    'willow',
    'bonsai',
    'arbre',
    'baum',
    'árbol',
    'дерево',
    '树',
    '樹',
    '木',
    '桜',
    '나무',
    '🌳',
    '🌸',
    '🍁',
  ],
  homes: ['field', 'lake'],
  colours: ['#5d8f4a', '#e58fae', '#d9793a', '#7a9a4a', '#c94f3d'],
  height: 0.62,
  width: 84,
  stands: 'ground',
  draw(ink) {
    const { random, body } = ink;
    const bark = ink.in('#4b342c');
    const trunk = ink.id();
    const crown = (tone: string, count: number, reach: number, dx: number, dy: number, size: number) =>
      Array.from({ length: count }, () => {
        const angle = random.between(0, Math.PI * 2);
        const distance = Math.sqrt(random.next()) * reach;
        return el('ellipse', {
          cx: Math.cos(angle) * distance * 1.12 + dx,
          cy: -66 + Math.sin(angle) * distance * 0.72 + dy,
          rx: size * random.between(0.7, 1.2),
          ry: size * random.between(0.6, 1),
          fill: tone,
        });
      }).join('');
    const petals = Array.from({ length: 14 }, () =>
      el('ellipse', {
        cx: random.between(-48, 48),
        cy: random.between(-34, 2),
        rx: 1,
        ry: 0.6,
        fill: lighter(body, 0.2),
      }),
    ).join('');
    return (
      linear(
        trunk,
        [
          [0, lighter(bark, 0.14)],
          [1, darker(bark, 0.4)],
        ],
        [ink.lit > 0 ? 1 : 0, 0],
        [ink.lit > 0 ? 0 : 1, 0],
      ) +
      el('ellipse', { cx: -ink.lit * 12, cy: 1, rx: 44, ry: 4.5, fill: '#060814', opacity: 0.28 }) +
      crown(darker(body, 0.45), 26, 30, -ink.lit * 3, 4, 11) +
      el('path', {
        d: 'M-11 2C-5 -4 -5 -18 -6 -30C-10 -42 -18 -48 -26 -54L-24 -56C-15 -51 -8 -47 -4 -42C-4 -52 -5 -60 -4 -70H-1C-1 -60 0 -52 1 -44C6 -50 14 -54 24 -60L25 -58C16 -51 8 -44 5 -32C4 -18 6 -4 13 2Z',
        fill: `url(#${trunk})`,
      }) +
      crown(darker(body, 0.2), 30, 29, 0, 0, 9) +
      crown(body, 30, 26, ink.lit * 3, -4, 8) +
      crown(lighter(body, 0.2), 22, 20, ink.lit * 8, -10, 5.4) +
      crown(lighter(body, 0.4), 12, 17, ink.lit * 10, -13, 3) +
      petals
    );
  },
};

/** A flower. */
export const flower: Subject = {
  words: [
    'flower',
    'flowers',
    'rose',
    'tulip',
    'sunflower',
    'daisy',
    'bouquet',
    'lotus',
    'lily',
    'poppy',
    'fleur',
    'blume',
    'flor',
    'fiore',
    'цветок',
    'роза',
    '花',
    '玫瑰',
    '꽃',
    '🌹',
    '🌺',
    '🌼',
    '💐',
  ],
  homes: ['field', 'room'],
  colours: ['#e2504f', '#f2b134', '#d96aa8', '#f4efe6', '#8a63c9'],
  height: 0.62,
  width: 62,
  stands: 'ground',
  draw(ink) {
    const { body, random } = ink;
    const green = ink.in('#4f8a4a');
    const [petal, heart, leaf] = [ink.id(), ink.id(), ink.id()];
    const bloom = (x: number, y: number, size: number, turn: number) => {
      const ring = (count: number, scale: number, offset: number, tone: string) =>
        Array.from({ length: count }, (_, index) =>
          el('path', {
            d: 'M0 0C-9 -7 -8 -22 0 -27C8 -22 9 -7 0 0Z',
            fill: tone,
            transform: `translate(${x} ${y}) scale(${size * scale} ${size * scale * 0.92}) rotate(${(index * 360) / count + offset})`,
          }),
        ).join('');
      return (
        ring(12, 1, turn, darker(body, 0.28)) +
        ring(12, 0.94, turn + 15, `url(#${petal})`) +
        ring(9, 0.62, turn + 7, lighter(body, 0.16)) +
        el('circle', { cx: x, cy: y, r: 6.4 * size, fill: `url(#${heart})` })
      );
    };
    const lean = random.between(-4, 4);
    return (
      linear(petal, [
        [0, lighter(body, 0.3)],
        [1, darker(body, 0.12)],
      ]) +
      linear(leaf, [
        [0, lighter(green, 0.16)],
        [1, darker(green, 0.4)],
      ]) +
      radial(heart, [
        [0, ink.in('#ffe08a')],
        [0.6, ink.in('#c9822b')],
        [1, ink.in('#6b3d1c')],
      ]) +
      el('path', {
        d: `M0 4C-2 -24 4 -48 ${lean} -72M0 -6C8 -24 18 -32 24 -44M0 -10C-8 -24 -16 -28 -22 -34`,
        stroke: green,
        'stroke-width': 2.2,
        fill: 'none',
        'stroke-linecap': 'round',
      }) +
      el('path', {
        d: 'M0 -8C-10 -10 -26 -18 -30 -10C-22 -2 -8 -2 0 -5ZM1 -18C10 -20 22 -30 29 -22C22 -12 10 -12 1 -14ZM1 -38C-6 -42 -14 -50 -20 -46C-16 -38 -8 -34 1 -34Z',
        fill: `url(#${leaf})`,
      }) +
      bloom(24, -46, 0.5, random.between(0, 30)) +
      bloom(-22, -36, 0.42, random.between(0, 30)) +
      bloom(lean, -72, 1, random.between(0, 30))
    );
  },
};

/** A mushroom. */
export const mushroom: Subject = {
  words: [
    'mushroom',
    'mushrooms',
    'toadstool',
    'fungus',
    'champignon',
    'pilz',
    'seta',
    'гриб',
    '蘑菇',
    'キノコ',
    '버섯',
    '🍄',
  ],
  homes: ['forest'],
  colours: ['#cf3d33', '#b5603a', '#4f8fb0'],
  height: 0.36,
  width: 96,
  stands: 'ground',
  draw(ink) {
    const one = (x: number, size: number) => {
      const [cap, stem, air] = [ink.id(), ink.id(), ink.id()];
      const pale = ink.in('#f7ead5');
      const spots = [
        [-20, -72, 5],
        [4, -84, 6.4],
        [24, -70, 4.6],
        [-4, -66, 3.4],
        [-32, -60, 3],
      ]
        .map(([cx, cy, r]) => el('ellipse', { cx: cx ?? 0, cy: cy ?? 0, rx: r ?? 1, ry: (r ?? 1) * 0.74, fill: pale }))
        .join('');
      return el(
        'g',
        { transform: `translate(${x} 2) scale(${size})` },
        radial(air, [
          [0, ink.lamp, 0.5],
          [1, ink.lamp, 0],
        ]) +
          (ink.dark > 0.3 ? el('circle', { cx: 0, cy: -56, r: 76, fill: `url(#${air})` }) : '') +
          linear(
            stem,
            [
              [0, pale],
              [1, darker(pale, 0.42)],
            ],
            [ink.lit > 0 ? 1 : 0, 0],
            [ink.lit > 0 ? 0 : 1, 0],
          ) +
          el('path', {
            d: 'M-10 -54C-9 -30 -14 -12 -15 -2C-8 2 8 2 15 -2C14 -12 9 -30 10 -54Z',
            fill: `url(#${stem})`,
          }) +
          el('ellipse', { cx: 0, cy: -53, rx: 38, ry: 7, fill: darker(pale, 0.3) }) +
          radial(
            cap,
            [
              [0, lighter(ink.body, 0.35)],
              [0.6, ink.body],
              [1, darker(ink.body, 0.4)],
            ],
            [0.5 + ink.lit * 0.2, 0.25],
            0.8,
          ) +
          el('path', {
            d: 'M-44 -54C-44 -80 -22 -98 0 -98C22 -98 44 -80 44 -54C28 -61 -28 -61 -44 -54Z',
            fill: `url(#${cap})`,
          }) +
          spots,
      );
    };
    return one(-36, 0.46) + one(40, 0.36) + one(0, 1);
  },
};
