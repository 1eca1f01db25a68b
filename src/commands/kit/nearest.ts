/** The known words that a mistyped one was probably meant to be. */

/** At most three of `known` within two edits of `word` or starting with it, nearest first. */
export function nearest(word: string, known: readonly string[]): string[] {
  const scored = known.map((name) => ({ name, distance: name.startsWith(word) && word ? 0.5 : edits(word, name) }));
  const close = scored.filter(({ distance }) => distance <= 2).sort((a, b) => a.distance - b.distance);
  return close.slice(0, 3).map(({ name }) => name);
}

/** Levenshtein's distance, one row at a time; words over 40 characters are far from everything. */
function edits(a: string, b: string): number {
  if (a.length > 40 || b.length > 40) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (b[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
