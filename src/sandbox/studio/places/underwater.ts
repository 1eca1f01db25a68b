/** Under the sea: light from above, far reefs, weeds and bubbles. */
import { darker, mix } from '../colour.ts';
import { hills, land } from '../ridge.ts';
import type { Place } from '../stage.ts';
import { blur, el, linear, number } from '../svg.ts';

const top = '#8fe3e0';
const deep = '#042a4f';

/** The sea from below. */
export const underwater: Place = {
  words: [
    'underwater',
    'reef',
    'coral',
    'aquarium',
    'submarine',
    'diving',
    'undersea',
    '海底',
    '水中',
    '🐠',
    '🐟',
    '🐙',
    '🐋',
    '🐳',
  ],
  horizon: 0.75,
  ground: 0.62,
  sky: false,
  back(stage) {
    const { width, height, random, id, sun } = stage;
    const [fill, beam, soft] = [id(), id(), id()];
    const rays = Array.from({ length: 9 }, (_, index) => {
      const x = sun.x + (index - 4) * 70 + random.between(-20, 20);
      const end = x + (index - 4) * 150;
      const wide = random.between(20, 70);
      return `M${number(x - 12)} -20L${number(x + 12)} -20L${number(end + wide)} ${number(height * 0.9)}L${number(end - wide)} ${number(height * 0.9)}Z`;
    }).join('');
    return [
      {
        depth: 0.05,
        markup:
          linear(fill, [
            [0, top],
            [0.22, '#37b3c4'],
            [0.6, '#0e6a94'],
            [1, deep],
          ]) +
          el('rect', { width, height, fill: `url(#${fill})` }) +
          linear(beam, [
            [0, '#f2fffb', 0.55],
            [1, '#bff5ec', 0],
          ]) +
          blur(soft, 12) +
          el('path', { d: rays, fill: `url(#${beam})`, filter: `url(#${soft})` }),
      },
      ...[0.25, 0.5].map((fraction, row) => ({
        depth: 0.25 + row * 0.2,
        markup: land(
          stage,
          hills(random, width, height * (0.86 + row * 0.07), 130, 520),
          mix('#1b7fa5', deep, fraction),
          mix('#0e5580', deep, fraction + 0.2),
          true,
        ),
      })),
    ];
  },
  front(stage) {
    const { width, height, random } = stage;
    const floor = hills(random, width, height + 10, 90, 600);
    const weeds = Array.from({ length: Math.min(60, Math.round(width / 36)) }, () => {
      const x = random.between(0, width);
      const tall = random.between(60, 230);
      const bend = random.between(-36, 36);
      return `M${number(x - 8)} ${number(height)}C${number(x - bend)} ${number(height - tall * 0.4)} ${number(x + bend * 1.6)} ${number(height - tall * 0.6)} ${number(x + bend)} ${number(height - tall)}C${number(x + bend * 2)} ${number(height - tall * 0.5)} ${number(x - bend + 12)} ${number(height - tall * 0.3)} ${number(x + 10)} ${number(height)}Z`;
    }).join('');
    const bubbles = Array.from({ length: 40 }, () =>
      el('circle', {
        cx: random.between(0, width),
        cy: random.between(0, height),
        r: random.between(2, 11),
        fill: '#dffcff',
        opacity: random.between(0.12, 0.4),
      }),
    ).join('');
    return [
      {
        depth: 0.95,
        markup:
          bubbles +
          el('path', { d: weeds, fill: darker('#0d4f63', 0.35) }) +
          land(stage, floor, darker('#0b4560', 0.3), darker(deep, 0.4), true),
      },
    ];
  },
};
