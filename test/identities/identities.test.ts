import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/chat.ts';
import { identities } from '../../src/db/schema/identity-schema.ts';
import { media } from '../../src/db/schema/media-schema.ts';
import { photo, useIdentityWorld } from './identity-world.ts';

const open = useIdentityWorld();

/** Every command that takes a model, with its other options. */
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

describe('a model of another person', () => {
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

  it('is not listed or suggested, and its photos are hidden', async () => {
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

  it('takes no photos of another person', async () => {
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
  it('is needed to create a model', async () => {
    const { create, call, rows, calls } = await open();
    expect((await create('ada', 'Ada', { consent: false })).text).toMatch(/only be made of you, or of an adult/);
    const silent = await call('ada', 'model create', { name: 'Ada', age: 36, gender: 'Female' });
    expect(silent.text).toMatch(/needs consent/);
    expect((await create('ada', 'Ada', { age: 17 })).text).toMatch(/age cannot be 17/);
    expect([await rows(), calls('saveModel')]).toEqual([[], 0]);
  });

  it('is kept with the person, the time and the words', async () => {
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
  ] as const)('with %s opens it to %j only', async (audience, expected) => {
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

  it('lets others make portraits only, and hides the traits', async () => {
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

  it('ends with nobody, and refuses words that name no audience', async () => {
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

  it('of two models with one name asks for the number', async () => {
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
