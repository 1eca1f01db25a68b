/** Makes a picture fit a place: another file type, fewer bytes, or both. */
import { Readable } from 'node:stream';
import type { Sharp } from 'sharp';
import type { Media } from '../chat.ts';
import { createSemaphore } from '../concurrency/semaphore.ts';
import { UndeliverableError } from '../errors/catalogue.ts';
import type { MediaFiles } from './files.ts';
import { encodeTimeoutSeconds, fitTimeoutMs } from './timings.ts';
import { maxPixels } from './uploads/inspect.ts';

/** The limits of a place: the most bytes of a file, and the types that it may have. An absent limit does not hold. */
type PlaceLimits = { bytes?: number; types?: readonly string[] };

/** A file to send. `open` returns its bytes, as often as they are needed. `media.id` stays the id of the kept file. */
type Fitted = { media: Media; open(): Promise<Readable> };

/** Makes a file fit a place, and resolves with it. */
export type Fit = (media: Media, limits: PlaceLimits, signal?: AbortSignal) => Promise<Fitted>;

/** Types for a picture without transparency, in the order of preference: every program opens JPEG. */
const opaqueTypes = ['image/jpeg', 'image/webp', 'image/png'] as const;

/** Types for a picture with transparency, in the order of preference. JPEG has none. */
const transparentTypes = ['image/webp', 'image/png', 'image/jpeg'] as const;

/** A type that sharp can write here. */
type WritableType = (typeof opaqueTypes)[number];

const extensions: Record<WritableType, string> = { 'image/webp': 'webp', 'image/jpeg': 'jpg', 'image/png': 'png' };

/** An encoding of a picture: the part of its size, and the quality. */
type Encoding = { scale: number; quality: number };

/**
 * Encodings that are tried one after the other. Quality gives way first, because eyes forgive it sooner. Below 75 a smaller
 * picture looks better than a coarser one.
 */
const encodings: readonly Encoding[] = [
  { scale: 1, quality: 92 },
  { scale: 1, quality: 84 },
  { scale: 1, quality: 75 },
  { scale: 0.75, quality: 80 },
  { scale: 0.5, quality: 80 },
  { scale: 0.35, quality: 75 },
  { scale: 0.25, quality: 75 },
  { scale: 0.125, quality: 75 },
];

/** Encodings of PNG, which loses nothing: only its size can give way. */
const losslessEncodings = encodings.filter(({ scale }, at) => scale !== encodings[at - 1]?.scale);

/** Pictures that are encoded at a time: one of 4096 × 4096 pixels takes about 200 MB and a second of a core. */
const encodingLimits = { permits: 2, maxWaiting: 100 };

/**
 * Returns `fit`. A file that fits already is passed on as it is. Another picture is encoded anew, in memory, into its own
 * type where that will do. It keeps its transparency where a wanted type has any.
 *
 * Rejects with `UndeliverableError` when the file can never fit: a video, an unwritable type, or a size out of reach. Any
 * other error may pass: the file is not on this disk, or too many are waiting.
 */
export function createFit({ files }: { files: Pick<MediaFiles, 'path' | 'size' | 'open'> }): Fit {
  const { acquire } = createSemaphore(encodingLimits);

  return async function fit(media, limits, signal = AbortSignal.timeout(fitTimeoutMs)) {
    const isRightType = limits.types?.includes(media.type) ?? true;
    const maxBytes = limits.bytes ?? Number.POSITIVE_INFINITY;
    if (isRightType && media.bytes <= maxBytes) return { media, open: async () => files.open(media.id) };
    if (media.kind === 'video') throw isRightType ? tooLarge(media, maxBytes) : wrongType(media, limits.types);
    if ((await files.size(media.id)) === undefined) throw new Error(`the file ${media.id} is not on this disk`);

    const release = await acquire({ signal });
    if (!release) throw new Error(`${encodingLimits.maxWaiting} pictures wait to be encoded already`);
    try {
      return await encodeToFit(files.path(media.id), media, limits, signal);
    } finally {
      release();
    }
  };
}

/** Encodes the picture in `path` until it fits. */
async function encodeToFit(path: string, media: Media, limits: PlaceLimits, signal: AbortSignal): Promise<Fitted> {
  // Loaded with the first picture that has to be made smaller, so that the bot starts without.
  const { default: sharp } = await import('sharp');
  const source = sharp(path, { limitInputPixels: maxPixels }).timeout({ seconds: encodeTimeoutSeconds });
  const { hasAlpha } = await source.metadata().catch(() => {
    throw new UndeliverableError(`${media.name} cannot be read as a picture.`);
  });
  const type = typeFor(media.type, limits, hasAlpha);
  if (!type) throw wrongType(media, limits.types);
  const maxBytes = limits.bytes ?? Number.POSITIVE_INFINITY;
  for (const { scale, quality } of type === 'image/png' ? losslessEncodings : encodings) {
    signal.throwIfAborted();
    const sized = resized(source, media, scale);
    const { data, info } = await encoded(sized, type, quality).toBuffer({ resolveWithObject: true });
    if (data.length > maxBytes) continue;
    const name = `${media.name.replace(/\.[^.]*$/, '')}.${extensions[type]}`;
    const { width, height } = info;
    const smaller = { ...media, name, type, bytes: data.length, width, height };
    return { media: smaller, open: async () => Readable.from([data]) };
  }
  throw tooLarge(media, maxBytes);
}

/** Returns the type to write. Undefined when no wanted type can be written. A PNG with too many bytes changes its type. */
function typeFor(own: string, { bytes, types }: PlaceLimits, hasAlpha: boolean): WritableType | undefined {
  const possible = (hasAlpha ? transparentTypes : opaqueTypes).filter((type) => types?.includes(type) ?? true);
  const keepsOwn = own !== 'image/png' || bytes === undefined;
  return possible.find((type) => type === own && keepsOwn) ?? possible[0];
}

/** Returns the picture turned the right way up, at most `scale` of its size. */
function resized(picture: Sharp, { width, height }: Media, scale: number): Sharp {
  return picture
    .clone()
    .rotate()
    .resize({
      width: Math.ceil(width * scale),
      height: Math.ceil(height * scale),
      fit: 'inside',
      withoutEnlargement: true,
    });
}

function encoded(picture: Sharp, type: WritableType, quality: number): Sharp {
  if (type === 'image/webp') return picture.webp({ quality });
  if (type === 'image/png') return picture.png({ compressionLevel: 9 });
  // Without a background, transparency would turn black.
  return picture.flatten({ background: 'white' }).jpeg({ quality });
}

/** Returns a size for people. Sizes of files are rounded up and limits down, so that the two never look the same. */
const megabytes = (bytes: number, round: (value: number) => number) => `${round(bytes / 1e4) / 100} MB`;

const tooLarge = ({ name, bytes }: Media, maxBytes: number) =>
  new UndeliverableError(
    `${name} has ${megabytes(bytes, Math.ceil)}, and at most ${megabytes(maxBytes, Math.floor)} fit here.`,
  );

const wrongType = ({ name, type }: Media, wanted: readonly string[] = []) =>
  new UndeliverableError(`${name} is ${type}, and only ${wanted.join(', ')} can be shown here.`);
