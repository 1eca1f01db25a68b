/** Makes a picture fit a place: another file type, fewer bytes, or both. */

import { Readable } from 'node:stream';
import type { Sharp } from 'sharp';
import type { Media } from '../chat.ts';
import { createSemaphore } from '../concurrency/semaphore.ts';
import { UndeliverableError } from '../errors/catalogue.ts';
import type { MediaFiles } from './files.ts';
import { mostPixels } from './uploads/inspect.ts';

/** What a place takes: at most so many bytes, and one of these types. What is left out is not asked for. */
type Wish = { bytes?: number; types?: readonly string[] };

/** A file to send. Its bytes come from `open`, as often as they are needed: `media.id` is still the kept file's. */
type Fitted = { media: Media; open(): Promise<Readable> };

export type Fit = (media: Media, want: Wish, signal?: AbortSignal) => Promise<Fitted>;

/** What can be written here, in the order of preference: every program opens JPEG, but it has no transparency. */
const opaque = ['image/jpeg', 'image/webp', 'image/png'] as const;
const transparent = ['image/webp', 'image/png', 'image/jpeg'] as const;
type Writable = (typeof opaque)[number];
const extensions: Record<Writable, string> = { 'image/webp': 'webp', 'image/jpeg': 'jpg', 'image/png': 'png' };

/** Quality gives way first, because eyes forgive it sooner; below 75 a smaller picture looks better than a coarser one. */
const steps = [
  { scale: 1, quality: 92 },
  { scale: 1, quality: 84 },
  { scale: 1, quality: 75 },
  { scale: 0.75, quality: 80 },
  { scale: 0.5, quality: 80 },
  { scale: 0.35, quality: 75 },
  { scale: 0.25, quality: 75 },
  { scale: 0.125, quality: 75 },
];

/** A 4096 × 4096 picture takes about 200 MB and a second of a core, so few are made at a time. */
const encoding = { permits: 2, maxWaiting: 100 };
/** All steps of the largest picture take some ten seconds; after this something hangs. Milliseconds. */
const patience = 120_000;

/**
 * Returns `fit`. What fits already is passed on as it is; otherwise a picture is encoded anew, in memory, into its own
 * type where that will do, and keeps its transparency where a wanted type has any. Throws `Refused`, with a sentence,
 * for a video that does not fit, for types that cannot be written and for a size that cannot be reached. Any other
 * error may pass: the file is not on this disk, or too many are waiting.
 */
export function createFit({ files }: { files: Pick<MediaFiles, 'path' | 'size' | 'open'> }): Fit {
  const { acquire } = createSemaphore(encoding);

  return async function fit(media, want, signal = AbortSignal.timeout(patience)) {
    const isRightType = want.types?.includes(media.type) ?? true;
    const most = want.bytes ?? Number.POSITIVE_INFINITY;
    if (isRightType && media.bytes <= most) return { media, open: async () => files.open(media.id) };
    if (media.kind === 'video') throw isRightType ? tooLarge(media, most) : wrongType(media, want.types);
    if ((await files.size(media.id)) === undefined) throw new Error(`the file ${media.id} is not on this disk`);

    const release = await acquire({ signal });
    if (!release) throw new Error(`${encoding.maxWaiting} pictures wait to be encoded already`);
    try {
      // Loaded with the first picture that has to be made smaller, so that the bot starts without.
      const { default: sharp } = await import('sharp');
      const source = sharp(files.path(media.id), { limitInputPixels: mostPixels }).timeout({ seconds: 60 });
      const { hasAlpha } = await source.metadata().catch(() => {
        throw new UndeliverableError(`${media.name} cannot be read as a picture.`);
      });
      const type = typeFor(media.type, want, hasAlpha);
      if (!type) throw wrongType(media, want.types);
      // PNG loses nothing, so only its size can give way.
      const possible = type === 'image/png' ? steps.filter(({ scale }, at) => scale !== steps[at - 1]?.scale) : steps;
      for (const { scale, quality } of possible) {
        signal.throwIfAborted();
        const size = { width: Math.ceil(media.width * scale), height: Math.ceil(media.height * scale) };
        const sized = source
          .clone()
          .rotate()
          .resize({ ...size, fit: 'inside', withoutEnlargement: true });
        const { data, info } = await encoded(sized, type, quality).toBuffer({ resolveWithObject: true });
        if (data.length > most) continue;
        const name = `${media.name.replace(/\.[^.]*$/, '')}.${extensions[type]}`;
        const { width, height } = info;
        const smaller = { ...media, name, type, bytes: data.length, width, height };
        return { media: smaller, open: async () => Readable.from([data]) };
      }
      throw tooLarge(media, most);
    } finally {
      release();
    }
  };
}

/** The one type to write; undefined when none of the wanted can be. A PNG that has too many bytes changes its type. */
function typeFor(own: string, { bytes, types }: Wish, hasAlpha: boolean): Writable | undefined {
  const possible = (hasAlpha ? transparent : opaque).filter((type) => types?.includes(type) ?? true);
  const keepsOwn = own !== 'image/png' || bytes === undefined;
  return possible.find((type) => type === own && keepsOwn) ?? possible[0];
}

function encoded(picture: Sharp, type: Writable, quality: number): Sharp {
  if (type === 'image/webp') return picture.webp({ quality });
  if (type === 'image/png') return picture.png({ compressionLevel: 9 });
  // What was see-through would turn black.
  return picture.flatten({ background: 'white' }).jpeg({ quality });
}

/** Rounded up for what there is and down for what fits, so that the two never look the same. */
const megabytes = (bytes: number, round: (value: number) => number) => `${round(bytes / 1e4) / 100} MB`;

const tooLarge = ({ name, bytes }: Media, most: number) =>
  new UndeliverableError(
    `${name} has ${megabytes(bytes, Math.ceil)}, and at most ${megabytes(most, Math.floor)} fit here.`,
  );

const wrongType = ({ name, type }: Media, wanted: readonly string[] = []) =>
  new UndeliverableError(`${name} is ${type}, and only ${wanted.join(', ')} can be shown here.`);
