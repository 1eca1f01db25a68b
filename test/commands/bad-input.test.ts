import { describe, expect, it } from 'vitest';
import type { IncomingCall, Message } from '../../src/chat.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openLivingBot } from '../journeys/living-bot.ts';
import * as bad from './bad-pictures.ts';
import { attachment, type OpenBot, openBot } from './open-bot.ts';

const database = useDatabase();
const prompt = 'a lighthouse at dusk';

/** Expects a refusal: one short message for the person only, nothing spent, nothing left behind. */
async function expectRefusal({ sandbox, rows, files, lines }: OpenBot, { text, tone, private: hidden }: Message) {
  expect({ tone, hidden }).toEqual({ tone: 'bad', hidden: true });
  expect(text).toMatch(/^[A-Z“/0-9a-z].*[.?]$/s);
  expect(text.length).toBeLessThanOrEqual(300);
  expect(text).not.toMatch(/\bat .*\.ts|Error|undefined|\[object|NaN|went wrong inside/);
  expect(sandbox.ledger.jobs()).toEqual([]);
  expect(sandbox.ledger.requests()).toEqual({});
  expect(await rows()).toEqual({ jobs: 0, media: 0 });
  expect(await files()).toEqual([]);
  expect(lines.join('')).not.toContain('"level":50');
}

type Case = [what: string, options: Record<string, unknown>, says: string | RegExp];

const values: Case[] = [
  ['no prompt', {}, '/imagine needs prompt. Nothing was spent.'],
  ['an empty prompt', { prompt: '   ' }, 'The prompt is empty.'],
  ['a prompt that nobody can see', { prompt: '\u200b \0' }, 'The prompt is empty.'],
  [
    '10,000 characters',
    { prompt: 'x'.repeat(10_000) },
    'The prompt has 10000 characters. Nothing was spent. At most 4000 are allowed.',
  ],
  ['a prompt that is a list', { prompt: ['a', 'b'] }, 'That request could not be read.'],
  ['a prompt that is an object', { prompt: { toString: 'x' } }, 'That request could not be read.'],
  ['a prompt that is a flag', { prompt: true }, 'That request could not be read.'],
  ['no pictures at all', { prompt, count: 0 }, 'count cannot be 0. Nothing was spent. It goes from 1 to 4.'],
  ['five pictures', { prompt, count: 5 }, 'It goes from 1 to 4.'],
  ['a negative count', { prompt, count: -1 }, 'count cannot be -1.'],
  ['half a picture', { prompt, count: 1.5 }, 'count has to be a whole number, and “1.5” is not.'],
  ['a count in words', { prompt, count: 'three' }, 'count has to be a whole number, and “three” is not.'],
  ['a blank count', { prompt, count: ' ' }, 'count has to be a whole number'],
  ['a count with a comma', { prompt, count: '1,000' }, 'count has to be a whole number, and “1,000” is not.'],
  ['a count beyond all numbers', { prompt, count: '1e999' }, 'count has to be a whole number'],
  ['a count that is a flag', { prompt, count: true }, 'count has to be a whole number'],
  ['a count that is an object', { prompt, count: { valueOf: 3 } }, 'That request could not be read.'],
  ['a seed too large', { prompt, seed: 2 ** 31 }, 'It goes from 0 to 2147483647.'],
  ['a negative seed', { prompt, seed: -1 }, 'It goes from 0 to 2147483647.'],
  [
    'a model nobody knows',
    { prompt, model: 'dall-e' },
    /^“dall-e” is not something model can be\. Nothing was spent\. Choose nanobanana, .* or gpt-image-2\.$/,
  ],
  ['a model of prototypes', { prompt, model: '__proto__' }, '“__proto__” is not something model can be.'],
  ['a model for videos', { prompt, model: 'veo-3.1' }, '“veo-3.1” is not something model can be.'],
  [
    'a ratio nobody has',
    { prompt, ratio: '7:3' },
    /^“7:3” is not something ratio of Nano Banana 2 can be\. .* Choose 1:1, .* or 8:1\.$/,
  ],
  [
    'a ratio this model lacks',
    { prompt, ratio: '1:8', model: 'nanobanana-pro' },
    '“1:8” is not something ratio of Nano Banana Pro can be.',
  ],
  ['a size this model lacks', { prompt, size: '4K', model: 'nanobanana' }, 'Choose 1K.'],
  [
    'a quality for a model without',
    { prompt, quality: 'high', model: 'seedream' },
    'Seedream has no quality. Nothing was spent. It takes ratio, size',
  ],
  [
    'a quality that does not exist',
    { prompt, quality: 'best', model: 'gpt-image-2' },
    'Choose low, medium, high or auto.',
  ],
  ['a seed for a model without', { prompt, seed: 7, model: 'gpt-image-2' }, 'GPT Image 2 has no seed.'],
  ['a setting of prototypes', { prompt, settings: '__proto__=1' }, 'Nano Banana 2 has no __proto__.'],
  ['a setting without a value', { prompt, settings: 'safety' }, '“” is not something safety of Nano Banana 2 can be.'],
  [
    'too many alternatives',
    { prompt: 'a {1,2,3} {1,2,3} {1,2,3} cat' },
    'The braces in that prompt make 27 different prompts.',
  ],
  ['a flag that is neither', { prompt, spoiler: 'maybe' }, 'spoiler is either true or false, and “maybe” is neither.'],
  ['a flag that is a list', { prompt, private: ['true'] }, 'That request could not be read.'],
  [
    'an option nobody knows',
    { prompt, colour: 'red' },
    /^\/imagine has no option “colour”\. Nothing was spent\. It takes prompt, model, .*\.$/,
  ],
  [
    'an option of prototypes',
    JSON.parse('{"prompt":"x","__proto__":{"private":true}}'),
    '/imagine has no option “__proto__”.',
  ],
  ['the constructor', { prompt, constructor: 'x' }, '/imagine has no option “constructor”.'],
  [
    'formatting in what is repeated',
    { prompt, model: '**x**`\n@everyone' },
    '“x @everyone” is not something model can be.',
  ],
  ['a picture that does not exist', { prompt, reference: ['99/1'] }, 'The picture “99/1” is not here any more.'],
  [
    'a picture that is a path',
    { prompt, reference: '../../etc/passwd' },
    'The picture “../../etc/passwd” is not here any more.',
  ],
  ['a picture that is a number', { prompt, reference: 7 }, 'That request could not be read.'],
  ['a picture that is null', { prompt, reference: [null] }, 'That request could not be read.'],
  [
    'a picture that only looks like a file',
    { prompt, reference: [{ name: 'x.png', read: 'no' }] },
    'That request could not be read.',
  ],
];

const uploads: [what: string, content: () => Uint8Array | Promise<Uint8Array>, says: string | RegExp][] = [
  ['text', () => bad.text, /^“it\.png” is not a picture that can be used\. Nothing was spent\. Send JPEG, PNG, .*\.$/],
  ['an SVG', () => bad.svg, 'Send JPEG, PNG, WebP'],
  ['a PDF', () => bad.pdf, 'Send JPEG, PNG, WebP'],
  ['a GIF', () => bad.plain('gif'), 'Send JPEG, PNG, WebP'],
  ['nothing', () => new Uint8Array(), 'Send JPEG, PNG, WebP'],
  ['a PNG that breaks off', bad.truncated, '“it.png” could not be read. Nothing was spent. Send the picture again'],
  ['a PNG’s first bytes', async () => (await bad.plain()).subarray(0, 20), '“it.png” could not be read.'],
  ['30 MB', () => new Uint8Array(30e6), '“it.png” has 30 MB. Nothing was spent. At most 20 MB are allowed.'],
  [
    'a byte too many',
    () => new Uint8Array(20e6 + 1),
    '“it.png” has 20.1 MB. Nothing was spent. At most 20 MB are allowed.',
  ],
  [
    'a decompression bomb',
    () => bad.bomb(),
    '“it.png” is 40000 × 40000 pixels. Nothing was spent. At most 100 megapixels',
  ],
];

describe('bad input', () => {
  it.each(values)('answers %s with one sentence', async (_, options, says) => {
    const world = await openBot(database);
    const message = await world.run('imagine', options);
    if (typeof says === 'string') expect(message.text).toContain(says);
    else expect(message.text).toMatch(says);
    await expectRefusal(world, message);
  });

  it.each(uploads)('answers an upload of %s with one sentence', async (_, content, says) => {
    const world = await openBot(database);
    const message = await world.run('imagine', { prompt, reference: [attachment('it.png', await content())] });
    if (typeof says === 'string') expect(message.text).toContain(says);
    else expect(message.text).toMatch(says);
    await expectRefusal(world, message);
  });

  it('does not read a file that the platform calls too large', async () => {
    const world = await openBot(database);
    const huge = { name: 'huge.png', bytes: 30e6, read: () => Promise.reject(new Error('read all the same')) };
    const message = await world.run('imagine', { prompt, reference: [huge] });
    expect(message.text).toContain('“huge.png” has 30 MB.');
    await expectRefusal(world, message);
  });

  it('answers a file that cannot be had with one sentence', async () => {
    const world = await openBot(database);
    const lost = { name: 'lost.png', read: () => Promise.reject(new Error('ECONNRESET at socket.ts:1')) };
    const message = await world.run('imagine', { prompt, reference: [lost] });
    expect(message.text).toContain('“lost.png” could not be read.');
    await expectRefusal(world, message);
  });

  it('keeps none of several files when any part of the call is wrong', async () => {
    const world = await openBot(database);
    const good = attachment('good.png', await bad.plain());
    const calls = [
      { reference: [good, good, attachment('bad.txt', bad.text)] },
      { reference: [good, good, good, good, good] },
      { reference: [good, good, good, good], model: 'nanobanana' },
      { reference: [good], ratio: '7:3' },
    ];
    for (const options of calls) await expectRefusal(world, await world.run('imagine', { prompt, ...options }));
    const many = await world.run('imagine', { prompt, reference: [good, good, good, good], model: 'nanobanana' });
    expect(many.text).toBe(
      '4 pictures are too many for reference of Nano Banana. Nothing was spent. At most 3 are allowed.',
    );
  });

  it('keeps the files of an accepted call only, and none of a form', async () => {
    const world = await openBot(database);
    const call = { command: 'vary', options: { picture: [attachment('good.png', await bad.plain())] } };
    expect(await world.bot.form(call, origin())).toBeUndefined();
    expect(await world.files()).toEqual([]);
    const message = await world.bot.run(call, origin());
    expect(message).toMatchObject({ tone: 'working', job: expect.any(Number) });
    expect(await world.files()).toHaveLength(1);
    expect(await world.rows()).toEqual({ jobs: 1, media: 1 });
  });

  it.each([
    ['imagin', '/imagine'],
    ['imgaine', '/imagine'],
    ['up', '/upscale'],
    ['hlp', '/help'],
  ])('suggests what /%s may have been meant to be', async (typed, meant) => {
    const world = await openBot(database);
    const message = await world.run(typed);
    expect(message.text).toContain(`There is no command “${typed}”.`);
    expect(message.text).toContain(meant);
    await expectRefusal(world, message);
  });

  it.each(['xyzzy', '', '__proto__', 'constructor', 'toString', 'x'.repeat(10_000), '**@everyone**'])(
    'has no command “%s”',
    async (typed) => {
      const world = await openBot(database);
      const message = await world.run(typed);
      expect(message.text).toMatch(/^There is no command “/);
      expect(world.bot.isPrivate({ command: typed, options: {} })).toBe(true);
      await expectRefusal(world, message);
    },
  );

  it.each([
    null,
    undefined,
    7,
    'imagine',
    [],
    {},
    { command: 'imagine' },
    { command: 7, options: {} },
    { command: null, options: {} },
    { command: ['imagine'], options: {} },
    { command: { command: 'imagine' }, options: {} },
    { command: 'imagine', options: null },
    { command: 'imagine', options: 'prompt' },
    { command: 'imagine', options: [prompt] },
  ])('answers the malformed call %j, and has no form for it', async (malformed) => {
    const world = await openBot(database);
    const call = malformed as unknown as IncomingCall;
    const message = await world.bot.run(call, origin());
    expect(message.text).toBe(
      'That request could not be read. Nothing was spent. Type the command again, or press the button again.',
    );
    expect(world.bot.isPrivate(call)).toBe(true);
    expect(await world.bot.form(call, origin())).toBeUndefined();
    await expectRefusal(world, message);
  });

  it('has no suggestions for what does not exist', async () => {
    const { bot } = await openBot(database);
    const asked = [
      ['nope', 'prompt'],
      ['imagine', 'nope'],
      ['imagine', '__proto__'],
      ['imagine', 'constructor'],
      ['imagine', 'prompt'],
    ];
    for (const [command = '', option = ''] of asked)
      expect(await bot.suggest(command, option, 'x', origin())).toEqual([]);
  });

  it('accepts no more jobs than allowed, and keeps no files of refused ones', async () => {
    const world = await openBot(database, { maxOpen: 2 });
    for (let number = 0; number < 2; number += 1) await world.run('imagine', { prompt });
    const message = await world.run('imagine', { prompt, reference: [attachment('good.png', await bad.plain())] });
    expect(message).toMatchObject({ tone: 'bad', private: true });
    expect(message.text).toBe(
      'You already have 2 jobs on the way. Nothing was spent. At most 2 at a time; wait for one to finish, or cancel one.',
    );
    expect(await world.rows()).toEqual({ jobs: 2, media: 0 });
    expect(await world.files()).toEqual([]);
    expect(
      (
        await world.run(
          'imagine',
          { prompt },
          origin({ person: { id: 'bob', name: 'Bob', roles: [], moderator: false } }),
        )
      ).tone,
    ).toBe('working');
  });

  it('tells how many alternatives it has started when the limit stops the rest', async () => {
    const world = await openBot(database, { maxOpen: 2 });
    const asked = await world.run('imagine', { prompt: 'a {red,blue,green} boat' });
    const [button] = asked.buttons ?? [];
    const message = await world.bot.run(button?.call ?? { command: '', options: {} }, origin());
    expect(message.text).toMatch(
      /^\*\*2\*\* jobs are on the way: #\d+, #\d+\. The others were not started: You already have 2 jobs/,
    );
    expect((await world.rows()).jobs).toBe(2);
  });
});

describe('forged buttons', () => {
  const numbers = [0, -1, 1e99, 1.5, '1e99', 'x', '41; drop table jobs', '0x10', '٤', 2 ** 53, 12_345, true];

  it.each([
    'upscale',
    'vary',
    'again',
    'retry',
    'cancel',
    'delete',
    'show',
    'download',
    'edit',
    'animate',
    'favourite',
  ])('give /%s no job that is not there', async (command) => {
    const world = await openBot(database);
    for (const job of numbers) {
      const options = { job, ...(command === 'edit' && { prompt }) };
      const message = await world.run(command, options);
      expect(message.text).toMatch(/^There is no job (“.*”|\d+) that you can see\. Type \/jobs to see yours\.$/);
      await expectRefusal(world, message);
    }
  });

  it('open nothing of another person’s private work', async () => {
    const life = await openLivingBot(database);
    const { job, message } = await life.finished('imagine', { prompt: 'my secret', private: true });
    expect(message.private).toBe(true);
    const [picture] = message.media ?? [];
    const bob = { id: 'bob', name: 'Bob', roles: [], moderator: true };
    const from = () => origin({ person: bob });
    const before = life.sandbox.ledger.jobs().length;
    for (const command of ['upscale', 'vary', 'again', 'retry', 'cancel', 'delete', 'show', 'download', 'favourite']) {
      const answer = await life.bot.run({ command, options: { job } }, from());
      expect(answer).toMatchObject({
        tone: 'bad',
        private: true,
        text: expect.stringContaining(`There is no job ${job}`),
      });
    }
    for (const reference of [`${job}/1`, picture?.id ?? '']) {
      const answer = await life.bot.run({ command: 'imagine', options: { prompt, reference: [reference] } }, from());
      expect(answer.text).toContain('is not here any more');
    }
    expect(life.sandbox.ledger.jobs()).toHaveLength(before);
    expect((await life.bot.run({ command: 'show', options: { job } }, origin())).media).toHaveLength(1);
  });

  it('open no picture that a job does not have, and change nothing of others', async () => {
    const life = await openLivingBot(database);
    const { job } = await life.finished('imagine', { prompt, count: 2 });
    const before = life.sandbox.ledger.jobs().length;
    const say = async (command: string, options: Record<string, number>, from = origin()) =>
      (await life.bot.run({ command, options }, from)).text;
    for (const command of ['upscale', 'vary', 'animate']) {
      expect(await say(command, { job, image: 99 })).toBe(
        `Job ${job} has no picture 99. Nothing was spent. It has pictures 1 to 2.`,
      );
      expect(await say(command, { job, image: 0 })).toContain('image cannot be 0.');
      expect(await say(command, { job, image: 1e99 })).toContain('It goes from 1 to 100.');
    }
    const bob = origin({ person: { id: 'bob', name: 'Bob', roles: [], moderator: false } });
    for (const command of ['cancel', 'delete'])
      expect(await say(command, { job }, bob)).toContain('belongs to somebody else.');
    expect(await say('cancel', { job })).toContain(`Job ${job} is already done.`);
    expect(await say('retry', { job })).toContain(`Job ${job} did not fail: it is done.`);
    const elsewhere = origin({ tenant: 'away' });
    expect(await say('show', { job }, elsewhere)).toContain(`There is no job ${job}`);
    expect(life.sandbox.ledger.jobs()).toHaveLength(before);
    const [one] = await life.app.jobs.results(
      (await life.app.jobs.find(job, origin())) ?? expect.fail('gone'),
      AbortSignal.timeout(5_000),
    );
    expect(one).toBeDefined();
  });
});
