/** Films a prompt: a slow camera move over its scene, or over the pictures that came with it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';
import { filmTimeoutMs } from '../timings.ts';
import type { Plate } from './camera.ts';
import { vignette } from './grade.ts';
import { drawPicture } from './picture.ts';
import { createRandom } from './random.ts';
import { rasterise } from './raster.ts';
import type { Reel } from './reel.ts';
import { composeScene } from './scene.ts';
import type { Layer } from './stage.ts';

/**
 * A film to make. Sizes in pixels. `firstFrame`, `lastFrame` and `references` are picture files. `signal` ends the work
 * early.
 */
export type FilmRequest = {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  seconds: number;
  fps: number;
  firstFrame?: Uint8Array;
  lastFrame?: Uint8Array;
  references?: readonly Uint8Array[];
  signal?: AbortSignal;
};

/**
 * A film. `mp4` is H.264 (yuv420p) with its index in front. `poster` is its first frame as JPEG. Sizes are the video's
 * own.
 */
export type Film = { mp4: Uint8Array; poster: Uint8Array; width: number; height: number; seconds: number };

/** Limits of a film, which is a sketch: its longer side, its frames a second, and its pixels in all. */
const limits = { side: 640, fps: 12, pixels: 20e6 };

/** Returns the size of a film in the ratio of the request. Both sides are even, and it takes a few seconds to make. */
function sizeOf(width: number, height: number, frames: number) {
  const scale = Math.min(
    1,
    limits.side / Math.max(width, height),
    Math.sqrt(limits.pixels / frames / (width * height)),
  );
  const even = (side: number) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}

/** Returns an image as a plate. */
async function plateOf(image: Sharp, width: number, height: number, depth: number): Promise<Plate> {
  const { data } = await image
    .resize(width, height, { fit: 'cover', position: 'attention' })
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 4) {
    const alpha = data[index + 3] ?? 0;
    for (let channel = 0; channel < 3; channel++) {
      pixels[index + channel] = ((data[index + channel] ?? 0) * alpha) / 255;
    }
    pixels[index + 3] = alpha;
  }
  return { pixels, width, height, depth };
}

/** Depth below which neighbouring layers go on one plate, because each plate costs a pass over every frame. */
const minDepthBetweenPlates = 0.25;

/** Returns the plates of a prompt's scene, from back to front. */
async function platesOf(prompt: string, seed: number, width: number, height: number): Promise<Plate[]> {
  const scene = composeScene(prompt, seed, width / height);
  const sheets: Layer[][] = [];
  for (const layer of [...scene.layers, { depth: 0, markup: vignette(scene.width, scene.height, 0.28) }]) {
    const sheet = sheets.at(-1);
    const first = sheet?.[0];
    if (sheet && first && !first.drift && !layer.drift && Math.abs(first.depth - layer.depth) < minDepthBetweenPlates)
      sheet.push(layer);
    else sheets.push([layer]);
  }
  return Promise.all(
    sheets.map(async (sheet) => {
      const depth = sheet.reduce((sum, layer) => sum + layer.depth, 0) / sheet.length;
      const plate = await plateOf(rasterise(scene, sheet, width, height), width, height, depth);
      const drift = sheet[0]?.drift;
      return { ...plate, drift: drift && { x: drift.x / scene.height, y: drift.y / scene.height } };
    }),
  );
}

/** The message of the thread. */
const exposed = z.object({ mp4: z.instanceof(Uint8Array), first: z.instanceof(Uint8Array) });

/**
 * Runs reel.ts in a thread, and returns its film. It starts the thread through tsx's own loader, because a worker does
 * not inherit the loader of its parent on Node 20. It finds tsx from this file, so that it works in any working
 * directory.
 */
async function runReel(reel: Reel, signal: AbortSignal) {
  const start = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ tsImport }) =>
    tsImport(${JSON.stringify(new URL('./reel.ts', import.meta.url).href)}, ${JSON.stringify(import.meta.url)}))`;
  const worker = new Worker(start, { eval: true, execArgv: [], workerData: reel });
  try {
    const [message] = await once(worker, 'message', { signal });
    return exposed.parse(message);
  } finally {
    await worker.terminate();
  }
}

/**
 * Returns a film of about `seconds`. Rejects when a frame or reference is no picture, when `signal` aborts, or after a
 * minute.
 */
export async function filmVideo(request: FilmRequest): Promise<Film> {
  const { prompt, seed, firstFrame, lastFrame, references = [] } = request;
  const fps = Math.max(1, Math.min(limits.fps, Math.round(request.fps)));
  const frames = Math.max(1, Math.round(request.seconds * fps));
  const { width, height } = sizeOf(request.width, request.height, frames);
  const random = createRandom(`camera:${seed}:${prompt}`);
  const edited = async () => (await drawPicture({ prompt, seed, width, height, references, format: 'png' })).bytes;
  const picture = firstFrame ?? (references.length ? await edited() : undefined);
  const plates = picture
    ? [await plateOf(sharp(picture).autoOrient(), width, height, 1)]
    : await platesOf(prompt, seed, width, height);
  const reel: Reel = {
    width,
    height,
    frames,
    fps,
    plates,
    last: lastFrame && (await plateOf(sharp(lastFrame).autoOrient(), width, height, 0)),
    zoom: picture ? { from: 1, to: 1.12 } : { from: 1.06, to: 1.2 },
    pan: picture ? { x: 0, y: 0 } : { x: random.pick([-0.05, 0.05]), y: random.between(-0.015, 0.015) },
  };
  const timeout = AbortSignal.timeout(filmTimeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  const { mp4, first } = await runReel(reel, signal);
  const poster = await sharp(first, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality: 88 })
    .toBuffer();
  return { mp4, poster, width, height, seconds: frames / fps };
}
