import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, findCommand, readLine } from '../../../../src/platforms/slack/read/line.ts';
import { scriptedSheets } from '../../scripted-bot.ts';

const imagine = (text: string) => readLine('imagine', text, scriptedSheets).options;

describe('a typed line', () => {
  it.each([
    ['a red fox', { prompt: 'a red fox' }],
    ['a red fox --ratio 16:9 --count 2', { prompt: 'a red fox', ratio: '16:9', count: '2' }],
    ['a red fox —ratio 16:9 –count 2', { prompt: 'a red fox', ratio: '16:9', count: '2' }],
    ['a red fox ratio:16:9 count:2', { prompt: 'a red fox', ratio: '16:9', count: '2' }],
    ['--ratio=16:9 a red fox', { prompt: 'a red fox', ratio: '16:9' }],
    ['--look watercolour a red fox', { prompt: 'a red fox', look: 'watercolour' }],
    ['a fox --look film still --count 2', { prompt: 'a fox', look: 'film still', count: '2' }],
    ['a fox look:“film still” count:2', { prompt: 'a fox', look: 'film still', count: '2' }],
    ["a fox look:'film still'", { prompt: 'a fox', look: 'film still' }],
    ['prompt:"a sign that says --count 2" count:3', { prompt: 'a sign that says --count 2', count: '3' }],
    ['a fox --private', { prompt: 'a fox', private: 'true' }],
    ['--private a fox', { prompt: 'a fox', private: 'true' }],
    ['a fox --private false', { prompt: 'a fox', private: 'false' }],
    ['note: a fox at 10:30 — really', { prompt: 'note: a fox at 10:30 — really' }],
    ['a fox --wrong 3', { prompt: 'a fox', wrong: '3' }],
    ['', {}],
  ])('%s', (text, options) => {
    expect(imagine(text)).toEqual(options);
  });

  it('takes pictures as a list, and words for the first option that needs them', () => {
    expect(readLine('edit', 'make it night --pictures 41/2, 42/1', scriptedSheets).options).toEqual({
      prompt: 'make it night',
      pictures: ['41/2', '42/1'],
    });
    expect(readLine('upscale', '41 image:2', scriptedSheets).options).toEqual({ job: '41', image: '2' });
  });

  it('loses no word of a prompt without marks', () => {
    const word = fc.stringMatching(/^[\p{L}\d.,!?]{1,12}$/u);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        expect(imagine(words.join(' '))).toEqual({ prompt: words.join(' ') });
      }),
    );
  });

  it('never fails, whatever is typed', () => {
    fc.assert(fc.property(fc.string(), (text) => void imagine(text)));
  });
});

it('keeps ids of people and channels in options, and names them in prompts', () => {
  expect(imagine('a mug for <@U1|ben> in <#C1|general> look:<@U1|ben>')).toEqual({
    prompt: 'a mug for @ben in #general',
    look: '<@U1|ben>',
  });
});

it('takes Slack’s encoding off', () => {
  expect(decodeText('a &lt;b&gt; &amp;amp; <https://example.org/x.png|x.png>')).toBe(
    'a <b> &amp; https://example.org/x.png',
  );
});

it.each([
  ['/imagine a fox', 'imagine', 'a fox'],
  ['imagine', 'imagine', ''],
  ['/pg-imagine  a fox', 'imagine', 'a fox'],
  ['/model create ben', 'model create', 'ben'],
  ['/pg-model Create ben', 'model create', 'ben'],
  ['/model fly', 'model', 'fly'],
  ['nonsense at all', 'nonsense', 'at all'],
])('finds the command of %s', (line, command, rest) => {
  const [sheet] = scriptedSheets;
  const sheets = sheet ? [...scriptedSheets, { ...sheet, name: 'model create' }] : [];
  const found = findCommand(line, sheets);
  expect([found.command, found.rest.trim()]).toEqual([command, rest]);
});
