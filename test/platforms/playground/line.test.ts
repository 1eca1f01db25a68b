import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine, readCaret, writeLine } from '../../../src/platforms/playground/line.ts';
import { scriptedSheets as sheets } from '../scripted-bot.ts';

const options = (text: string) => parseLine(text, sheets)?.options;

describe('parseLine', () => {
  it('gives an option the text up to the next option of the command', () => {
    expect(parseLine('/imagine prompt:a lighthouse at 5:30, note: fog ratio:16:9', sheets)).toEqual({
      command: 'imagine',
      options: { prompt: 'a lighthouse at 5:30, note: fog', ratio: '16:9' },
    });
  });

  it('gives words without a name to the first required text option', () => {
    expect(options('/imagine a lighthouse ratio:16:9')).toEqual({ prompt: 'a lighthouse', ratio: '16:9' });
    expect(options('/edit make it night')).toEqual({ prompt: 'make it night' });
  });

  it('gives words without a name to a required option without text options', () => {
    expect(options('/upscale 41 image:2')).toEqual({ job: '41', image: '2' });
  });

  it('reads an option name in quotes as text', () => {
    expect(options('/imagine prompt:"a sign that says ratio:16:9" count:2')).toEqual({
      prompt: 'a sign that says ratio:16:9',
      count: '2',
    });
    expect(options('/imagine prompt:“neon ratio:1:1”')).toEqual({ prompt: 'neon ratio:1:1' });
  });

  it('keeps quotes that are part of the words', () => {
    expect(options('/imagine prompt:a "big" cat')).toEqual({ prompt: 'a "big" cat' });
    expect(options('/imagine prompt:"big" cat ratio:1:1')).toEqual({ prompt: '"big" cat', ratio: '1:1' });
    expect(options("/imagine it's a dog's life")).toEqual({ prompt: "it's a dog's life" });
  });

  it('reads names as phones write them', () => {
    expect(parseLine('/Imagine Prompt:a cat Ratio: 1:1', sheets)).toEqual({
      command: 'imagine',
      options: { prompt: 'a cat', ratio: '1:1' },
    });
  });

  it('makes a list of pictures', () => {
    expect(options('/edit pictures:41/2, 42/1 prompt:merge them')).toEqual({
      pictures: ['41/2', '42/1'],
      prompt: 'merge them',
    });
  });

  it('keeps line breaks inside a value', () => {
    expect(options('/imagine prompt:one\ntwo\nratio:1:1')).toEqual({ prompt: 'one\ntwo', ratio: '1:1' });
  });

  it('leaves an unknown command for the bot to answer', () => {
    expect(parseLine('/imagin a cat', sheets)).toEqual({ command: 'imagin', options: {} });
  });

  it('tells a command from words', () => {
    for (const text of ['a cat', '', '/', ' / imagine', '//comment', '/path/to/file']) {
      expect(parseLine(text, sheets)).toBeUndefined();
    }
  });

  it('has no option named like a property of objects', () => {
    expect(options('/imagine cat __proto__:x constructor:y')).toEqual({ prompt: 'cat __proto__:x constructor:y' });
  });
});

describe('writeLine', () => {
  it('writes lines that parseLine reads back, for any words', () => {
    const word = fc.constantFrom('a', 'ratio:1:1', '"', '“', '”', 'prompt:', 'note:', "it's", '16:9', 'count');
    const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    const oddQuotes = (value: string) => value.includes('"') && value.includes('”');
    fc.assert(
      fc.property(
        text.filter((value) => !oddQuotes(value)),
        (prompt) => {
          const line = writeLine({ command: 'imagine', options: { prompt, ratio: '16:9' } }, sheets);
          expect(parseLine(line, sheets)?.options).toEqual({ prompt, ratio: '16:9' });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shows files by their names, and leaves out untypable options', () => {
    const file = { name: 'cat.png', read: async () => new Uint8Array() };
    const call = { command: 'edit', options: { pictures: [file, '41/2'], prompt: 'at night', hidden: 'x' } };
    expect(writeLine(call, sheets)).toBe('/edit pictures:cat.png, 41/2 prompt:at night');
  });
});

describe('readCaret', () => {
  const at = (text: string) => readCaret(text.replace('|', ''), text.indexOf('|'), sheets);

  it('returns the option at the caret and its typed start', () => {
    expect(at('/imagine prompt:a cat look:wat| ratio:1:1')?.at).toMatchObject({ name: 'look', typed: 'wat' });
    expect(at('/imagine a c|at ratio:1:1')?.at).toMatchObject({ name: 'prompt', typed: 'a c' });
    expect(at('/ima|gine a cat')?.at).toBeUndefined();
  });

  it('returns the given options and their places', () => {
    const text = '/imagine a cat ratio:1:1 look:';
    const known = readCaret(text, text.length, sheets);
    expect(known).toMatchObject({ command: 'imagine', given: ['prompt', 'ratio'] });
    expect(known?.marks.map(({ from, start }) => text.slice(from, start))).toEqual(['ratio:', 'look:']);
  });
});
