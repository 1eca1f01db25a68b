/** Turns a shape into pixels: trained models take a width and a height, and people think in shapes. */
import { refuse } from '../../errors/catalogue.ts';

/** Pixels of a portrait. The known samples of trained models have about as many. */
const areaPixels = 1024 * 1024;
/** Sides of pictures that models draw are multiples of this many pixels. */
const stepPixels = 8;

/** The shapes that the form suggests. */
export const shapes = ['1:1', '4:5', '3:4', '2:3', '9:16', '5:4', '4:3', '3:2', '16:9', '21:9'] as const;

type Asked = { shape?: string; width?: number; height?: number };

/**
 * Returns the size in pixels. Undefined when no size is asked for. Throws `UserError` for a wrong shape or half a size.
 */
export function portraitSize({ shape, width, height }: Asked): { width: number; height: number } | undefined {
  if (width !== undefined || height !== undefined) {
    if (shape !== undefined) throw refuse('eitherOr', { one: 'shape', other: 'width and height' });
    const option = width === undefined ? 'a width as well as a height' : 'a height as well as a width';
    if (width === undefined || height === undefined) throw refuse('missingOption', { command: 'portrait', option });
    return { width: stepped(width), height: stepped(height) };
  }
  if (shape === undefined) return undefined;
  const [, across, down] = /^(\d{1,4}(?:\.\d{1,3})?)\s*[:x/]\s*(\d{1,4}(?:\.\d{1,3})?)$/.exec(shape.trim()) ?? [];
  const ratio = Number(across) / Number(down);
  // A longer shape would be a strip of a few hundred pixels.
  if (!(ratio >= 0.25 && ratio <= 4))
    throw refuse('notAChoice', { option: 'shape', given: shape, allowed: [...shapes] });
  return { width: stepped(Math.sqrt(areaPixels * ratio)), height: stepped(Math.sqrt(areaPixels / ratio)) };
}

const stepped = (side: number) => Math.round(side / stepPixels) * stepPixels;
