import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Media } from '../../../../src/chat.ts';
import { delivery } from '../../receipts.ts';
import { allComponents } from '../check-body.ts';
import { type Deliveries, openDeliveries, say } from '../deliveries.ts';
import { textOf } from '../visitor.ts';
import { guild } from '../world.ts';

const mebibytes = (count: number) => count * 1024 * 1024;
let deliveries: Deliveries;
let open: Deliveries['open'];
beforeEach(async () => {
  deliveries = await openDeliveries();
  open = deliveries.open;
});
afterEach(async () => {
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

/** Returns a file of exactly `bytes`, which the bot can open. */
async function file(bytes: number, more: Partial<Media> = {}): Promise<Media> {
  const media = { ...(await deliveries.scripted.picture()), ...more, bytes };
  vi.spyOn(deliveries.scripted.bot, 'open').mockImplementation(async () => Readable.from([Buffer.alloc(bytes)]));
  return media;
}
const film = { kind: 'video', name: 'film.mp4', type: 'video/mp4' } as const;
const refused = () => open.world.ledger.filter(({ status }) => status === 413).length;
const asked = () => open.world.ledger.filter(({ method, path }) => method === 'GET' && path === `/guilds/${guild}`);
const names = (words: string) =>
  deliveries.reading(words).map(({ attachments }) => attachments.map(({ filename }) => filename));

describe('the limit of a file', () => {
  it('falls after a 413, and stays so over a restart', async () => {
    const { ask, persist } = deliveries;
    const { origin, ref } = await ask(open.channels.general, { limit: mebibytes(50) });
    await persist(origin, say('Large', { media: [await file(mebibytes(26))] }), delivery('large', ref));
    expect(names('Large')).toEqual([['smaller.jpg']]);
    expect(refused()).toBe(1);
    await open.again();
    const next = await ask(open.channels.general, { limit: mebibytes(50) });
    await persist(next.origin, say('Larger', { media: [await file(mebibytes(26))] }), delivery('again', next.ref));
    expect(names('Larger')).toEqual([['smaller.jpg']]);
    expect(refused()).toBe(1);
  });

  it('falls below all known limits', async () => {
    const { ask, persist } = deliveries;
    open.fake.settings.uploadLimit = 1_000_000;
    const { origin, ref } = await ask();
    await persist(origin, say('Large', { media: [await file(5_000_000)] }), delivery('tiny', ref));
    expect(names('Large')).toEqual([['smaller.jpg']]);
    const before = refused();
    await persist(origin, say('Larger', { media: [await file(5_000_000)] }), delivery('tiny-again', ref));
    expect(refused()).toBe(before);
  });

  it('stays after the refusal of a small picture', async () => {
    const { ask, persist, fault } = deliveries;
    const { origin, ref } = await ask();
    fault({ status: 413, code: 40005 }, 'PATCH', /messages/);
    await persist(origin, say('Odd', { media: [await file(100_000)] }), delivery('odd', ref));
    expect(names('Odd')).toEqual([['smaller.jpg']]);
    expect([...open.ttlStore.entries.keys()].filter((key) => key.startsWith('upload:'))).toEqual([]);
  });

  it('is the interaction’s while its token sends the file', async () => {
    const { ask, persist } = deliveries;
    open.fake.settings.uploadLimit = mebibytes(60);
    const { origin, ref } = await ask(open.channels.general, { limit: mebibytes(60) });
    await persist(origin, say('Whole', { media: [await file(mebibytes(55), film)] }), delivery('whole', ref));
    expect(names('Whole')).toEqual([['film.mp4']]);
    expect(asked()).toEqual([]);
  });

  it('is the interaction’s, even where that is low', async () => {
    const { ask, persist } = deliveries;
    const { origin, ref } = await ask(open.channels.general, { limit: 60_000 });
    await persist(origin, say('Little', { media: [await file(70_000)] }), delivery('little', ref));
    expect(names('Little')).toEqual([['smaller.jpg']]);
    expect(refused()).toBe(0);
  });

  it.each([
    [0, 'smaller.jpg'],
    [1, 'smaller.jpg'],
    [2, 'whole.png'],
    [3, 'whole.png'],
  ])('is the server’s once the bot itself posts, with boosts of tier %i', async (tier, name) => {
    const { ask, persist, minutes } = deliveries;
    Object.assign(open.fake.settings, { tier, uploadLimit: mebibytes(500), uploadLimitOfBot: mebibytes(45) });
    // The person who asked has paid for more than the server.
    const { origin, ref } = await ask(open.channels.general, { limit: mebibytes(500) });
    minutes(20);
    const media = async () => [await file(mebibytes(40), { name: 'whole.png' })];
    await persist(origin, say('Late', { media: await media() }), delivery('late', ref));
    await persist(origin, say('Later', { media: await media() }), delivery('later', ref));
    expect(names('Later')).toEqual([[name]]);
    expect(refused()).toBe(0);
    expect(asked()).toHaveLength(1);
  });

  it('is the server’s by the gateway’s word, without a request', async () => {
    const { ask, persist, minutes } = deliveries;
    open.fake.settings.uploadLimit = mebibytes(500);
    open.fake.dispatch('GUILD_CREATE', { id: guild, name: 'Here', premium_tier: 2, features: [], channels: [] });
    const { origin, ref } = await ask(open.channels.general, { limit: mebibytes(500) });
    minutes(20);
    const media = [await file(mebibytes(40), { name: 'whole.png' })];
    await persist(origin, say('Late', { media }), delivery('told', ref));
    expect(names('Late')).toEqual([['whole.png']]);
    expect(asked()).toEqual([]);
  });

  it('is never the server’s in a direct message', async () => {
    const { ask, persist, minutes } = deliveries;
    open.fake.settings.tier = 3;
    const { origin, ref } = await ask(open.channels.general, { limit: mebibytes(100) }, { prompt: 'x', private: true });
    minutes(20);
    const media = [await file(mebibytes(40))];
    await persist(origin, say('A secret', { media, private: true }), delivery('direct', ref));
    const [message] = deliveries.reading('A secret', open.world.direct('500000000000000001'));
    expect(message?.attachments).toMatchObject([{ filename: 'smaller.jpg' }]);
  });
});

describe('a video that is too large', () => {
  const media = (link?: string) => file(30_000_000, { ...film, link });

  it('becomes a sentence', async () => {
    const { origin, ref } = await deliveries.ask();
    const given = say('Made one video', { media: [await media()], job: 41 });
    await deliveries.persist(origin, given, delivery('video', ref));
    const [message] = deliveries.reading('Made one video');
    expect(message?.attachments).toEqual([]);
    expect(textOf(message ?? expect.fail('nothing'))).toMatch(/30\.0 MB.*21\.0 MB.*\/show 41/);
  });

  it('is shown from where PhotoGPT has it, with a button that leads there', async () => {
    const link = 'https://files.example.com/film.mp4?signature=abc';
    const { origin, ref } = await deliveries.ask();
    const given = say('Made one video', { media: [await media(link)], job: 41 });
    await deliveries.persist(origin, given, delivery('linked', ref));
    const all = allComponents(deliveries.reading('Made one video')[0]?.components);
    expect(all.find(({ type }) => type === 12)?.items).toMatchObject([{ media: { url: link } }]);
    expect(all.find(({ style }) => style === 5)).toMatchObject({ url: link });
  });

  it('is shown as an address where Discord does not take the components', async () => {
    const link = 'https://files.example.com/film.mp4';
    const { origin } = await deliveries.ask();
    open.fake.settings.refusesComponents = true;
    await deliveries.persist(origin, say('Made one video', { media: [await media(link)] }), delivery('plainly'));
    expect(deliveries.reading('Made one video')).toMatchObject([{ content: expect.stringContaining(link) }]);
  });
});
