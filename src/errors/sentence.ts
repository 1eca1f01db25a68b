/** What a sentence of the error book is made of, and how other people's words and lists go into one. */

/** What became of the money: nothing was spent, it may have been, it was, or money is not in question at all. */
export type Cost = 'nothing' | 'maybe' | 'spent' | 'free';

export type Sentence = { what: string; cost: Cost; next: string };

/** Rounded up for what was given and down for what is allowed, so that the two never look the same. */
export const megabytes = (bytes: number, round: (value: number) => number) => `${round(bytes / 1e5) / 10} MB`;

/** A list as people say it; what does not go into 170 characters is counted. */
export function list(items: readonly string[]): string {
  const fitting = items.filter((_, index) => items.slice(0, index + 1).join(', ').length <= 170);
  const more = items.length - fitting.length;
  const shown = more > 0 ? [...fitting, `one of ${more} more`] : fitting;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}` : (shown[0] ?? '');
}

/**
 * Without what turns the direction of writing or has no width: it would make other words on the line look different. What
 * joins letters and faces stays.
 */
export const seen = (text: string) => text.replace(/[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]/g, '');

/** At most `most` characters, on one line, without what chats take for formatting: it is somebody else's text. */
export function short(text: string, most: number): string {
  const plain = [
    ...seen(text)
      .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
      .replace(/[*`]/g, '')
      .trim(),
  ];
  return plain.length > most ? `${plain.slice(0, most - 1).join('')}…` : plain.join('');
}
export const quoted = (text: string) => `“${short(text, 60)}”`;
/** Somebody else's sentence, without its full stop. */
export const reasonIn = (text: string) => short(text, 160).replace(/[.!\s]+$/, '') || 'no reason was given';
