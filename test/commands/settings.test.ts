import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openBot } from './open-bot.ts';

const database = useDatabase();
const prompt = 'a lighthouse at dusk';
const moderator = (more = {}) => origin({ person: { id: 'cleo', name: 'Cleo', roles: [], moderator: true }, ...more });
const values = (message: Message) => (message.facts ?? []).map(({ label, value }) => `${label}: ${value}`);

describe('commands for moderators', () => {
  const guarded = commands.filter((command) => command.moderators);

  it('are marked for platforms that hide them from other people', async () => {
    const { bot } = await openBot(database);
    expect(guarded.map(({ name }) => name)).toEqual(['settings show', 'settings set', 'settings reset']);
    expect(bot.sheets.filter((sheet) => sheet.moderators).map(({ name }) => name)).toEqual(
      guarded.map(({ name }) => name),
    );
  });

  it.each(guarded.map(({ name }) => name))('are refused to all others before they run: /%s', async (name) => {
    const { bot, run } = await openBot(database);
    const options = { name: 'paused', value: 'on' };
    expect(await run(name, options)).toEqual({
      text: `/${name} is for moderators only. Nothing was spent. Ask one of them.`,
      tone: 'bad',
      private: true,
    });
    expect(await bot.form({ command: name, options: {}, form: true }, origin())).toBeUndefined();
    expect(await bot.suggest(name, 'value', '', origin())).toEqual([]);
    expect((await run('settings show', {}, moderator())).facts).toEqual([]);
    expect(await bot.form({ command: name, options: {}, form: true }, moderator())).toMatchObject({
      title: `/${name}`,
    });
  });
});

