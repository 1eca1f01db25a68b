import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Origin, Value } from '../../src/chat.ts';
import { identities } from '../../src/db/schema/identity-schema.ts';
import { media } from '../../src/db/schema/media-schema.ts';
import { readAudience, readReference } from '../../src/identities/access.ts';
import { photo, photos, useIdentityWorld } from './identity-world.ts';

const open = useIdentityWorld();

/** Every command that takes a model, with what else it needs. */
const commandsOnModels: [command: string, more: Record<string, Value>][] = [
  ['model photos', {}],
  ['model train', {}],
  ['model show', {}],
  ['model update', { name: 'Mine' }],
  ['model share', { with: '@ben' }],
  ['model unshare', {}],
  ['model delete', {}],
  ['model delete', { confirm: true }],
  ['portrait', { prompt: 'on a beach' }],
];

describe('the model of somebody else', () => {
  it.each(commandsOnModels)('answers /%s %j like one that does not exist', async (command, more) => {
    const { call, create, rows, jobRows, originOf, db } = await open();
    await create();
    await db.orm.update(identities).set({ status: 'ready' });
    const before = await rows();
    const given = command === 'model photos' ? { ...more, photos: [photo(1)] } : more;
    const places = [originOf('ben'), originOf('ben', 'direct'), originOf('ada', 'studio', 'elsewhere')];
    for (const from of places) {
      const answer = async (model: string) =>
        (await call(from.person.id, command, { ...given, model }, from)).text.replaceAll(model, '…');
      const nothing = await answer('#999');
      expect(nothing).toMatch(/^There is no model “…” that you can use\. Nothing was spent\./);
      for (const guess of ['Ada', 'ada', '#1', '#1 Ada', '#1 anything']) expect(await answer(guess)).toBe(nothing);
    }
    expect([await rows(), await jobRows()]).toEqual([before, []]);
  });

  it('is neither listed nor suggested, and its photos are found by their owner only', async () => {
    const { call, create, bot, originOf, db } = await open();
    await create();
    await call('ada', 'model photos', { model: 'Ada', photos: [photo(1)] });
    expect((await call('ben', 'model list')).text).toMatch(/no models yet/);
    expect(await bot().suggest('portrait', 'model', '', originOf('ben'))).toEqual([]);
    expect(await bot().suggest('portrait', 'model', 'a', originOf('ada'))).toMatchObject([{ value: '#1 Ada' }]);
    const [kept] = await db.orm.select().from(media);
    const details = (who: string) => call(who, 'details', { picture: [kept?.id ?? ''] });
    expect((await details('ben')).text).toMatch(/not here any more/);
    expect((await details('ada')).tone).toBe('plain');
  });

  it('cannot be given a photo that somebody else brought along', async () => {
    const { call, create, bot, originOf, db } = await open();
    await create('ben', 'Ben');
    const adas = await bot().run(
      { command: 'imagine', options: { prompt: 'x', reference: [photo(1)] } },
      originOf('ada'),
    );
    expect(adas.job).toBe(1);
    const [reference] = await db.orm.select().from(media);
    const answer = await call('ben', 'model photos', { model: 'Ben', photos: [reference?.id ?? ''] });
    expect(answer.text).toMatch(/not here any more/);
  });
});

describe('consent', () => {
  it('is asked for, and without it nothing is made', async () => {
    const { create, call, rows, calls } = await open();
    expect((await create('ada', 'Ada', { consent: false })).text).toMatch(/only be made of you, or of an adult/);
    const silent = await call('ada', 'model create', { name: 'Ada', age: 36, gender: 'Female' });
    expect(silent.text).toMatch(/needs consent/);
    expect((await create('ada', 'Ada', { age: 17 })).text).toMatch(/age cannot be 17/);
    expect([await rows(), calls('saveModel')]).toEqual([[], 0]);
  });

  it('is kept with who gave it, when, and the words', async () => {
    const { create, rows, clock } = await open();
    await create();
    expect(await rows()).toMatchObject([
      {
        person: 'ada',
        consent: 'This is me, or I have this adult person’s permission',
        consentAt: new Date(clock.now()),
      },
    ]);
  });
});

