/**
 * The list of defaults: options that people set once for themselves, or moderators for a channel or the whole place.
 */
import type { Rule } from './rules.ts';

/** Every default. `/defaults` and the README's table are made from it. */
export const defaultChoices = [
  { name: 'image-model', kind: 'model', of: 'image', about: 'The model for pictures' },
  { name: 'video-model', kind: 'model', of: 'video', about: 'The model for videos' },
  { name: 'shape', kind: 'shape', about: 'The shape, such as 16:9, where the model has it' },
  { name: 'count', kind: 'number', min: 1, max: 4, about: 'How many at once, where the model makes so many' },
  { name: 'private', kind: 'flag', about: 'Whether results are for you only' },
] as const satisfies Rule[];

/** The defaults that hold for a person somewhere. One that nobody has set is absent. */
export type Defaults = {
  'image-model'?: string;
  'video-model'?: string;
  shape?: string;
  count?: number;
  private?: boolean;
};
