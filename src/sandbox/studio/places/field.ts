/** Rolling meadows with far trees, and grass and flowers close by. */
import { darker, lighter, mix } from '../colour.ts';
import { heightAt, hills, land } from '../ridge.ts';
import type { Layer, Place, Stage } from '../stage.ts';
import { el, number } from '../svg.ts';

const petals = ['#ff7d7d', '#ffd166', '#ffffff', '#c79bff', '#ff9ecb'] as const;

/** Returns a group of far trees. */
function copse(stage: Stage, outline: readonly (readonly [number, number])[], tone: string, tall: number): string {
  const { random, width } = stage;
  return Array.from({ length: Math.min(60, Math.round((width / 1000) * 14)) }, () => {
    const x = random.between(0, width);
    const size = tall * random.between(0.5, 1.1);
    const y = heightAt(outline, x) - size * 0.5;
    return (
      el('ellipse', { cx: x, cy: y, rx: size * 0.62, ry: size * 0.66, fill: tone }) +
      el('ellipse', { cx: x + size * 0.4, cy: y + size * 0.2, rx: size * 0.5, ry: size * 0.44, fill: tone })
    );
  }).join('');
}

/** Returns grass and flowers close by. */
function meadow(stage: Stage): Layer {
  const { random, width, height, palette } = stage;
  const count = Math.min(900, Math.round(width / 3.2));
  const tones = [darker(palette.leaf, 0.2), darker(palette.leaf, 0.42), mix(palette.leaf, palette.glow, 0.16)] as const;
  const blades = tones.map((tone) => {
    const d = Array.from({ length: Math.round(count / 3) }, () => {
      const x = random.between(-10, width + 10);
      const tall = random.between(20, 86);
      const lean = random.between(-18, 26);
      return `M${number(x - 2.5)} ${number(height + 2)}Q${number(x)} ${number(height - tall * 0.5)} ${number(x + lean)} ${number(height - tall)}Q${number(x + 3)} ${number(height - tall * 0.4)} ${number(x + 3)} ${number(height + 2)}Z`;
    });
    return el('path', { d: d.join(''), fill: tone });
  });
  const colours = [random.pick(petals), random.pick(petals)] as const;
  const flowers = Array.from({ length: Math.min(120, Math.round((width / 1000) * 34)) }, () => {
    const x = random.between(0, width);
    const y = height - random.between(8, 92);
    const size = random.between(3.5, 8.5);
    const colour = darker(random.pick(colours), palette.dark * 0.7);
    return (
      el('circle', { cx: x, cy: y, r: size, fill: colour }) +
      el('circle', { cx: x, cy: y, r: size * 0.36, fill: darker('#ffdf7a', palette.dark * 0.5) })
    );
  });
  return { depth: 1, markup: blades.join('') + flowers.join('') };
}

/** A meadow. */
export const field: Place = {
  words: [
    'field',
    'meadow',
    'garden',
    'farm',
    'hill',
    'hills',
    'grass',
    'countryside',
    'village',
    'park',
    'spring',
    'prairie',
    'wiese',
    'campo',
    'jardin',
    '草原',
    '花园',
    '公園',
    '들판',
    'поле',
    '🌾',
    '🌷',
    '🌻',
  ],
  horizon: 0.6,
  ground: 0.85,
  sky: true,
  back(stage) {
    const { random, width, horizon, height, palette } = stage;
    const drop = height - horizon;
    return [0.14, 0.34, 0.62, 0.9].map((fraction, row) => {
      const outline = hills(random, width, horizon + drop * 0.19 * row + 8, 60 + row * 12, 900 - row * 60);
      const tone = mix(palette.haze, palette.leaf, fraction);
      const trees =
        row < 3
          ? copse(stage, outline, darker(mix(palette.haze, palette.land, fraction + 0.1), 0.05), 20 + row * 22)
          : '';
      return {
        depth: 0.2 + row * 0.15,
        markup: trees + land(stage, outline, lighter(mix(tone, palette.glow, 0.12), 0.04), darker(tone, 0.26), true),
      };
    });
  },
  front: (stage) => [meadow(stage)],
};
