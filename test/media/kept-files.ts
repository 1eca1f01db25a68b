/** A media folder for a test, and pictures to put into it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Media } from '../../src/chat.ts';
import { createMediaFiles } from '../../src/media/files.ts';

/** Opens a media folder that is removed when the test ends. */
export async function openFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = createMediaFiles(folder);

  /** Returns the names of all files in the folder. */
  const all = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  /** Keeps bytes as they are. Returns their facts, and those of `more`. */
  async function put(bytes: Uint8Array, more: Partial<Media> = {}): Promise<Media> {
    const id = files.newId();
    const draft = await files.draft();
    await writeFile(draft, bytes);
    await files.settle(draft, id);
    const facts = await sharp(bytes)
      .metadata()
      .catch(() => ({ width: 0, height: 0, format: 'mp4' as const }));
    const { width, height, format } = facts;
    return {
      id,
      kind: 'image',
      name: `picture.${format}`,
      type: `image/${format}`,
      bytes: bytes.length,
      width,
      height,
      alt: 'a picture',
      spoiler: false,
      ...more,
    };
  }

  return { folder, files, all, put };
}

/** Returns coloured noise, the picture that compresses worst. With `alpha`, half of it is see-through. */
export function noise(width: number, height: number, format: 'jpeg' | 'png' | 'webp', alpha = false): Promise<Buffer> {
  const channels = alpha ? 4 : 3;
  const pixels = randomBytes(width * height * channels);
  if (alpha) for (let at = 3; at < pixels.length; at += 4) pixels[at] = at % 8 < 4 ? 0 : 255;
  return sharp(pixels, { raw: { width, height, channels } })
    .toFormat(format, format === 'png' ? {} : { quality: 100 })
    .toBuffer();
}
