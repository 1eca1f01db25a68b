/** Reads the facts of a file from its content. The name and the declared type count for nothing. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The facts of a picture or video. `type` is its media type, and `seconds` the length of a video. */
export type Inspected = {
  kind: 'image' | 'video';
  type: string;
  extension: string;
  width: number;
  height: number;
  seconds?: number;
};

/** Most pixels of a picture. More are a bomb or a mistake: the largest output that is documented anywhere is 4K. */
export const maxPixels = 100e6;

/** Loads the readers of files ahead. The first file would else make everybody wait: a tenth of a second on two cores. */
export const loadReaders = () => Promise.all([import('file-type'), import('sharp')]);

/** Returns the facts of a file. Undefined when it is neither a picture nor a video that can be read. */
export async function inspect(path: string): Promise<Inspected | undefined> {
  // Each reader is loaded with the first file that needs it, so that the bot starts without.
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(path);
  if (!found) return undefined;
  const { mime: type, ext: extension } = found;
  if (type.startsWith('image/')) return inspectImage(path, type, extension);
  if (type.startsWith('video/')) return inspectVideo(path, type, extension);
  return undefined;
}

async function inspectImage(path: string, type: string, extension: string): Promise<Inspected | undefined> {
  const { default: sharp } = await import('sharp');
  const facts = await sharp(path, { limitInputPixels: maxPixels })
    .metadata()
    .catch(() => undefined);
  if (!facts?.width || !facts.height) return undefined;
  return { kind: 'image', type, extension, width: facts.width, height: facts.height };
}

async function inspectVideo(path: string, type: string, extension: string): Promise<Inspected | undefined> {
  const { ALL_FORMATS, FilePathSource, Input } = await import('mediabunny');
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) return undefined;
    const seconds = await input.computeDuration();
    return { kind: 'video', type, extension, width: track.displayWidth, height: track.displayHeight, seconds };
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}

/** Returns the SHA-256 of a file, in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