describe('sharing', () => {
  it.each([
    ['<@ben>', { ben: ['studio', 'lobby', 'direct'], cleo: [] }],
    ['@ben', { ben: ['studio', 'lobby', 'direct'], cleo: [] }],
    ['this channel', { ben: ['studio'], cleo: ['studio'] }],
    ['this workspace', { ben: ['studio', 'lobby', 'direct'], cleo: ['studio', 'lobby', 'direct'] }],
  ] as const)('with %s opens it to %j and to nobody else', async (audience, expected) => {
    const { call, create, originOf, db } = await open();
    await create();
    await db.orm.update(identities).set({ status: 'ready' });
    await call('ada', 'model share', { model: 'Ada', with: audience });
    const reach = async () => {
      const seen: Record<string, string[]> = { ben: [], cleo: [] };
      for (const who of ['ben', 'cleo']) {
        for (const channel of ['studio', 'lobby', 'direct']) {
          const shown = await call(who, 'model show', { model: 'Ada' }, originOf(who, channel));
          if (shown.tone === 'plain') seen[who]?.push(channel);
        }
      }
      return seen;
    };
    expect(await reach()).toEqual(expected);
    const stranger = await call('ben', 'model show', { model: '#1' }, originOf('ben', 'studio', 'elsewhere'));
    expect(stranger.text).toMatch(/no model/);
    await call('ada', 'model unshare', { model: 'Ada', with: audience });
    expect(await reach()).toEqual({ ben: [], cleo: [] });
  });

  it('lets others make portraits and nothing else, and tells them nothing of the person', async () => {
    const { call, create, db, rows } = await open();
    await create('ada', 'Ada', { ethnicity: 'English' });
    await db.orm.update(identities).set({ status: 'ready' });
    await call('ada', 'model share', { model: 'Ada', with: 'this workspace' });
    expect((await call('ben', 'portrait', { model: 'Ada', prompt: 'at sea' })).tone).toBe('working');
    expect(JSON.stringify(await call('ben', 'model show', { model: 'Ada' }))).not.toMatch(/English|36|consent/);
    for (const [command, more] of commandsOnModels) {
      if (command === 'model show' || command === 'portrait') continue;
      const given = command === 'model photos' ? { photos: [photo(1)] } : more;
      const { text } = await call('ben', command, { model: 'Ada', ...given });
      expect(text).toBe('“Ada” belongs to somebody else. Nothing was spent. Only its owner can do that.');
    }
    expect(await rows()).toHaveLength(1);
  });

  it('ends with nobody, and says what it does not understand', async () => {
    const { call, create, originOf } = await open();
    await create();
    const share = (audience: string, channel = 'studio') =>
      call('ada', 'model share', { model: 'Ada', with: audience }, originOf('ada', channel));
    await share('@ben');
    expect((await share('nobody')).text).toMatch(/Only you/);
    expect((await call('ben', 'model list')).text).toMatch(/no models/);
    expect((await share('my friends!')).text).toMatch(/nobody to share with/);
    expect((await share('this channel', 'direct')).text).toMatch(/not a channel/);
  });

  it('of two models of one name asks which one is meant', async () => {
    const { call, create } = await open();
    for (const who of ['ada', 'cleo']) {
      await create(who, 'Me');
      await call(who, 'model share', { model: 'Me', with: '@ben' });
    }
    expect((await call('ben', 'model show', { model: 'me' })).text).toMatch(/More than one model/);
    expect((await call('ben', 'model show', { model: '#2 Me' })).tone).toBe('plain');
    await create('ben', 'ME');
    expect((await call('ben', 'model show', { model: 'me' })).facts?.[0]?.value).toBe('#3 ME');
  });
});

describe('names', () => {
  it.each(['#1', 'x'.repeat(41)])('cannot be %j', async (name) => {
    const { create, rows } = await open();
    expect((await create('ada', name)).tone).toBe('bad');
    expect(await rows()).toEqual([]);
  });

  it('are one per person, whatever their case', async () => {
    const { create, rows, remoteNames } = await open();
    await create();
    expect((await create('ada', 'ADA')).text).toMatch(/already have a model called “ADA”/);
    expect((await create('ben', 'Ada')).tone).toBe('good');
    expect([(await rows()).length, (await remoteNames()).length]).toEqual([2, 2]);
  });
});

