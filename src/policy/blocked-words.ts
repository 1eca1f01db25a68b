/** Finds words that are not wanted in what somebody wrote, whatever its case, accents and invisible characters. */

/** Scripts that put no spaces between words: there, a word is wherever its characters are. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Words in lower case without accents, a space between any two and around them. */
function plain(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return ` ${letters} `;
}

/** The first of `words` that `text` has as a whole word, or as whole words one after the other. */
export function wordIn(text: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const read = plain(text);
  return words.find((word) => {
    const wanted = plain(word);
    if (wanted.trim() === '') return false;
    return read.includes(unspaced.test(wanted) ? wanted.trim() : wanted);
  });
}