describe('/settings', () => {
  it('shows what is set, for where, and who changed what when', async () => {
    const { run, clock } = await openBot(database);
    const nothing = await run('settings show', {}, moderator());
    expect(nothing).toMatchObject({ private: true, text: expect.stringContaining('Nothing is set here') });
    const set = await run('settings set', { name: 'person-daily-jobs', value: '3' }, moderator());
    expect(set).toMatchObject({
      tone: 'good',
      text: expect.stringContaining('for the whole place'),
      facts: [{ label: 'person-daily-jobs', value: '3' }],
    });
    await run('settings set', { name: 'models', value: 'seedream', channel: true }, moderator());
    clock.pass(60);
    await run('settings reset', { name: 'person-daily-jobs' }, moderator());

    const shown = await run('settings show', {}, moderator());
    expect(values(shown)[0]).toBe('models: seedream (this channel)');
    expect(values(shown).slice(1)).toEqual([
      expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d UTC: person-daily-jobs put back, by Cleo$/),
      expect.stringContaining('models → seedream (this channel), by Cleo'),
      expect.stringContaining('person-daily-jobs → 3, by Cleo'),
    ]);
    const one = await run('settings show', { name: 'models' }, moderator());
    expect(one.text).toBe('**models**: Only these public models. It is set here.');
    const elsewhere = moderator({ place: { kind: 'channel', channel: 'elsewhere' } });
    expect(values(await run('settings show', { name: 'models' }, elsewhere))[0]).not.toContain('models: seedream');
  });

  it('are a place’s own: others have theirs', async () => {
    const { run } = await openBot(database);
    await run('settings set', { name: 'paused', value: 'on' }, moderator());
    expect((await run('imagine', { prompt })).text).toContain('A moderator has paused me here');
    expect(await run('imagine', { prompt }, origin({ tenant: 'elsewhere' }))).toMatchObject({ tone: 'working' });
    expect(await run('imagine', { prompt }, origin({ platform: 'slack' }))).toMatchObject({ tone: 'working' });
  });

  it('stop nothing that is on the way, and an event that comes again', async () => {
    const { run, rows } = await openBot(database);
    const once = origin();
    const begun = await run('imagine', { prompt }, once);
    await run('settings set', { name: 'paused', value: 'on' }, moderator());
    expect(await run('imagine', { prompt }, once)).toMatchObject({ job: begun.job });
    expect(await run('imagine', { prompt })).toMatchObject({ tone: 'bad', private: true });
    expect(await rows()).toEqual({ jobs: 1, media: 0 });
    const reset = (await run('settings set', { name: 'paused', value: 'off' }, moderator())).buttons?.at(-1);
    expect(reset).toMatchObject({ label: 'Reset', call: { command: 'settings reset', options: { name: 'paused' } } });
    expect(await run('imagine', { prompt })).toMatchObject({ tone: 'working' });
  });

  it('refuse a channel’s own value of a place’s rule, and a place that is no channel', async () => {
    const { run } = await openBot(database);
    const set = (name: string, value: string, from = moderator()) =>
      run('settings set', { name, value, channel: true }, from);
    expect((await set('place-daily-jobs', '9')).text).toBe(
      'place-daily-jobs is the same in every channel. Nothing was spent. Set it without channel, for the whole place.',
    );
    expect((await set('paused', 'on', moderator({ place: { kind: 'direct' } }))).text).toContain('not a channel');
    expect(values(await run('settings show', {}, moderator()))).toEqual([]);
  });

  it('keep what two moderators change at the same moment', async () => {
    const { run } = await openBot(database);
    const changes = [
      { name: 'paused', value: 'off' },
      { name: 'models', value: 'seedream' },
      { name: 'place-daily-jobs', value: '9' },
    ];
    await Promise.all(changes.map((change) => run('settings set', change, moderator())));
    const shown = values(await run('settings show', {}, moderator()));
    expect(shown.slice(0, 3)).toEqual(['paused: off', 'models: seedream', 'place-daily-jobs: 9']);
    expect(shown).toHaveLength(6);
  });

  it('can force privacy, on whoever asks', async () => {
    const { run, app } = await openBot(database);
    await run('settings set', { name: 'private', value: 'forced' }, moderator());
    const { job = 0, private: hidden } = await run('imagine', { prompt });
    expect(hidden).toBe(true);
    expect(await app.jobs.find(job, moderator())).toBeUndefined();
    expect(await app.jobs.find(job, origin())).toMatchObject({ private: true, origin: { private: true } });
  });

  it('keep trained models to some people, from the first step on', async () => {
    const { run, sandbox } = await openBot(database);
    await run('settings set', { name: 'identity-roles', value: 'artists' }, moderator());
    const model = { name: 'Ada', age: 30, gender: 'Female', consent: true };
    expect((await run('model create', model)).text).toContain('Using trained models is not open to everybody here.');
    expect(sandbox.ledger.requests().createModel).toBeUndefined();
    const artist = origin({ person: { id: 'ada', name: 'Ada', roles: ['artists'], moderator: false } });
    expect(await run('model create', model, artist)).toMatchObject({ tone: 'good' });
  });
});

describe('calls that come too fast', () => {
  it('are refused before they run, in one sentence, and suggestions are empty', async () => {
    const { run, bot, clock } = await openBot(database, { calls: { person: 2, place: 100 } });
    await run('help');
    await run('help');
    const refusal = await run('imagine', { prompt });
    expect(refusal).toEqual({
      text: 'That was faster than I can follow you. Nothing was spent. Try again in 5 seconds.',
      tone: 'bad',
      private: true,
    });
    expect(await bot.form({ command: 'imagine', options: {} }, origin())).toBeUndefined();
    for (let call = 0; call < 10; call += 1) await bot.suggest('imagine', 'model', 'n', origin());
    expect(await bot.suggest('imagine', 'model', 'n', origin())).toEqual([]);
    clock.pass(5);
    expect(await run('imagine', { prompt })).toMatchObject({ tone: 'working' });
  });

  it('touch neither the database nor the API', async () => {
    const { run, rows, sandbox } = await openBot(database, { calls: { person: 1, place: 100 } });
    await run('help');
    const before = sandbox.ledger.requests();
    for (let call = 0; call < 20; call += 1) await run('imagine', { prompt });
    expect(await rows()).toEqual({ jobs: 0, media: 0 });
    expect(sandbox.ledger.requests()).toEqual(before);
  });
});
