/** A conifer wood in the mist, with shafts of light and trunks close by. */
import { darker, mix } from '../colour.ts';
import { hills, land } from '../ridge.ts';
import type { Place, Stage } from '../stage.ts';
import { blur, el, linear, number } from '../svg.ts';
import { pines } from '../trees.ts';

/** Returns shafts of light. */
function shafts({ random, sun, height, palette, id }: Stage): string {
  const [fill, soft] = [id(), id()];
  const count = 6;
  const beams = Array.from({ length: count }, (_, index) => {
    const angle = (index / (count - 1) - 0.5) * 1.9 + random.between(-0.12, 0.12);
    const reach = height * 1.1;
    const wide = random.between(26, 74);
    const x = sun.x + Math.sin(angle) * reach;
    return `M${number(sun.x)} ${number(sun.y)}L${number(x - wide)} ${number(sun.y + Math.cos(angle) * reach)}L${number(x + wide)} ${number(sun.y + Math.cos(angle) * reach)}Z`;
  }).join('');
  return (
    linear(fill, [
      [0, palette.sun, 0.34],
      [0.75, palette.glow, 0.05],
      [1, palette.glow, 0],
    ]) +
    blur(soft, 9) +
    el('path', {
      d: beams,
      fill: `url(#${fill})`,
      filter: `url(#${soft})`,
      opacity: 0.9 - palette.dark * 0.7,
    })
  );
}

/** A wood. */
export const forest: Place = {
  words: [
    'forest',
    'wood',
    'woods',
    'woodland',
    'jungle',
    'pine',
    'pines',
    'forêt',
    'foret',
    'wald',
    'bosque',
    '森',
    '森林',
    '林',
    '숲',
    'лес',
    '🌲',
    '🏕',
  ],
  horizon: 0.7,
  ground: 0.86,
  sky: true,
  back(stage) {
    const { random, width, horizon, palette, height } = stage;
    const rows = [0.16, 0.32, 0.5, 0.68].map((fraction, row) => {
      const outline = hills(random, width, horizon + row * (height - horizon) * 0.12, 90, 900);
      const tone = mix(palette.haze, mix(palette.land, palette.leaf, 0.35), fraction);
      return {
        depth: 0.18 + row * 0.12,
        markup:
          pines(stage, outline, 170 + row * 75, tone) + land(stage, outline, tone, mix(tone, palette.haze, 0.55), true),
      };
    });
    const floor = hills(random, width, height * 0.84, 50, 1000);
    const ground = land(stage, floor, mix(palette.land, palette.leaf, 0.55), darker(palette.land, 0.3), true);
    return [...rows, { depth: 0.62, markup: shafts(stage) + ground }];
  },
  front(stage) {
    const { random, width, height, palette, focus } = stage;
    const tone = darker(palette.land, 0.35);
    const trunks = [-1, 1].flatMap((side) =>
      Array.from({ length: 2 }, (_, index) => {
        const x =
          side < 0 ? random.between(-0.02, 0.07) * width + index * 90 : width * random.between(0.93, 1.02) - index * 90;
        if (Math.abs(x - focus) < 240) return '';
        const wide = random.between(22, 46) / (1 + index * 0.8);
        const lean = random.between(-30, 30);
        return `M${number(x - wide)} ${number(height)}L${number(x - wide * 0.6 + lean)} -10L${number(x + wide * 0.6 + lean)} -10L${number(x + wide)} ${number(height)}Z`;
      }),
    );
    const brush = hills(random, width, height + 6, 60, 300);
    const ferns = Array.from({ length: Math.min(160, Math.round(width / 14)) }, () => {
      const x = random.between(0, width);
      const tall = random.between(24, 74);
      const lean = random.between(-30, 30);
      return `M${number(x - 5)} ${number(height)}Q${number(x)} ${number(height - tall * 0.6)} ${number(x + lean)} ${number(height - tall)}Q${number(x + 4)} ${number(height - tall * 0.5)} ${number(x + 6)} ${number(height)}Z`;
    }).join('');
    return [
      {
        depth: 1,
        markup:
          el('path', { d: trunks.join('') + ferns, fill: tone }) +
          land(stage, brush, tone, darker(palette.land, 0.5), true),
      },
    ];
  },
};
