/** The form of a sentence of the catalogue, and the functions that put lists and other people's words into one. */

/** The fate of the money: nothing was spent, something may have been, it was, or the event is not about money. */
export type Cost = 'nothing' | 'maybe' | 'spent' | 'free';

/** A sentence for a person. `what` is the event and `next` the next step. */
export type Sentence = { what: string; cost: Cost; next: string };

/** Returns a size in words. Round up what was given and down what is allowed, so that the two never look equal. */
export const megabytes = (bytes: number, round: (value: number) => number) => `${round(bytes / 1e5) / 10} MB`;

/** Returns a list as people say it. It counts the items that do not fit into 170 characters. */
export function list(items: readonly string[]): string {
  const fitting = items.filter((_, index) => items.slice(0, index + 1).join(', ').length <= 170);
  const more = items.length - fitting.length;
  const shown = more > 0 ? [...fitting, `one of ${more} more`] : fitting;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}` : (shown[0] ?? '');
}

/**
 * Removes characters that turn the direction of writing or have no width: they make other words on the line look
 * different. Characters that join letters and emoji stay.
 */
export const seen = (text: string) => text.replace(/[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]/g, '');

/** Returns at most `maxCharacters` of another person's text, on one line, without the characters of formatting. */
export function short(text: string, maxCharacters: number): string {
  const plain = [
    ...seen(text)
      .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
      .replace(/[*`]/g, '')
      .trim(),
  ];
  return plain.length > maxCharacters ? `${plain.slice(0, maxCharacters - 1).join('')}…` : plain.join('');
}

/** Returns another person's words in quotes. */
export const quoted = (text: string) => `“${short(text, 60)}”`;

/** Returns another person's sentence without its full stop. */
export const reasonIn = (text: string) => short(text, 160).replace(/[.!\s]+$/, '') || 'no reason was given';
