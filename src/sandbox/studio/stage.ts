/** What every painter is given: the size, the light and the chance of one scene. */
import type { Palette, Weather } from './palette.ts';
import type { Random } from './random.ts';

/**
 * One sheet of a scene: SVG markup in scene units. `depth` is 0 for what never moves with the camera and 1 for what is
 * right in front of it. A layer with `drift` (units per second) repeats itself at the scene's edges: rain, snow.
 */
export type Layer = { markup: string; depth: number; drift?: { x: number; y: number } };

/** Layers from back to front. The shorter side of a scene is 1000 units. */
export type Scene = { width: number; height: number; layers: readonly Layer[] };

/**
 * Lengths are in units: the shorter side has 1000. `horizon` and `ground` are heights from the top; the main subject
 * stands on the ground at `focus`. `sun` is where the sun or moon is. `id` gives names for gradients, never one twice.
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

/** Where something happens. `horizon` and `ground` are shares of the height. `sky` is false where none is seen. */
export type Place = {
  words: readonly string[];
  horizon: number;
  ground: number;
  sky: boolean;
  back(stage: Stage): Layer[];
  front(stage: Stage): Layer[];
};
