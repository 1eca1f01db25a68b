/** Returns the pixels for a ratio and a size word. */
import type { Guesses } from '../guesses.ts';

/**
 * The sides of squares by size word. A size is an area, as in the upstream models: `1K` has the pixels of 1024 × 1024
 * in any ratio.
 */
const sides: Record<string, number> = { '512': 512, '1K': 1024, '2K': 2048, '3K': 3072, '4K': 4096 };
/** The shorter side of a video by its resolution. */
const shortSides: Record<string, number> = { '480p': 480, '720p': 720, '1080p': 1080 };

/** Divisor of every side. Encoders and image models like multiples of 8. */
const step = 8;

const ratioOf = (text: string | undefined) => {
  const [, width, height] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  const ratio = Number(width) / Number(height);
  return ratio > 0.05 && ratio < 20 ? ratio : undefined;
};

/** Returns the nearest allowed side. */
const rounded = (side: number) => Math.max(step, Math.round(side / step) * step);

/** Scales both sides alike until neither is over the largest side, and rounds them. */
function fitted(width: number, height: number, guesses: Guesses) {
  const scale = Math.min(1, guesses.largestSide / Math.max(width, height));
  const side = (length: number) =>
    Math.max(Math.min(guesses.smallestSide, guesses.largestSide), rounded(length * scale));
  return { width: side(width), height: side(height) };
}

/** Returns the pixels of a picture. Unknown words count as the defaults. */
export function pictureSize(asked: { ratio?: string; size?: string }, guesses: Guesses) {
  const ratio = ratioOf(asked.ratio) ?? ratioOf(guesses.defaultRatio) ?? 1;
  const side = sides[asked.size?.toUpperCase() ?? ''] ?? 1024;
  return fitted(side * Math.sqrt(ratio), side / Math.sqrt(ratio), guesses);
}

/** Returns the pixels of a trained model's picture: the requested ones, within the limits of drawing. */
export function exactSize(asked: { width?: number; height?: number }, guesses: Guesses) {
  const within = (side = 1024) => Math.round(Math.min(guesses.largestSide, Math.max(guesses.smallestSide, side)));
  return { width: within(asked.width), height: within(asked.height) };
}

/** Returns the pixels of a video. Its resolution names the shorter side. */
export function videoSize(asked: { ratio?: string; resolution?: string }, guesses: Guesses) {
  const ratio = ratioOf(asked.ratio) ?? ratioOf(guesses.defaultVideoRatio) ?? 1;
  const short = shortSides[asked.resolution ?? ''] ?? 720;
  return fitted(short * Math.max(1, ratio), short * Math.max(1, 1 / ratio), guesses);
}
