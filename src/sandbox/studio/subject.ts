/** The types of drawn things: their words, the places where they belong, and their drawing. */
import type { Random } from './random.ts';

/** The names of places. */
export type PlaceName =
  | 'sea'
  | 'mountains'
  | 'lake'
  | 'forest'
  | 'desert'
  | 'field'
  | 'city'
  | 'space'
  | 'backdrop'
  | 'room'
  | 'underwater';

/**
 * The colours of a subject, already in the scene's light. `body` follows the prompt's colour word. `lamp` glows and is
 * not dimmed. `lit` is the side of the light: 1 for right, -1 for left.
 */
export type Ink = {
  body: string;
  lamp: string;
  rim: string;
  dark: number;
  lit: 1 | -1;
  random: Random;
  /** Returns a colour as the scene's light shows it. */
  in(colour: string): string;
  id(): string;
};

/**
 * A thing that can be drawn. `draw` works in a box 100 units high: x from the middle, y from 0 at the foot up to -100.
 * `height` is its fraction of the scene's shorter side. `width` is the drawing's width for a height of 100. `afloat`
 * stands on water, `aloft` in the air.
 */
export type Subject = {
  words: readonly string[];
  homes: readonly [PlaceName, ...PlaceName[]];
  colours: readonly [string, ...string[]];
  height: number;
  width: number;
  stands: 'ground' | 'afloat' | 'aloft' | 'frame';
  draw(ink: Ink): string;
};
