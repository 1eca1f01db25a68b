import { describe, expect, it } from 'vitest';
import { wordIn } from '../../src/policy/blocked-words.ts';

const found: [text: string, words: string[], word: string][] = [
  ['a grim castle', ['grim'], 'grim'],
  ['A GRIM castle', ['grim'], 'grim'],
  ['grim', ['grim'], 'grim'],
  ['so grim, really', ['grim'], 'grim'],
  ['gr\u200bim', ['grim'], 'grim'],
  ['grïm', ['grim'], 'grim'],
  ['ｇｒｉｍ', ['grim'], 'grim'],
  ['grim', ['Grïm'], 'Grïm'],
  ['a very_grim-looking cat', ['grim'], 'grim'],
  ['the grim reaper', ['grim reaper'], 'grim reaper'],
  ['the grim — reaper', ['grim reaper'], 'grim reaper'],
  ['今日は猫です', ['猫'], '猫'],
  ['one two three', ['four', 'two'], 'two'],
];

const notFound: [text: string, words: string[]][] = [
  ['a pilgrim on the road', ['grim']],
  ['grimace', ['grim']],
  ['the grim old reaper', ['grim reaper']],
  ['anything', []],
  ['anything', ['', ' ', '!!']],
  ['', ['grim']],
  ['Scunthorpe', ['thorp']],
];

describe('wordIn', () => {
  it.each(found)('finds in %j one of %j', (text, words, word) => expect(wordIn(text, words)).toBe(word));
  it.each(notFound)('finds in %j none of %j', (text, words) => expect(wordIn(text, words)).toBeUndefined());

  it('takes next to no time for a long text and a long list', () => {
    const words = Array.from({ length: 200 }, (_, index) => `word${index}`);
    const text = 'ça et là '.repeat(450);
    const begun = performance.now();
    expect(wordIn(text, words)).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
