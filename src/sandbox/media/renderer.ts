/**
 * Turns recipes into files on request, two at a time. It renders a recipe again only when its files had to make room.
 */
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { Problem } from '../http/problem.ts';
import { filmVideo } from '../studio/film.ts';
import { hlsOf } from '../studio/hls.ts';
import { drawPicture } from '../studio/picture.ts';
import { upscalePicture } from '../studio/upscale.ts';
import type { File, MediaFiles } from './media-files.ts';

/**
 * A picture that goes into another. It is media of the sandbox by its token (`fetched` for this one job), or an address
 * for which a placeholder is drawn.
 */
export type Source = { media: string; fetched?: true } | { address: string };

type Format = 'png' | 'jpeg' | 'webp';

/** The instructions to make a file at any time. Sizes in pixels. */
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

/** The renderer of a sandbox. */
export type Renderer = ReturnType<typeof createRenderer>;

/** Recipes rendered at a time. */
const maxRendering = 2;
/** Recipes that may wait. */
const maxWaiting = 200;
/** Recipes under way from which on none is rendered ahead of its first request. */
const maxAhead = 4;
/** Side of the placeholder for a picture that is not fetched, in pixels. */
const placeholderSide = 768;

const names = { picture: (format: Format) => `picture.${format === 'jpeg' ? 'jpg' : format}`, film: 'video.m3u8' };

/** Returns a renderer without recipes. `signal` ends the filming under way. */
export function createRenderer({ mediaFiles, signal }: { mediaFiles: MediaFiles; signal: AbortSignal }) {
  const recipes = new Map<string, { recipe: Recipe; readyAt: number }>();
  const underWay = new Map<string, Promise<void>>();
  const rendering = createSemaphore({ permits: maxRendering, maxWaiting });

  /** Runs `work` when a permit is free. Throws `Problem` 503 when too much waits. Rejects once `signal` has aborted. */
  async function withPermit<T>(work: () => Promise<T>): Promise<T> {
    const release = await rendering.acquire();
    if (!release) throw new Problem(503, 'Too much is being drawn already', 'media: queue full');
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      release();
    }
  }

  async function sourceBytes(source: Source): Promise<Uint8Array | undefined> {
    if ('address' in source) return placeholder(source.address);
    const recipe = recipes.get(source.media)?.recipe;
    if (!recipe) return undefined;
    const bytes = await (await find(source.media, recipe.kind === 'film' ? 'poster.jpg' : fileName(recipe)))?.read();
    // HEIC is accepted, although it cannot be decoded here. It gets a placeholder.
    return recipe.kind === 'upload' && recipe.name.endsWith('.heic') ? placeholder(source.media) : bytes;
  }

  async function placeholder(text: string) {
    const request = { prompt: text, seed: 1, width: placeholderSide, height: placeholderSide, format: 'jpeg' } as const;
    return (await withPermit(() => drawPicture(request))).bytes;
  }

  const allBytes = async (sources: Source[]) =>
    (await Promise.all(sources.map(sourceBytes))).filter((bytes) => bytes !== undefined);

  // Sources are rendered before the permit is taken. Otherwise pictures that wait for each other could hold all
  // permits.
  async function render(recipe: Recipe): Promise<File[]> {
    if (recipe.kind === 'upload') return [];
    if (recipe.kind === 'picture') {
      const references = await allBytes(recipe.references);
      const { bytes, type } = await withPermit(() => drawPicture({ ...recipe, references }));
      return [{ name: fileName(recipe), type, bytes }];
    }
    if (recipe.kind === 'upscale') {
      const original = await sourceBytes(recipe.of);
      if (!original) return [];
      const { bytes, type } = await withPermit(() => upscalePicture(original, recipe.factor));
      return [{ name: fileName(recipe), type, bytes }];
    }
    const firstFrame = recipe.firstFrame && (await sourceBytes(recipe.firstFrame));
    const lastFrame = recipe.lastFrame && (await sourceBytes(recipe.lastFrame));
    const references = await allBytes(recipe.references);
    const film = await withPermit(() => filmVideo({ ...recipe, firstFrame, lastFrame, references, signal }));
    const { playlist, segments } = await hlsOf(film.mp4);
    return [
      { name: names.film, type: 'application/vnd.apple.mpegurl', bytes: new TextEncoder().encode(playlist) },
      { name: 'video.mp4', type: 'video/mp4', bytes: film.mp4 },
      { name: 'poster.jpg', type: 'image/jpeg', bytes: film.poster },
      ...[...segments].map(([name, bytes]) => ({ name, type: 'video/mp4', bytes })),
    ];
  }

  /** Renders the files of a token, unless they exist. Joins a rendering under way. */
  async function ensureRendered(token: string, recipe: Recipe) {
    if (mediaFiles.has(token)) return;
    const running = underWay.get(token) ?? render(recipe).then((files) => mediaFiles.put(token, files, 'drawn'));
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
    if (recipe.kind !== 'upload') await ensureRendered(token, recipe);
    return mediaFiles.find(token, name);
  }

  return {
    /** Adds a recipe. `readyAt` is the end of its job, in milliseconds since 1970. Uploads are ready at once. */
    add(token: string, recipe: Recipe, readyAt = 0) {
      recipes.set(token, { recipe, readyAt });
    },
    readyAt: (token: string) => recipes.get(token)?.readyAt,
    has: (token: string) => recipes.has(token),
    /** Returns the name of a token's main file: the picture, or a film's playlist. */
    nameOf(token: string) {
      const known = recipes.get(token);
      return known && fileName(known.recipe);
    },
    /** Returns a file of a token, rendered now if it has to be. Undefined without a file of that name. */
    find,
    /** Renders ahead of the first request, unless much is under way. Never rejects. */
    async warm(token: string) {
      const known = recipes.get(token);
      if (known && underWay.size < maxAhead) await find(token, fileName(known.recipe)).catch(() => undefined);
    },
    /** Removes a recipe and its files. */
    async forget(token: string) {
      recipes.delete(token);
      await mediaFiles.remove(token);
    },
    /** Resolves when nothing is under way. */
    async idle() {
      await Promise.allSettled(underWay.values());
    },
  };
}

/** Returns the name of a recipe's main file. */
function fileName(recipe: Recipe): string {
  if (recipe.kind === 'upload') return recipe.name;
  return recipe.kind === 'film' ? names.film : names.picture(recipe.format);
}
