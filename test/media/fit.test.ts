import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UndeliverableError } from '../../src/errors/catalogue.ts';
import { createFit } from '../../src/media/fit.ts';
import { noise, openFiles } from './kept-files.ts';

async function openFit() {
  const kept = await openFiles();
  return { ...kept, fitTo: createFit({ files: kept.files }) };
}

const bytesOf = async ({ open }: { open(): Promise<NodeJS.ReadableStream> }) => buffer(await open());

describe('making a picture fit a place', () => {
  it('passes on a file that fits already, byte for byte', async () => {
    const { fitTo, put } = await openFit();
    const original = await noise(64, 48, 'png');
    const media = await put(original);
    const fitted = await fitTo(media, { bytes: original.length, types: ['image/png'] });
    expect(fitted.media).toEqual(media);
    expect(await bytesOf(fitted)).toEqual(original);
  });

  it.each([500_000, 150_000, 30_000, 6_000])('encodes a picture anew below %i bytes', async (most) => {
    const { fitTo, put, all } = await openFit();
    const media = await put(await noise(640, 480, 'jpeg'));
    expect(media.bytes).toBeGreaterThan(most === 500_000 ? 250_000 : most);
    const fitted = await fitTo(media, { bytes: most });
    const bytes = await bytesOf(fitted);
    expect(bytes.length).toBeLessThanOrEqual(most);
    expect(fitted.media.bytes).toBe(bytes.length);
    const { width, height, format } = await sharp(bytes).metadata();
    expect({ width, height, format }).toEqual({ ...pick(fitted.media), format: 'jpeg' });
    expect(width / height).toBeCloseTo(4 / 3, 1);
    expect(await all()).toEqual([media.id]);
  });

  it('lowers the quality before the size', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(await noise(400, 300, 'jpeg'));
    const { media: fitted } = await fitTo(media, { bytes: media.bytes - 1 });
    expect(pick(fitted)).toEqual({ width: 400, height: 300 });
  });

  it('turns a PNG with too many bytes into a JPEG, and renames it', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(await noise(320, 200, 'png'), { name: 'a-lighthouse-41-1.png' });
    const { media: fitted } = await fitTo(media, { bytes: 60_000 });
    expect(fitted).toMatchObject({ id: media.id, name: 'a-lighthouse-41-1.jpg', type: 'image/jpeg', alt: media.alt });
  });

  it('keeps transparency where a wanted type has any', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(await noise(320, 200, 'png', true));
    const fitted = await fitTo(media, { bytes: 60_000, types: ['image/jpeg', 'image/webp'] });
    expect(fitted.media.type).toBe('image/webp');
    expect(await sharp(await bytesOf(fitted)).metadata()).toMatchObject({ format: 'webp', hasAlpha: true });
  });

  it('puts white behind a see-through picture where only JPEG is taken', async () => {
    const { fitTo, put } = await openFit();
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const media = await put(
      await sharp({ create: { width: 40, height: 40, channels: 4, background: clear } })
        .png()
        .toBuffer(),
    );
    const bytes = await bytesOf(await fitTo(media, { types: ['image/jpeg'] }));
    const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it('writes the wanted type', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(await noise(64, 64, 'webp'));
    const fitted = await fitTo(media, { types: ['image/png'] });
    expect((await sharp(await bytesOf(fitted)).metadata()).format).toBe('png');
  });

  it('refuses limits that no encoding reaches', async () => {
    const { fitTo, put, all } = await openFit();
    const media = await put(await noise(64, 64, 'jpeg'), { name: 'noise.jpg' });
    await expect(fitTo(media, { bytes: 40 })).rejects.toThrow(UndeliverableError);
    await expect(fitTo(media, { bytes: 40 })).rejects.toThrow(
      /^noise\.jpg has 0\.\d+ MB, and at most 0 MB fit here\.$/,
    );
    await expect(fitTo(media, { types: ['image/tiff'] })).rejects.toThrow('only image/tiff can be shown here.');
    expect(await all()).toEqual([media.id]);
  });

  it('refuses a video that does not fit, and passes on one that does', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(randomBytes(2_000_000), { kind: 'video', name: 'waves.mp4', type: 'video/mp4' });
    await expect(fitTo(media, { bytes: 1_000_000 })).rejects.toThrow(
      new UndeliverableError('waves.mp4 has 2 MB, and at most 1 MB fit here.'),
    );
    await expect(fitTo(media, { types: ['video/webm'] })).rejects.toThrow(UndeliverableError);
    expect((await fitTo(media, { bytes: 3_000_000 })).media).toEqual(media);
  });

  it('refuses a file that is no picture', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(randomBytes(4_000), { name: 'broken.png', type: 'image/png' });
    await expect(fitTo(media, { bytes: 100 })).rejects.toThrow(
      new UndeliverableError('broken.png cannot be read as a picture.'),
    );
  });

  it('rejects with another error when the file is not here', async () => {
    const { fitTo, put, files } = await openFit();
    const media = await put(await noise(64, 64, 'jpeg'));
    await files.remove(media.id);
    const failure = await fitTo(media, { bytes: 100 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(UndeliverableError);
  });

  it('stops when its signal aborts', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(await noise(64, 64, 'jpeg'));
    await expect(fitTo(media, { bytes: 100 }, AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
  });

  it('serves many callers at once', async () => {
    const { fitTo, put } = await openFit();
    const media = await put(await noise(200, 200, 'jpeg'));
    const fitted = await Promise.all(Array.from({ length: 12 }, () => fitTo(media, { bytes: 20_000 })));
    expect(new Set(fitted.map((one) => one.media.bytes)).size).toBe(1);
  });
});
const pick = ({ width, height }: { width: number; height: number }) => ({ width, height });
