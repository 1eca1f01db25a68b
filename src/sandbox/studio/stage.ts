/** The types of scenes: layers, stages and places. */
import type { Palette, Weather } from './palette.ts';
import type { Random } from './random.ts';

/**
 * One sheet of a scene: SVG markup in scene units. `depth` is 0 when the camera never moves it, and 1 right in front of
 * the camera. A layer with `drift` (units per second) repeats itself at the scene's edges, as rain and snow do.
 */
export type Layer = { markup: string; depth: number; drift?: { x: number; y: number } };

/** A scene: layers from back to front. Its shorter side is 1000 units. */
export type Scene = { width: number; height: number; layers: readonly Layer[] };

/**
 * The size, light and randomness of one scene, for all its painters. Lengths are in units, of which the shorter side
 * has
 * 1000. `horizon` and `ground` are heights from the top. The main subject stands on the ground at `focus`. `sun` is the
 *       place of the sun or moon. `id` returns a new name for a gradient or filter.
 */
export type Stage = {
  width: number;
  height: number;
  horizon: number;
  ground: number;
  focus: number;
  sun: { x: number; y: number; radius: number };
  random: Random;
  palette: Palette;
  weather: Weather | undefined;
  id(): string;
};

/** A place of scenes. `horizon` and `ground` are fractions of the height. `sky` is whether the sky is seen. */
export type Place = {
  words: readonly string[];
  horizon: number;
  ground: number;
  sky: boolean;
  back(stage: Stage): Layer[];
  front(stage: Stage): Layer[];
};
