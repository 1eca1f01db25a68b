/** Turns recipes into files when somebody asks for them, two at a time, each once while it is on the mediaFiles. */

import { createSemaphore } from '../../concurrency/semaphore.ts';
import { Problem } from '../http/problem.ts';
import { filmVideo } from '../studio/film.ts';
import { hlsOf } from '../studio/hls.ts';
import { drawPicture } from '../studio/picture.ts';
import { upscalePicture } from '../studio/upscale.ts';
import type { File, MediaFiles } from './media-files.ts';

/**
 * A picture that goes into another: media of the sandbox by its token (`fetched` for this one job), or somebody's
 * address that is drawn, not fetched.
 */
export type Source = { media: string; fetched?: true } | { address: string };

type Format = 'png' | 'jpeg' | 'webp';

/** How to make a file again at any time. Sizes in pixels. */
export type Recipe =
  | { kind: 'upload'; name: string }
  | {
      kind: 'picture';
      prompt: string;
      seed: number;
      width: number;
      height: number;
      preset?: string;
      format: Format;
      references: Source[];
    }
  | { kind: 'upscale'; of: Source; factor: number; format: Format }
  | {
      kind: 'film';
      prompt: string;
      seed: number;
      width: number;
      height: number;
      seconds: number;
      fps: number;
      firstFrame?: Source;
      lastFrame?: Source;
      references: Source[];
    };

export type Renderer = ReturnType<typeof createRenderer>;

const parallel = 2;
const waiting = 200;
/** Drawing ahead of the first request stops being worth it when this much is already under way. */
const ahead = 4;
/** Side of the stand-in for a picture that is not fetched, in pixels. */
const standInSide = 768;

const names = { picture: (format: Format) => `picture.${format === 'jpeg' ? 'jpg' : format}`, film: 'video.m3u8' };

/** `signal` ends the filming that is under way. */
export function createRenderer({ mediaFiles, signal }: { mediaFiles: MediaFiles; signal: AbortSignal }) {
  const recipes = new Map<string, { recipe: Recipe; readyAt: number }>();
  const underWay = new Map<string, Promise<void>>();
  const drawing = createSemaphore({ permits: parallel, maxWaiting: waiting });

  /** Draws when it is its turn. Answers 503 when too much waits already. Rejects once `signal` has aborted. */
  async function pass<T>(work: () => Promise<T>): Promise<T> {
    const release = await drawing.acquire();
    if (!release) throw new Problem(503, 'Too much is being drawn already', 'media: queue full');
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      release();
    }
  }

  async function sourceBytes(source: Source): Promise<Uint8Array | undefined> {
    if ('address' in source) return standIn(source.address);
    const recipe = recipes.get(source.media)?.recipe;
    if (!recipe) return undefined;
    const bytes = await (await find(source.media, recipe.kind === 'film' ? 'poster.jpg' : fileName(recipe)))?.read();
    // What cannot be decoded here, such as HEIC, was accepted all the same, and gets a stand-in.
    return recipe.kind === 'upload' && recipe.name.endsWith('.heic') ? standIn(source.media) : bytes;
  }

  async function standIn(text: string) {
    const side = { width: standInSide, height: standInSide };
    return (await pass(() => drawPicture({ prompt: text, seed: 1, ...side, format: 'jpeg' }))).bytes;
  }

  const allBytes = async (sources: Source[]) =>
    (await Promise.all(sources.map(sourceBytes))).filter((bytes) => bytes !== undefined);

  // Sources are made before passing the gate: waiting for them inside could fill it with pictures waiting for each other.
  async function make(recipe: Recipe): Promise<File[]> {
    if (recipe.kind === 'upload') return [];
    if (recipe.kind === 'picture') {
      const references = await allBytes(recipe.references);
      const { bytes, type } = await pass(() => drawPicture({ ...recipe, references }));
      return [{ name: fileName(recipe), type, bytes }];
    }
    if (recipe.kind === 'upscale') {
      const original = await sourceBytes(recipe.of);
      if (!original) return [];
      const { bytes, type } = await pass(() => upscalePicture(original, recipe.factor));
      return [{ name: fileName(recipe), type, bytes }];
    }
    const firstFrame = recipe.firstFrame && (await sourceBytes(recipe.firstFrame));
    const lastFrame = recipe.lastFrame && (await sourceBytes(recipe.lastFrame));
    const references = await allBytes(recipe.references);
    const film = await pass(() => filmVideo({ ...recipe, firstFrame, lastFrame, references, signal }));
    const { playlist, segments } = await hlsOf(film.mp4);
    return [
      { name: names.film, type: 'application/vnd.apple.mpegurl', bytes: new TextEncoder().encode(playlist) },
      { name: 'video.mp4', type: 'video/mp4', bytes: film.mp4 },
      { name: 'poster.jpg', type: 'image/jpeg', bytes: film.poster },
      ...[...segments].map(([name, bytes]) => ({ name, type: 'video/mp4', bytes })),
    ];
  }

  async function develop(token: string, recipe: Recipe) {
    if (mediaFiles.has(token)) return;
    const running = underWay.get(token) ?? make(recipe).then((files) => mediaFiles.put(token, files, false));
    underWay.set(token, running);
    try {
      await running;
    } finally {
      underWay.delete(token);
    }
  }

  async function find(token: string, name: string) {
    const recipe = recipes.get(token)?.recipe;
    if (!recipe) return undefined;
    if (recipe.kind !== 'upload') await develop(token, recipe);
    return mediaFiles.find(token, name);
  }

  return {
    /** `readyAt` is when its job ends, in milliseconds; what was uploaded is ready at once. */
    add(token: string, recipe: Recipe, readyAt = 0) {
      recipes.set(token, { recipe, readyAt });
    },
    readyAt: (token: string) => recipes.get(token)?.readyAt,
    has: (token: string) => recipes.has(token),
    /** The main file of a token: the picture, or a film's playlist. */
    nameOf(token: string) {
      const known = recipes.get(token);
      return known && fileName(known.recipe);
    },
    /** A file of a token, drawn now if it has to be; `undefined` if there is none of that name. */
    find,
    /** Draws ahead, unless there is enough to do already. Never rejects. */
    async warm(token: string) {
      const known = recipes.get(token);
      if (known && underWay.size < ahead) await find(token, fileName(known.recipe)).catch(() => undefined);
    },
    async forget(token: string) {
      recipes.delete(token);
      await mediaFiles.remove(token);
    },
    /** Resolves when nothing is being drawn any more. */
    async idle() {
      await Promise.allSettled(underWay.values());
    },
  };
}

function fileName(recipe: Recipe): string {
  if (recipe.kind === 'upload') return recipe.name;
  return recipe.kind === 'film' ? names.film : names.picture(recipe.format);
}
