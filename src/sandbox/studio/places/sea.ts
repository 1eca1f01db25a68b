/** The open sea, with far headlands and a rock to stand on in front. */
import { darker, mix } from '../colour.ts';
import { crags, hills, land } from '../ridge.ts';
import type { Place } from '../stage.ts';
import { el, lines, number } from '../svg.ts';
import { water } from '../water.ts';

/** The open sea. */
export const sea: Place = {
  words: [
    'sea',
    'ocean',
    'beach',
    'coast',
    'harbour',
    'harbor',
    'waves',
    'island',
    'shore',
    'bay',
    'mer',
    'meer',
    'mar',
    'playa',
    '海',
    '바다',
    'море',
    '🌊',
    '🏖',
    '🏝',
  ],
  horizon: 0.6,
  ground: 0.83,
  sky: true,
  back(stage) {
    const { random, width, horizon, palette } = stage;
    const far = hills(random, width, horizon + 6, 70, 900);
    const near = crags(random, width, horizon + 10, 90, 700);
    const keep = random.chance(0.6);
    const lands =
      land(stage, far, mix(palette.haze, palette.land, 0.22), palette.haze, true) +
      (keep
        ? land(
            stage,
            near.map(([x, y]) => [x, y + Math.abs(x - stage.focus) * 0.16] as const),
            mix(palette.haze, palette.land, 0.48),
            mix(palette.haze, palette.land, 0.2),
            false,
          )
        : '');
    return [
      { depth: 0.2, markup: lands },
      { depth: 0.35, markup: water(stage, horizon, lands, 0.35) },
    ];
  },
  front(stage) {
    const { random, width, height, palette } = stage;
    const swell = hills(random, width, height + 4, 46, 520);
    return [
      {
        depth: 0.95,
        markup: land(
          stage,
          swell,
          darker(mix(palette.sky[1], palette.sky[2], 0.3), 0.5),
          darker(palette.sky[1], 0.7),
          true,
        ),
      },
    ];
  },
};

/** Returns a rock in the water at the stage's focus, on which a subject stands. It is `across` units wide. */
export function rock(stage: Parameters<Place['front']>[0], across: number): string {
  const { random, focus, ground, palette } = stage;
  const tone = mix(palette.land, '#4b4a52', 0.25);
  const shape = (reach: number, rise: number) => {
    const points = Array.from({ length: 13 }, (_, index) => {
      const fraction = index / 12;
      const dome = Math.sin(fraction * Math.PI) ** 0.5;
      return [
        focus + (fraction - 0.5) * reach,
        ground + 40 - dome * (rise + 40) + random.between(-7, 7) * dome,
      ] as const;
    });
    return `M${lines(points)}Z`;
  };
  return (
    el('ellipse', {
      cx: focus,
      cy: ground + 38,
      rx: across * 0.62,
      ry: 13,
      fill: '#ffffff',
      opacity: 0.28 - palette.dark * 0.2,
    }) +
    el('path', { d: shape(across * 1.05, 4), fill: darker(tone, 0.25) }) +
    el('path', { d: shape(across * 0.8, 10), fill: tone, transform: `translate(${number(across * 0.04)} 4)` }) +
    el('path', {
      d: shape(across * 0.45, 12),
      fill: mix(tone, palette.glow, 0.22),
      opacity: 0.7,
      transform: `translate(${number((stage.sun.x > focus ? 1 : -1) * across * 0.1)} 2)`,
    })
  );
}
