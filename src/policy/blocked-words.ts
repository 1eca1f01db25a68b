/** Finds blocked words in a text, whatever its case, accents and invisible characters. */

/** Scripts that put no spaces between words. In these, a word is found wherever its characters are. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Returns the words of `text` in lower case without accents, with one space between them and around them. */
function plain(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return ` ${letters} `;
}

/** Returns the first of `words` that `text` has as a whole word, or as whole words one after the other. */
export function wordIn(text: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const read = plain(text);
  return words.find((word) => {
    const wanted = plain(word);
    if (wanted.trim() === '') return false;
    return read.includes(unspaced.test(wanted) ? wanted.trim() : wanted);
  });
}