describe('making a model at PhotoGPT', () => {
  it.each(['!lost-answer', '!500-after', '!502-after'])(
    'finds it again after %s, and makes no second one',
    async (fault) => {
      const { create, call, sandbox, remoteNames } = await open();
      sandbox.faults.add({ match: { operation: 'saveModel' }, fault, times: 1 });
      expect((await create()).tone).toBe('good');
      expect((await call('ada', 'model photos', { model: 'Ada', photos: photos(2) })).text).toMatch(/2 photos/);
      expect(await remoteNames()).toHaveLength(1);
    },
  );

  it('waits until a lost request can no longer take effect before it asks again', async () => {
    const { create, sandbox, remoteNames, pass, restart } = await open();
    sandbox.faults.add({ match: { operation: 'saveModel' }, fault: '!lost-request', times: 1 });
    expect((await create()).text).toMatch(/not confirmed “Ada” yet.*Try again in a minute/);
    await restart();
    expect((await create()).text).toMatch(/not confirmed/);
    pass(61);
    expect((await create()).tone).toBe('good');
    expect(await remoteNames()).toHaveLength(1);
  });

  it.each(['!refuse', '!credits', '!429-bare', '!403'])('leaves nothing behind after %s', async (fault) => {
    const { create, sandbox, rows, remoteNames } = await open();
    sandbox.faults.add({ match: { operation: 'saveModel' }, fault, times: 1 });
    expect(await create()).toMatchObject({ tone: 'bad', private: true });
    expect(await rows()).toEqual([]);
    expect((await create()).tone).toBe('good');
    expect(await remoteNames()).toHaveLength(1);
  });

  it('is asked for once when the same event comes twice', async () => {
    const { call, originOf, remoteNames } = await open();
    const from = originOf('ada');
    const asked = { name: 'Ada', age: 36, gender: 'Female', consent: true };
    for (const time of [1, 2])
      expect([time, (await call('ada', 'model create', asked, from)).tone]).toEqual([time, 'good']);
    expect(await remoteNames()).toHaveLength(1);
  });
});

describe('handing photos over', () => {
  it('keeps what PhotoGPT did not take, and tries it again with the next', async () => {
    const { create, call, sandbox, remotePhotos } = await open();
    await create();
    sandbox.faults.add({ match: { operation: 'uploadImage' }, fault: '!429-bare', times: 1 });
    const first = await call('ada', 'model photos', { model: 'Ada', photos: photos(3) });
    expect(first.text).toMatch(/3 photos.*9 more are needed.*3 photos could not be handed/);
    const second = await call('ada', 'model photos', { model: 'Ada', photos: [photo(3)] });
    expect(second.text).not.toMatch(/could not/);
    expect(await remotePhotos()).toHaveLength(4);
  });

  it('hands none over twice when answers are lost', async () => {
    const { create, call, sandbox, remotePhotos } = await open();
    await create();
    sandbox.faults.add({ match: { operation: 'uploadImage' }, fault: '!lost-answer', times: 1 });
    await call('ada', 'model photos', { model: 'Ada', photos: photos(3) });
    expect(await remotePhotos()).toHaveLength(1);
    await call('ada', 'model photos', { model: 'Ada', photos: [photo(3)] });
    expect(await remotePhotos()).toHaveLength(4);
  });

  it('lets go of a photo that PhotoGPT refuses, and says why', async () => {
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

describe('words', () => {
  it.each([
    ['#7', { id: 7 }],
    ['#7 Ada', { id: 7 }],
    ['#7Ada', { name: '#7Ada' }],
    ['7', { name: '7' }],
    ['Ada', { name: 'Ada' }],
  ])('%j means the model %j', (typed, wanted) => {
    expect(readReference(typed)).toEqual(wanted);
  });

  const origin: Origin = {
    ...{ platform: 'slack', event: 'e', tenant: 'T1', person: { id: 'U1', name: 'a', roles: [], moderator: false } },
    ...{ place: { kind: 'channel', channel: 'C1', thread: '5' }, locale: 'en', private: false },
  };
  it.each([
    ['<@U123>', { kind: 'person', target: 'U123' }],
    ['<@U123|ben>', { kind: 'person', target: 'U123' }],
    ['<@!123456>', { kind: 'person', target: '123456' }],
    ['U123', { kind: 'person', target: 'U123' }],
    ['This channel', { kind: 'channel', target: 'C1' }],
    ['server', { kind: 'tenant', target: 'T1' }],
    ['nobody', 'nobody'],
    ['<@>', 'unknown'],
    ['a b', 'unknown'],
  ])('%j means the audience %j', (typed, wanted) => {
    expect(readAudience(typed, origin)).toEqual(wanted);
  });
});
