import { describe, expect, it } from 'vitest';
import { origin } from '../jobs/world.ts';
import { useIntake } from './intake.ts';
import { noise } from './kept-files.ts';

const openIntake = useIntake();

describe('kept pictures', () => {
  it('gives a reference to the people of the same place only', async () => {
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

  it('gives a photo of a model to its owner only, and keeps it', async () => {
    const { kept, media, photos, all } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    photos.add(row.id);
    const bob = { id: 'bob', name: 'Bob', roles: [], moderator: true };
    expect((await media.find(row.id, origin()))?.id).toBe(row.id);
    expect(await media.find(row.id, origin({ person: bob }))).toBeUndefined();
    await media.discard([row.id], origin());
    expect(await all()).toEqual([row.id]);
  });

  it('removes the pictures of a failed call, once', async () => {
    const { kept, media, all, store } = await openIntake();
    const { row } = await kept(await noise(64, 48, 'jpeg'));
    await media.discard([row.id, 'A'.repeat(22)], origin());
    expect(await all()).toEqual([]);
    expect(await store.find(row.id)).toBeUndefined();
    await media.discard([row.id], origin());
  });
});
