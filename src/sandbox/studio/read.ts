/** Finds the words of the vocabulary in a prompt. */
import { colours } from './colour-words.ts';
import type { Time, Weather } from './palette.ts';
import type { PlaceName, Subject } from './subject.ts';
import { places, subjects, times, weathers } from './vocabulary.ts';

/** The content of a prompt, as far as it was understood. There are up to three subjects, in the order of the prompt. */
export type Brief = {
  subjects: readonly Subject[];
  place: PlaceName | undefined;
  time: Time | undefined;
  weather: Weather | undefined;
  colour: string | undefined;
};

/** Characters of a prompt that are read. People name their subject long before the end of 2,000 characters. */
const maxReadLength = 2_000;

/**
 * Scripts without spaces, and emoji. Their words count anywhere in the text. Words of other scripts have to stand
 * alone.
 */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

/** Returns the content of a prompt. */
export function readPrompt(prompt: string): Brief {
  const text = prompt.slice(0, maxReadLength).normalize('NFC').toLowerCase();
  const spaced = ` ${text.split(/[^\p{L}\p{M}-]+/u).join(' ')} `;
  const position = (words: readonly string[]) => {
    const found = words.map((word) => (unspaced.test(word) ? text.indexOf(word) : spaced.indexOf(` ${word} `)));
    return Math.min(...found.map((index) => (index < 0 ? Number.POSITIVE_INFINITY : index)));
  };
  const named = <T extends { words: readonly string[] }>(list: readonly T[]) =>
    list
      .map((item) => ({ item, at: position(item.words) }))
      .filter(({ at }) => at < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  const list = Object.entries(places).map(([name, { words }]) => ({ name, words }));
  const place = named(list)[0]?.name;
  return {
    subjects: named(subjects).slice(0, 3),
    place: isPlace(place) ? place : undefined,
    time: named(times)[0]?.time,
    weather: named(weathers)[0]?.weather,
    colour: named(colours)[0]?.colour,
  };
}

const isPlace = (name: string | undefined): name is PlaceName => name !== undefined && Object.hasOwn(places, name);
