/**
 * A platform that the bot does not have, planted as a fake adapter. Rules, shares and progress work on it with the
 * facts that the adapter gives. A real one is a folder, its name in `PlatformName`, its line in `main.ts`, and its
 * settings in `ops/`.
 */
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Origin, PlatformFacts, PlatformName } from '../../src/chat.ts';
import { openBot } from '../commands/open-bot.ts';
import { createFakeChat } from '../jobs/fake-chat.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { imagine, openWorld, origin, signal } from '../jobs/world.ts';

/** The name of the planted platform. The cast stands for its line in `PlatformName`. */
const teams = String('teams') as PlatformName;

/** Mentions, ids and an interval that no other platform has: `@[29:ben]`, `@[tag:art]`, `#[19:studio]`. */
const teamsFacts: PlatformFacts = {
  readMention(text, kind) {
    const mentions = { person: /^@\[(29:\w+)\]$/, role: /^@\[(tag:\w+)\]$/, channel: /^#\[(19:\w+)\]$/ };
    return mentions[kind].exec(text)?.[1];
  },
  isId: (text) => /^(29|tag|19):\w+$/.test(text),
  progressIntervalMs: 25_000,
};

const fakeTeams = () => createFakeChat(teams, teamsFacts);
const database = useDatabase();

const inChannel = (channel: string, id: string, more: Partial<Origin['person']> = {}): Origin =>
  origin({
    platform: teams,
    place: { kind: 'channel', channel },
    person: { id, name: id, roles: [], moderator: false, ...more },
  });
const moderator = () => inChannel('19:studio', '29:cleo', { moderator: true });

describe('rules on a planted platform', () => {
  it('hold in the channel that a mention names', async () => {
    const { run } = await openBot(database, { chat: fakeTeams() });
    const set = await run('settings set', { name: 'channels', value: '#[19:studio]' }, moderator());
    expect(set.facts).toEqual([{ label: 'channels', value: '19:studio' }]);
    const ask = (channel: string) => run('imagine', { prompt: 'a lighthouse' }, inChannel(channel, '29:ada'));
    expect(await ask('19:studio')).toMatchObject({ tone: 'working' });
    expect(await ask('19:lobby')).toMatchObject({ tone: 'bad' });
  });

  it('name roles and people by their mentions', async () => {
    const { run } = await openBot(database, { chat: fakeTeams() });
    const value = '@[tag:art], @[29:ben]';
    const set = await run('settings set', { name: 'video-roles', value }, moderator());
    expect(set.facts).toEqual([{ label: 'video-roles', value: 'tag:art, 29:ben' }]);
  });

  it('take a bare id', async () => {
    const { run } = await openBot(database, { chat: fakeTeams() });
    const set = await run('settings set', { name: 'channels', value: '19:studio' }, moderator());
    expect(set.facts).toEqual([{ label: 'channels', value: '19:studio' }]);
  });

  it.each(['#studio', '<#C0123456|studio>', '<#123456789012345678>'])(
    'refuse %s, which is no id there',
    async (value) => {
      const { run } = await openBot(database, { chat: fakeTeams() });
      const refused = await run('settings set', { name: 'channels', value }, moderator());
      expect(refused.text).toContain('is not something that I can recognise later');
    },
  );
});

describe('shares on a planted platform', () => {
  const model = { name: 'Ada', age: 30, gender: 'Female', consent: true };
  const ada = () => inChannel('19:studio', '29:ada');
  const ben = () => inChannel('19:lobby', '29:ben');
  beforeEach(async () => {
    await database({ now: Date.now }).run(sql`truncate identities restart identity cascade`);
  });

  it.each(['@[29:ben]', '29:ben'])('open a model to the person that %s names', async (audience) => {
    const { run } = await openBot(database, { chat: fakeTeams() });
    await run('model create', model, ada());
    expect(await run('model show', { model: 'Ada' }, ben())).toMatchObject({ tone: 'bad' });
    expect(await run('model share', { model: 'Ada', with: audience }, ada())).toMatchObject({ tone: 'good' });
    expect(await run('model show', { model: 'Ada' }, ben())).toMatchObject({ tone: 'plain' });
  });

  it('are refused for the mention of another platform', async () => {
    const { run } = await openBot(database, { chat: fakeTeams() });
    await run('model create', model, ada());
    expect(await run('model share', { model: 'Ada', with: '<@U123>' }, ada())).toMatchObject({ tone: 'bad' });
  });
});

describe('progress on a planted platform', () => {
  it('is shown as often as the platform takes it', async () => {
    const world = await openWorld({ database });
    const chat = fakeTeams();
    const bot = world.replica({ fake: chat });
    const { id } = await world.running(imagine(), origin({ platform: teams }));
    const { ack } = await world.row(id);
    chat.say('make-pictures', { text: 'the acknowledgement', tone: 'working' });
    expect(ack?.id).toBe(chat.messages[0]?.id);
    const shownAtSeconds: number[] = [];
    for (let passed = 0; passed < 60; passed += 1) {
      const before = chat.edits.length;
      while (await bot.progress(signal));
      if (chat.edits.length > before) shownAtSeconds.push(passed);
      world.pass(1);
    }
    expect(shownAtSeconds).toEqual([4, 29, 54]);
  });
});
