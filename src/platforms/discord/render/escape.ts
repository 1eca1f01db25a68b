/** Keeps text literal: Discord reads Markdown, mentions and links out of everything it is given. */

/** Characters that mean something on their own. Any ASCII punctuation may follow a backslash. */
const special = /[\\*_~`|[\]()<>#@:]/g;
/** Beginnings of a line that make a list or a heading. */
const lineStart = /^(\s*)([-+]|\d+(?=[.)]))/gm;

/** Bytes of the ellipsis that marks a cut. */
const ellipsisBytes = Buffer.byteLength('…');

/** Escapes other people's words: no formatting, no mentions, no links. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(special, '\\$&')
    .replace(lineStart, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}

/** Escapes our own words except for `**bold**` and `code`. The rest may quote people. */
export function escapeOwnText(text: string): string {
  const pieces = text.split(/(\*\*[^*]+\*\*|`[^`\n]+`)/);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 0) return escapeMarkdown(piece);
      return piece.startsWith('`') ? piece : `**${escapeMarkdown(piece.slice(2, -2))}**`;
    })
    .join('');
}

/** Cuts text to a length and a number of bytes, with an ellipsis after a cut. Never cuts a character in half. */
export function truncate(text: string, maxLength: number, maxBytes = Number.POSITIVE_INFINITY): string {
  if (text.length <= maxLength && Buffer.byteLength(text) <= maxBytes) return text;
  let start = '';
  let size = ellipsisBytes;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (start.length + character.length > maxLength - 1 || size > maxBytes) break;
    start += character;
  }
  return maxLength > 0 ? `${start}…` : '';
}
