/** Finds the words that a misspelled word may stand for. */
import leven from 'leven';

/** Characters of a typed word that count. It may be a whole sentence, and no word of ours is nearly that long. */
const maxTypedLength = 64;

/**
 * Returns the things whose word is near `typed`, the nearest first. A word is near when at most a third of its
 * characters have to be inserted, deleted or replaced.
 */
export function nearest<T>(typed: string, things: readonly T[], word: (thing: T) => string): T[] {
  const start = typed.slice(0, maxTypedLength);
  return things
    .map((thing) => ({ thing, distance: leven(start, word(thing)), maxDistance: Math.ceil(word(thing).length / 3) }))
    .filter(({ distance, maxDistance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance)
    .map(({ thing }) => thing);
}
