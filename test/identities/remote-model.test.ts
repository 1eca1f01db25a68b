import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { photo, photos, useIdentityWorld } from './identity-world.ts';

const open = useIdentityWorld();

describe('creating a model at PhotoGPT', () => {
  it.each(['!lost-answer', '!500-after', '!502-after'])(
    'finds it again after %s, and creates no second one',
    async (fault) => {
      const { create, call, sandbox, remoteNames } = await open();
      sandbox.faults.add({ match: { operation: 'saveModel' }, fault, times: 1 });
      expect((await create()).tone).toBe('good');
      expect((await call('ada', 'model photos', { model: 'Ada', photos: photos(2) })).text).toMatch(/2 photos/);
      expect(await remoteNames()).toHaveLength(1);
    },
  );

  it('asks again once a lost request can no longer take effect', async () => {
    const { create, sandbox, remoteNames, pass, restart } = await open();
    sandbox.faults.add({ match: { operation: 'saveModel' }, fault: '!lost-request', times: 1 });
    expect((await create()).text).toMatch(/not confirmed “Ada” yet.*Try again in a minute/);
    await restart();
    expect((await create()).text).toMatch(/not confirmed/);
    pass(61);
    expect((await create()).tone).toBe('good');
    expect(await remoteNames()).toHaveLength(1);
  });

  it.each(['!refuse', '!credits', '!429-bare', '!403'])('leaves no row behind after %s', async (fault) => {
    const { create, sandbox, rows, remoteNames } = await open();
    sandbox.faults.add({ match: { operation: 'saveModel' }, fault, times: 1 });
    expect(await create()).toMatchObject({ tone: 'bad', private: true });
    expect(await rows()).toEqual([]);
    expect((await create()).tone).toBe('good');
    expect(await remoteNames()).toHaveLength(1);
  });

  it('happens once when the same event comes twice', async () => {
    const { call, originOf, remoteNames } = await open();
    const from = originOf('ada');
    const asked = { name: 'Ada', age: 36, gender: 'Female', consent: true };
    for (const time of [1, 2])
      expect([time, (await call('ada', 'model create', asked, from)).tone]).toEqual([time, 'good']);
    expect(await remoteNames()).toHaveLength(1);
  });
});

describe('uploading photos', () => {
  it('uploads a failed photo again with the next one', async () => {
    const { create, call, sandbox, remotePhotos } = await open();
    await create();
    sandbox.faults.add({ match: { operation: 'uploadImage' }, fault: '!429-bare', times: 1 });
    const first = await call('ada', 'model photos', { model: 'Ada', photos: photos(3) });
    expect(first.text).toMatch(/3 photos.*9 more are needed.*3 photos could not be handed/);
    const second = await call('ada', 'model photos', { model: 'Ada', photos: [photo(3)] });
    expect(second.text).not.toMatch(/could not/);
    expect(await remotePhotos()).toHaveLength(4);
  });

  it('uploads no photo twice when answers are lost', async () => {
    const { create, call, sandbox, remotePhotos } = await open();
    await create();
    sandbox.faults.add({ match: { operation: 'uploadImage' }, fault: '!lost-answer', times: 1 });
    await call('ada', 'model photos', { model: 'Ada', photos: photos(3) });
    expect(await remotePhotos()).toHaveLength(1);
    await call('ada', 'model photos', { model: 'Ada', photos: [photo(3)] });
    expect(await remotePhotos()).toHaveLength(4);
  });

  it('removes a photo that PhotoGPT refuses, and says why', async () => {
    const { create, call, sandbox, files } = await open();
    await create();
    const body = JSON.stringify({ status: 'NOK', message: 'No face in it', err: 'face', result: null });
    const headers = { 'content-type': 'application/json' };
    sandbox.faults.add({
      match: { operation: 'uploadImage' },
      fault: { answer: { status: 400, headers, body } },
      times: 1,
    });
    const answer = await call('ada', 'model photos', { model: 'Ada', photos: photos(2) });
    expect(answer.text).toMatch(/\*\*one photo\*\* so far.*did not take one photo/);
    expect(answer.facts).toContainEqual({ label: 'not taken', value: 'No face in it' });
    expect(await files()).toHaveLength(1);
  });

  it('takes 20 at most, however many calls come at once', async () => {
    const { create, bot, originOf, db } = await open();
    await create();
    const give = (from: number) =>
      bot().run({ command: 'model photos', options: { model: 'Ada', photos: photos(8, from) } }, originOf('ada'));
    await Promise.all([give(0), give(10), give(20)]);
    const [counted] = await db.run(sql`select count(*)::int as count from identity_photos`);
    expect(counted).toEqual({ count: 16 });
  });
});
