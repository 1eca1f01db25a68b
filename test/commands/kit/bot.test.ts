import { describe, expect, it } from 'vitest';
import { createBot } from '../../../src/commands/kit/bot.ts';
import { define } from '../../../src/commands/kit/define.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { origin } from '../../jobs/world.ts';
import { openBot } from '../open-bot.ts';

const database = useDatabase();

/** Says what its options were read as. */
const echo = define({
  name: 'echo',
  description: 'Say what was understood',
  group: 'The bot',
  example: '',
  options: {
    words: { kind: 'text', description: 'Some words', max: 10, required: true },
    many: { kind: 'integer', description: 'How many', min: -5, max: 5 },
    share: { kind: 'number', description: 'A share', min: 0, max: 1 },
    loud: { kind: 'flag', description: 'With noise' },
    colour: {
      kind: 'choice',
      description: 'Which colour',
      choices: [
        { value: 'red', label: 'Red' },
        { value: 'blue', label: 'Blue' },
      ],
    },
    secret: { kind: 'text', description: 'Only buttons know', max: 10, hidden: true },
    private: { kind: 'flag', description: 'Only you see it' },
  },
  run: async (_, options, call) => ({ text: JSON.stringify({ options, call }), tone: 'plain' }),
});

const standsFor = (name: string, command: string) =>
  define({
    name,
    description: 'Something else by another name',
    group: 'The bot',
    example: '',
    options: { words: { kind: 'text', description: 'Some words', max: 10 } },
    standsFor: async (_, { words = '' }) => ({ command, options: { words } }),
  });

const fails = define({
  name: 'fails',
  description: 'Go wrong in a way nobody foresaw',
  group: 'The bot',
  example: '',
  options: {},
  run: async () => {
    throw new Error('the secret is hunter2');
  },
});

const aloud = define({ ...fails, name: 'whisper', private: true, run: async () => ({ text: 'psst', tone: 'plain' }) });

const list = [
  echo,
  standsFor('once', 'echo'),
  standsFor('twice', 'once'),
  standsFor('thrice', 'twice'),
  standsFor('round', 'round'),
  fails,
  aloud,
];

async function openKit() {
  const world = await openBot(database);
  const bot = createBot(world.app, list);
  const said = async (options: Record<string, string | number | boolean>, command = 'echo') => {
    const { text, tone } = await bot.run({ command, options }, origin());
    return tone === 'plain' ? JSON.parse(text) : text;
  };
  return { ...world, bot, said };
}

describe('reading options', () => {
  it.each([
    [{ words: '  hello ' }, { words: 'hello' }],
    [{ words: 7 }, { words: '7' }],
    [{ words: 'a\0b\r\nc\ud800' }, { words: 'ab\nc' }],
    [
      { words: 'x', many: '-5' },
      { words: 'x', many: -5 },
    ],
    [
      { words: 'x', share: '0,5' },
      { words: 'x', share: 0.5 },
    ],
    [
      { words: 'x', share: ' .25 ' },
      { words: 'x', share: 0.25 },
    ],
    [
      { words: 'x', loud: 'Yes' },
      { words: 'x', loud: true },
    ],
    [
      { words: 'x', loud: 0 },
      { words: 'x', loud: false },
    ],
    [
      { words: 'x', colour: 'Blue' },
      { words: 'x', colour: 'blue' },
    ],
    [{ words: 'x', colour: '', many: '' }, { words: 'x' }],
    [
      { words: 'x', secret: 'y' },
      { words: 'x', secret: 'y' },
    ],
    [{ words: '🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊' }, { words: '🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊' }],
  ])('reads %j as %j, and keeps it so', async (given, read) => {
    const { said } = await openKit();
    expect(await said(given)).toEqual({ options: read, call: { command: 'echo', options: read } });
  });

  it('does not tell of hidden options', async () => {
    const { said, bot } = await openKit();
    expect(await said({ words: 'x', nope: 1 })).toContain('It takes words, many, share, loud, colour or private.');
    expect(bot.sheets[0]?.fields.map(({ name }) => name)).not.toContain('secret');
  });
});

describe('calls that stand for others', () => {
  it('are followed, two steps deep', async () => {
    const { said } = await openKit();
    expect((await said({ words: 'x' }, 'once')).call).toEqual({ command: 'echo', options: { words: 'x' } });
    expect((await said({ words: 'x' }, 'twice')).call).toEqual({ command: 'echo', options: { words: 'x' } });
  });

  it.each(['thrice', 'round'])('are given up when they go on and on: %s', async (name) => {
    const { said, bot } = await openKit();
    expect(await said({ words: 'x' }, name)).toContain('That request could not be read.');
    expect(await bot.form({ command: name, options: {} }, origin())).toBeUndefined();
  });

  it('show the form of what they stand for when something is missing', async () => {
    const { bot } = await openKit();
    const form = await bot.form({ command: 'twice', options: {} }, origin());
    expect(form).toMatchObject({ title: '/echo', call: { command: 'echo', options: {} } });
  });
});

