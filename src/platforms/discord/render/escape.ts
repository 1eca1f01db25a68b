/** Keeps words what they are: Discord reads Markdown, mentions and links out of everything it is given. */

/** Any ASCII punctuation may stand behind a backslash; these mean something on their own. */
const special = /[\\*_~`|[\]()<>#@:]/g;
/** A list or a heading begins with one of these at the start of a line. */
const lineStart = /^(\s*)([-+]|\d+(?=[.)]))/gm;

/** Somebody else's words, literally: no formatting, no mentions, no links. */
export function literally(text: string): string {
  return text
    .replace(special, '\\$&')
    .replace(lineStart, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}

/** Our own words: `**bold**` and `code` stay, the rest is literal, for it may quote somebody. */
export function ours(text: string): string {
  const pieces = text.split(/(\*\*[^*]+\*\*|`[^`\n]+`)/);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 0) return literally(piece);
      return piece.startsWith('`') ? piece : `**${literally(piece.slice(2, -2))}**`;
    })
    .join('');
}

/** At most so many characters and bytes, with an ellipsis where something was cut; never half a character. */
export function shortened(text: string, characters: number, bytes = Number.POSITIVE_INFINITY): string {
  if (text.length <= characters && Buffer.byteLength(text) <= bytes) return text;
  let kept = '';
  let size = 3;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (kept.length + character.length > characters - 1 || size > bytes) break;
    kept += character;
  }
  return characters > 0 ? `${kept}…` : '';
}
