import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createPublicLinks } from '../../../src/media/uploads/public-links.ts';
import { createReferences } from '../../../src/media/uploads/references.ts';
import { addPictureRoute } from '../../../src/ops/picture-route.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { key, openWorld } from '../../jobs/world.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { noise, openFiles } from '../kept-files.ts';

const database = useDatabase();
const id = randomBytes(16).toString('base64url');
const base = 'https://bot.example/';

function open() {
  const clock = createMovedClock(Date.now());
  const links = createPublicLinks({ base, secret: 'a secret', clock });
  const app = new Hono();
  const bytes = Buffer.from('the picture');
  const find = async (wanted: string) =>
    wanted === id ? { stream: Readable.from([bytes]), type: 'image/png', bytes: bytes.length } : undefined;
  addPictureRoute(app, { holds: links.holds, find });
  return { clock, links, get: (url: string) => app.request(url.replace(base, 'http://here/')) };
}

describe('a signed address', () => {
  it('gives the picture for three hours', async () => {
    const { clock, links, get } = open();
    const answer = await get(links.to(id));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(answer.headers.get('content-length')).toBe('11');
    expect(await answer.text()).toBe('the picture');
    const address = links.to(id);
    clock.pass(3 * 3_600 - 1);
    expect((await get(address)).status).toBe(200);
    clock.pass(2);
    expect((await get(address)).status).toBe(404);
  });

  it('is good for one picture and one time only', async () => {
    const { links, get } = open();
    const address = new URL(links.to(id));
    const changed = (name: string, value: string) => {
      const url = new URL(address);
      url.searchParams.set(name, value);
      return url.href;
    };
    const other = randomBytes(16).toString('base64url');
    const forged = [
      address.href.replace(id, other),
      changed('until', String(Number(address.searchParams.get('until')) + 1)),
      changed('signature', 'A'.repeat(43)),
      changed('signature', ''),
      `${base}pictures/${id}`,
      links.to(other),
      createPublicLinks({ base, secret: 'another', clock: createMovedClock(Date.now()) }).to(id),
    ];
    const answers = await Promise.all(forged.map(async (url) => (await get(url)).text()));
    expect(new Set(answers)).toEqual(new Set(['There is nothing at this address.']));
  });

  it('replaces an upload when PhotoGPT takes an address, and not when it takes an id', async () => {
    const world = await openWorld({ database });
    const { files, put } = await openFiles();
    const { id: media, bytes, width, height } = await put(await noise(32, 32, 'jpeg'));
    const whose = { platform: 'playground', tenant: 'home', person: 'ada' };
    const facts = { kind: 'image', type: 'image/jpeg', bytes, width, height, sha256: media } as const;
    await world.mediaStore.insert({ id: media, ...whose, ...facts });
    const publicLinks = open().links;
    const references = createReferences({ api: world.bot.api, store: world.mediaStore, files, key, publicLinks });
    const signal = AbortSignal.timeout(20_000);
    const shown = await references.resolve({ media, role: 'first_frame' }, signal);
    expect(shown.url).toMatch(/^https:\/\/bot\.example\/pictures\//);
    expect(world.calls('uploadImage')).toBe(0);
    const source = await references.resolve({ media, role: 'source' }, signal);
    expect(source.remoteId).toBeTruthy();
    expect(world.calls('uploadImage')).toBe(1);
  });
});
