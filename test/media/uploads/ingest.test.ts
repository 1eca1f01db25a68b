import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../../src/chat.ts';
import { createMedia } from '../../../src/media/media.ts';
import { createMediaStore } from '../../../src/media/media-store.ts';
import { createIngest } from '../../../src/media/uploads/ingest.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { origin } from '../../jobs/world.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { noise, openFiles } from '../kept-files.ts';

const database = useDatabase();
const signal = AbortSignal.timeout(60_000);

async function openIntake() {
  const { files, all } = await openFiles();
  const store = createMediaStore(database(createMovedClock()));
  const ingest = createIngest({ store, files });
  /** Keeps a picture and gives its row and its bytes. */
  async function kept(content: Uint8Array, name = 'x.png') {
    const id = await ingest({ name, read: async () => content }, origin(), signal);
    const row = (await store.find(id)) ?? expect.fail('there is no row');
    return { row, picture: sharp(files.path(id)) };
  }
  const photos = new Set<string>();
  const media = createMedia({
    store,
    files,
    ingest,
    attachmentAt: () => expect.fail('nothing here is a link'),
    maySeeJob: async () => false,
    isPhoto: async (id) => photos.has(id),
  });
  return { files, all, store, ingest, kept, media, photos };
}

describe('keeping a picture', () => {
  it('writes down what it is, whose it is, and nothing but its own file', async () => {
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
    // Turned by a quarter clockwise, what was on the left is on top.
    expect(data[0]).toBeGreaterThan(200);
    expect(data[data.length - 1]).toBeGreaterThan(200);
    expect((await picture.metadata()).orientation ?? 1).toBe(1);
  });

  it('forgets where it was taken, by whom and with what', async () => {
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

  it('makes it no larger than 4096 pixels a side', async () => {
    const { kept } = await openIntake();
    const wide = await sharp({ create: { width: 6_000, height: 300, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const { row } = await kept(wide);
    expect([row.width, row.height]).toEqual([4_096, 205]);
  });

  it('keeps many that come at once, and turns away a flood without losing a file', async () => {
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

  it('hands over its patience, so that a slow chat cannot hold a call for ever', async () => {
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

describe('finding kept pictures', () => {
  it('gives a reference to the people of the same place, and to nobody else', async () => {
    const { kept, media } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    const bob = { id: 'bob', name: 'Bob', roles: [], moderator: false };
    expect((await media.find(row.id, origin()))?.id).toBe(row.id);
    expect((await media.find(row.id, origin({ person: bob })))?.id).toBe(row.id);
    expect(await media.find(row.id, origin({ tenant: 'away' }))).toBeUndefined();
    expect(await media.find(row.id, origin({ platform: 'slack' }))).toBeUndefined();
  });

  it.each([
    '',
    '1',
    '41/2',
    '#41/2',
    '999999999999999/999',
    '1e9',
    '../../etc/passwd',
    `${'A'.repeat(21)}/`,
    'A'.repeat(22),
    '-1/1',
  ])('finds nothing under “%s”', async (text) => {
    const { media } = await openIntake();
    expect(await media.find(text, origin())).toBeUndefined();
    expect(await media.open(text)).toBeUndefined();
  });

  it('opens a file whole or in part', async () => {
    const { kept, media } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    const read = async (range?: { start: number; end: number }) => {
      const chunks: Buffer[] = [];
      for await (const chunk of (await media.open(row.id, range)) ?? []) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const whole = await read();
    expect(whole.length).toBe(row.bytes);
    expect(await read({ start: 2, end: 5 })).toEqual(whole.subarray(2, 6));
  });

  it('gives a photo of a model to the person who gave it only, and does not forget it', async () => {
    const { kept, media, photos, all } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    photos.add(row.id);
    const bob = { id: 'bob', name: 'Bob', roles: [], moderator: true };
    expect((await media.find(row.id, origin()))?.id).toBe(row.id);
    expect(await media.find(row.id, origin({ person: bob }))).toBeUndefined();
    await media.discard([row.id], origin());
    expect(await all()).toEqual([row.id]);
  });

  it('forgets what was kept for nothing, once', async () => {
    const { kept, media, all, store } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    await media.discard([row.id, 'A'.repeat(22)], origin());
    expect(await all()).toEqual([]);
    expect(await store.find(row.id)).toBeUndefined();
    await media.discard([row.id], origin());
  });
});
