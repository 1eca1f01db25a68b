/** What a drawn thing is: how it is asked for, where it belongs, and how it is drawn. */
import type { Random } from './random.ts';

/** Everything a prompt can be about that has a drawing of its own place. */
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
 * The colours a subject is drawn with, already in the scene's light. `body` follows a colour word if there is one.
 * `lamp` glows and is not dimmed. `lit` is 1 or -1: the side the light comes from, right or left.
 */
export type Ink = {
  body: string;
  lamp: string;
  rim: string;
  dark: number;
  lit: 1 | -1;
  random: Random;
  /** A colour as the scene's light shows it. */
  in(colour: string): string;
  id(): string;
};

/**
 * `draw` works in a box 100 units high: x from the middle, y from 0 at the foot up to -100. `height` is its share of
 * the scene's shorter side, `width` how wide the drawing is for a height of 100. `afloat` stands on water, `aloft` in the air.
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
