/** Finds the known words that a mistyped word may stand for. */
import leven from 'leven';

const maxEdits = 2;
const maxFound = 3;

/** Longest word that is compared. A word that a person types may be a whole book, and each comparison takes time. */
const maxLength = 40;

/** Distance of a name that begins with the word. It is less than one edit, so such names come first. */
const distanceOfBeginning = 0.5;

/** Returns at most three of `known` that begin with `word` or are at most two edits away from it, the nearest first. */
export function nearest(word: string, known: readonly string[]): string[] {
  const scored = known.map((name) => ({ name, distance: distanceBetween(word, name) }));
  const close = scored.filter(({ distance }) => distance <= maxEdits).sort((a, b) => a.distance - b.distance);
  return close.slice(0, maxFound).map(({ name }) => name);
}

function distanceBetween(word: string, name: string): number {
  if (word && name.startsWith(word)) return distanceOfBeginning;
  if (word.length > maxLength || name.length > maxLength) return Number.POSITIVE_INFINITY;
  return leven(word, name);
}
