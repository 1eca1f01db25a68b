/** Paints still or moving water, with the mirror image of the things above it. */
import { darker, lighter, mix } from './colour.ts';
import type { Stage } from './stage.ts';
import { blur, el, linear, number, radial } from './svg.ts';

/**
 * Returns water from `top` to the bottom of the picture. `mirrored` is the markup above `top`, and `calm` (0 to 1) the
 * clearness of its image.
 */
export function water(stage: Stage, top: number, mirrored: string, calm: number): string {
  const { width, height, palette, random, sun, id } = stage;
  const [deep, clip, ripple, path, soft] = [id(), id(), id(), id(), id()];
  const depth = height - top;
  const surface = el('rect', { x: 0, y: top, width, height: depth + 1, fill: `url(#${deep})` });
  const [, high, low, edge] = palette.sky;
  const body =
    linear(deep, [
      [0, mix(edge, darker(low, 0.3), 0.4)],
      [0.35, darker(mix(low, high, 0.4), 0.3 + palette.dark * 0.2)],
      [1, darker(high, 0.55)],
    ]) + surface;
  const window = el('clipPath', { id: clip }, el('rect', { x: 0, y: top, width, height: depth }));
  const waves = el(
    'filter',
    { id: ripple, x: 0, y: top, width, height: depth, filterUnits: 'userSpaceOnUse' },
    el('feTurbulence', {
      type: 'fractalNoise',
      baseFrequency: '0.006 0.06',
      numOctaves: 2,
      seed: random.whole(1, 999),
      result: 'n',
    }),
    el('feDisplacementMap', { in: 'SourceGraphic', in2: 'n', scale: 46, xChannelSelector: 'R', yChannelSelector: 'G' }),
  );
  const image = el(
    'g',
    { filter: `url(#${ripple})`, opacity: 0.25 + calm * 0.4 },
    el('g', { transform: `translate(0 ${number(top * 2)}) scale(1 -1)` }, mirrored),
  );
  const glitter = Array.from({ length: 46 }, (_, index) => {
    const fraction = ((index + random.next()) / 46) ** 1.7;
    const spread = sun.radius * (0.5 + fraction * 1.5);
    const x = sun.x + random.between(-1, 1) * spread;
    const long = random.between(10, 34) + fraction * 70;
    return el('ellipse', {
      cx: x,
      cy: top + 3 + fraction * depth,
      rx: long,
      ry: 1.2 + fraction * 4.5,
      opacity: (1 - fraction * 0.75) * random.between(0.4, 0.95),
    });
  }).join('');
  const road =
    radial(path, [
      [0, palette.sun, 0.6],
      [0.45, palette.glow, 0.22],
      [1, palette.glow, 0],
    ]) +
    blur(soft, 3) +
    el('ellipse', {
      cx: sun.x,
      cy: top,
      rx: sun.radius * 3.2,
      ry: depth * 0.85,
      fill: `url(#${path})`,
      filter: `url(#${soft})`,
      opacity: 0.55,
    }) +
    el('g', { fill: lighter(palette.sun, 0.2) }, glitter);
  const count = Math.min(220, Math.round((width / 1000) * 70));
  const crests = Array.from({ length: count }, () => {
    const fraction = random.next() ** 1.6;
    const long = (14 + fraction * 130) * random.between(0.5, 1.2);
    return el('ellipse', {
      cx: random.between(0, width),
      cy: top + 4 + fraction * depth,
      rx: long,
      ry: 0.8 + fraction * 3,
      fill: random.chance(0.55) ? lighter(edge, 0.1) : darker(high, 0.4),
      opacity: random.between(0.08, 0.3) * (1 - calm * 0.4),
    });
  }).join('');
  const line = el('rect', { x: 0, y: top - 1, width, height: 2.5, fill: lighter(edge, 0.4), opacity: 0.5 });
  return body + window + waves + el('g', { 'clip-path': `url(#${clip})` }, image + road + crests) + line;
}
