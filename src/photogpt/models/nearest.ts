/** Finding what somebody meant by a misspelled word. */

/** Changes of one character (insert, delete, replace) from `a` to `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The things whose word is at most a third of its letters away from `wanted`, the nearest first. */
export function nearest<T>(wanted: string, things: readonly T[], word: (thing: T) => string): T[] {
  // What is longer than any word by more than that cannot be near; somebody may have typed a whole sentence.
  const short = wanted.slice(0, 64);
  return things
    .map((thing) => ({ thing, far: distance(short, word(thing)), most: Math.ceil(word(thing).length / 3) }))
    .filter(({ far, most }) => far <= most)
    .sort((a, b) => a.far - b.far)
    .map(({ thing }) => thing);
}
