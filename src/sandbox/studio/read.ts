/** Reads a prompt for the words it shares with the vocabulary. */

import { colours } from './colour-words.ts';
import type { Time, Weather } from './palette.ts';
import type { PlaceName, Subject } from './subject.ts';
import { places, subjects, times, weathers } from './vocabulary.ts';

/** What a prompt asks for, as far as it was understood. Subjects are in the order they were named, three at most. */
export type Brief = {
  subjects: readonly Subject[];
  place: PlaceName | undefined;
  time: Time | undefined;
  weather: Weather | undefined;
  colour: string | undefined;
};

/** Longer prompts are read up to here: nobody names their subject after 2,000 characters. */
const readable = 2_000;

/** Scripts written without spaces, and emoji: there a word is looked for anywhere. Elsewhere it has to stand alone. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

export function readPrompt(prompt: string): Brief {
  const text = prompt.slice(0, readable).normalize('NFC').toLowerCase();
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