describe('forms', () => {
  it('are due when a required option is missing, or when asked for', async () => {
    const { bot } = await openKit();
    const form = (options: Record<string, string | number>, asked?: true) =>
      bot.form({ command: 'echo', options, form: asked }, origin());
    expect(await form({ words: 'x' })).toBeUndefined();
    expect((await form({ many: 3 }))?.fields.find(({ name }) => name === 'many')?.value).toBe(3);
    expect((await form({ words: '' }))?.fields[0]).toMatchObject({ name: 'words', required: true });
    expect((await form({ words: 'x', secret: 'y' }, true))?.call).toEqual({
      command: 'echo',
      options: { words: 'x', secret: 'y' },
    });
  });

  it('leave out files, which nothing can be filled in with', async () => {
    const { bot } = await openBot(database);
    const file = { name: 'x.png', read: async () => new Uint8Array() };
    const form = await bot.form({ command: 'imagine', options: { reference: [file], ratio: '1:1' } }, origin());
    expect(form?.call.options).toEqual({ ratio: '1:1' });
  });
});

it('knows whether an event has made a job', async () => {
  const { bot, run } = await openBot(database);
  const from = origin({ event: 'event of a job' });
  expect(await bot.took(from)).toBe(false);
  await run('imagine', { prompt: 'a fox' }, from);
  expect(await bot.took(from)).toBe(true);
});

describe('privacy', () => {
  it('is decided before a call is run, as it is read later', async () => {
    const { bot } = await openKit();
    const isPrivate = (command: string, given: boolean | string | undefined) =>
      bot.isPrivate({ command, options: given === undefined ? {} : { private: given } });
    for (const yes of [true, 'true', 'yes', ' On ', '1']) expect(isPrivate('echo', yes)).toBe(true);
    for (const no of [false, 'false', 'no', '0', 'maybe', undefined]) expect(isPrivate('echo', no)).toBe(false);
    expect(isPrivate('whisper', undefined)).toBe(true);
  });

  it('is kept by the answer: of a private command, and of a call made in private', async () => {
    const { bot } = await openKit();
    const run = async (command: string, hidden: boolean) =>
      (await bot.run({ command, options: command === 'echo' ? { words: 'x' } : {} }, origin({ private: hidden })))
        .private ?? false;
    expect(await run('whisper', false)).toBe(true);
    expect(await run('echo', true)).toBe(true);
    expect(await run('echo', false)).toBe(false);
  });
});

describe('unexpected errors', () => {
  it('become one private sentence with a reference that stands in the log', async () => {
    const { bot, lines } = await openKit();
    const { text, tone, private: hidden } = await bot.run({ command: 'fails', options: {} }, origin());
    expect({ tone, hidden }).toEqual({ tone: 'bad', hidden: true });
    const [, reference] = /written down as (\w{6});/.exec(text) ?? [];
    expect(text).not.toContain('hunter2');
    expect(lines.some((line) => line.includes(`"reference":"${reference}"`) && line.includes('hunter2'))).toBe(true);
  });
});

describe('suggestions', () => {
  it('are at most 25, and ask PhotoGPT nothing', async () => {
    const { bot, sandbox, app } = await openBot(database);
    for (let number = 0; number < 30; number += 1)
      await bot.run({ command: 'imagine', options: { prompt: `cat ${number}` } }, origin());
    for (const { name, fields } of bot.sheets) {
      for (const field of fields.filter(({ suggests }) => suggests)) {
        for (const typed of ['', 'a', '1', '#1', 'x'.repeat(5_000), '%_\\', '🦊']) {
          const choices = await bot.suggest(name, field.name, typed, origin());
          expect(choices.length).toBeLessThanOrEqual(25);
          for (const { value, label } of choices) {
            expect(value).toMatch(/^.{1,100}$/);
            expect(label).toMatch(/^.{1,100}$/);
          }
        }
      }
    }
    expect(sandbox.ledger.requests()).toEqual({});
    expect(app.presets('')).toEqual([]);
  });

  it('are the person’s own jobs, the newest first, by number or words', async () => {
    const { bot, run } = await openBot(database);
    for (const prompt of ['a red boat', 'a blue boat', 'a green hill']) await run('imagine', { prompt });
    const labels = async (typed: string, from = origin()) =>
      (await bot.suggest('show', 'job', typed, from)).map(({ label }) => label);
    expect(await labels('')).toEqual(['#3 a green hill', '#2 a blue boat', '#1 a red boat']);
    expect(await labels('BOAT')).toEqual(['#2 a blue boat', '#1 a red boat']);
    expect(await labels('#2')).toEqual(['#2 a blue boat']);
    expect(await labels('', origin({ person: { id: 'bob', name: 'Bob', roles: [], moderator: true } }))).toEqual([]);
  });

  it('are models as people type them', async () => {
    const { bot } = await openBot(database);
    const values = async (typed: string) =>
      (await bot.suggest('imagine', 'model', typed, origin())).map(({ value }) => value);
    expect(await values('seed')).toEqual(['seedream', 'seedream-4_5', 'seedream-5-lite']);
    expect(await values('nano bananna')).toContain('nanobanana');
  });
});
