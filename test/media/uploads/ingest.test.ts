import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../../src/chat.ts';
import { origin } from '../../jobs/world.ts';
import { useIntake } from '../intake.ts';
import { noise } from '../kept-files.ts';

const openIntake = useIntake();

describe('ingesting a picture', () => {
  it('writes one file, and its facts and owner', async () => {
    const { kept, all } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    expect(row).toMatchObject({
      platform: 'playground',
      tenant: 'home',
      person: 'ada',
      job: null,
      type: 'image/jpeg',
      width: 64,
      height: 48,
    });
    expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await all()).toEqual([row.id]);
  });

  it('turns it the right way up', async () => {
    const { kept } = await openIntake();
    const lying = await sharp({ create: { width: 60, height: 30, channels: 3, background: 'red' } })
      .composite([{ input: { create: { width: 30, height: 30, channels: 3, background: 'blue' } }, left: 30, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const { row, picture } = await kept(lying);
    expect([row.width, row.height]).toEqual([30, 60]);
    const { data } = await picture.raw().toBuffer({ resolveWithObject: true });
    // After a quarter turn clockwise, the left side is on top.
    expect(data[0]).toBeGreaterThan(200);
    expect(data[data.length - 1]).toBeGreaterThan(200);
    expect((await picture.metadata()).orientation ?? 1).toBe(1);
  });

  it('removes the place, the author and the camera', async () => {
    const { kept } = await openIntake();
    const exif = {
      IFD0: { Artist: 'Somebody', Make: 'Camera' },
      IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' },
    };
    const tagged = await sharp(await noise(64, 48, 'jpeg'))
      .withExif(exif)
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .jpeg()
      .toBuffer();
    expect((await sharp(tagged).metadata()).exif).toBeDefined();
    expect(tagged.includes('Somebody')).toBe(true);
    const { picture, row } = await kept(tagged);
    const { exif: left, xmp, iptc, icc } = await picture.metadata();
    expect({ left, xmp, iptc, icc, type: row.type }).toEqual({ type: 'image/jpeg' });
  });

  it.each(['png', 'webp'] as const)('keeps the transparency of a %s', async (format) => {
    const { kept } = await openIntake();
    const { row, picture } = await kept(await noise(64, 48, format, true));
    expect(row.type).toBe('image/png');
    expect((await picture.metadata()).hasAlpha).toBe(true);
  });

  it.each(['png', 'webp', 'jpeg'] as const)('makes an opaque %s a JPEG, whatever its name says', async (format) => {
    const { kept } = await openIntake();
    const { row } = await kept(await noise(64, 48, format), 'picture.exe');
    expect(row.type).toBe('image/jpeg');
  });

  it('makes it at most 4096 pixels a side', async () => {
    const { kept } = await openIntake();
    const wide = await sharp({ create: { width: 6_000, height: 300, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const { row } = await kept(wide);
    expect([row.width, row.height]).toEqual([4_096, 205]);
  });

  it('keeps many at once, and turns away a flood without losing a file', async () => {
    const { ingest, all } = await openIntake();
    const content = await noise(200, 200, 'png');
    const file: Attachment = { name: 'x.png', read: async () => content };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, () => ingest(file, origin(), AbortSignal.timeout(60_000))),
    );
    const ids = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.message)] : []));
    expect(ids.length).toBeGreaterThanOrEqual(22);
    for (const reason of reasons) expect(reason).toContain('The bot cannot keep new work safe right now');
    expect((await all()).sort()).toEqual([...ids].sort());
  });

  it('aborts the reading of a slow chat', async () => {
    const { ingest } = await openIntake();
    const stop = new AbortController();
    const slow: Attachment = {
      name: 'slow.png',
      read: (given) => new Promise((_, reject) => given.addEventListener('abort', () => reject(given.reason))),
    };
    const waiting = ingest(slow, origin(), stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow('“slow.png” could not be read.');
  });
});
