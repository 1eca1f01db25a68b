/** Composes the scene of a prompt as layers that a camera can move past. */
import { composeAbstract } from './abstract.ts';
import { cast } from './cast.ts';
import { mix } from './colour.ts';
import { paletteOf } from './palette.ts';
import { createRandom, type Random } from './random.ts';
import { type Brief, readPrompt } from './read.ts';
import { paintSky } from './sky.ts';
import type { Scene, Stage } from './stage.ts';
import type { PlaceName } from './subject.ts';
import { el, linear, radial } from './svg.ts';
import { places } from './vocabulary.ts';
import { weatherBehind, weatherInFront } from './weather.ts';

/** Times of day for prompts without one. Soft light comes more often than noon. */
const defaultTimes = ['dawn', 'day', 'golden', 'golden', 'dusk', 'night'] as const;

/** The height of the sun or moon, as a fraction of the sky from the top, and its size. */
const suns = {
  dawn: { from: 0.66, to: 0.86, radius: 62 },
  day: { from: 0.16, to: 0.34, radius: 46 },
  golden: { from: 0.7, to: 0.9, radius: 84 },
  dusk: { from: 0.86, to: 1, radius: 56 },
  night: { from: 0.18, to: 0.36, radius: 62 },
} as const;

/** Returns the place of a prompt, or one that fits its subject. */
function placeOf(brief: Brief, random: Random): PlaceName {
  if (brief.place) return brief.place;
  const main = brief.subjects[0];
  const wet = brief.weather === 'rain' && main?.homes.includes('city');
  if (wet) return 'city';
  return main
    ? main.stands === 'frame'
      ? main.homes[0]
      : random.pick(main.homes)
    : random.pick(['sea', 'mountains', 'lake', 'field', 'forest']);
}

/** Returns the size, light and place of a scene, without its subjects. */
function setStage(prompt: string, seed: number, ratio: number) {
  const random = createRandom(`${seed}:${prompt}`);
  const width = 1000 * Math.max(1, ratio);
  const height = 1000 * Math.max(1, 1 / ratio);
  let names = 0;
  const id = () => `n${names++}`;
  const brief = readPrompt(prompt);
  const placeName = placeOf(brief, random);
  const place = places[placeName];
  const time = brief.time ?? random.pick(defaultTimes);
  const palette = paletteOf(time, brief.weather, random);
  const side = random.chance(0.5) ? 1 : -1;
  // The subject stands on a third of a wide picture, and nearer to the middle of a narrow one. The sun is on the other
  // side.
  const reach = brief.subjects[0]?.stands === 'frame' ? 0.04 : Math.min(0.17, 0.1 * ratio);
  const sun = suns[time];
  const horizon = place.horizon * height;
  const stage: Stage = {
    width,
    height,
    horizon,
    ground: place.ground * height,
    focus: width * (0.5 - side * reach),
    sun: {
      x: width * (0.5 + side * random.between(0.12, 0.28)),
      y: horizon * random.between(sun.from, sun.to),
      radius: sun.radius,
    },
    random,
    palette,
    weather: brief.weather,
    id,
  };
  return { stage, brief, place, placeName };
}

/** Returns the scene of a prompt and a seed. `ratio` is the picture's width by its height. */
export function composeScene(prompt: string, seed: number, ratio: number): Scene {
  const { stage, brief, place, placeName } = setStage(prompt, seed, ratio);
  const { width, height } = stage;
  if (!brief.subjects.length && !brief.place && !brief.time && !brief.weather) {
    return { width, height, layers: composeAbstract(stage, brief.colour) };
  }
  return {
    width,
    height,
    layers: [
      ...(place.sky ? paintSky(stage) : []),
      ...weatherBehind(stage),
      ...place.back(stage),
      ...cast(stage, brief, placeName),
      ...place.front(stage),
      ...weatherInFront(stage),
    ],
  };
}

/** Returns the effect of a prompt on an existing picture: `light` to blend with it, and `air` to lay over it. */
export function composeLight(prompt: string, seed: number, ratio: number): { light: Scene; air: Scene } {
  const { stage, brief } = setStage(prompt, seed, ratio);
  const { width, height, palette, sun, id } = stage;
  const [wash, glow] = [id(), id()];
  const [zenith, high, low, edge] = palette.sky.map((colour) =>
    brief.colour ? mix(colour, brief.colour, 0.5) : colour,
  );
  const sheet = (opacity: number) =>
    linear(wash, [
      [0, zenith ?? palette.haze],
      [0.4, high ?? palette.haze],
      [0.7, low ?? palette.haze],
      [1, edge ?? palette.haze],
    ]) + el('rect', { width, height, fill: `url(#${wash})`, opacity });
  const shine =
    radial(glow, [
      [0, palette.sun, 0.5],
      [1, palette.glow, 0],
    ]) + el('circle', { cx: sun.x, cy: sun.y * 0.5, r: 620, fill: `url(#${glow})` });
  const light = [{ depth: 0, markup: sheet(0.85) }];
  const air = [{ depth: 0, markup: sheet(0.1 + palette.dark * 0.3) + shine }, ...weatherInFront(stage)];
  return { light: { width, height, layers: light }, air: { width, height, layers: air } };
}
