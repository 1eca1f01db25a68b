/** Turns trouble of the database or the disk into a sentence for a person. Such trouble is no fault of the bot. */
import { troubleOf } from '../db/trouble.ts';
import { isDiskTrouble } from '../media/files.ts';
import { refuse, type UserError } from './catalogue.ts';

/** Returns one word for the trouble of the database behind an error. Undefined for every other error. */
export const troubleKind = (error: unknown): string | undefined => troubleOf(error)?.kind;

/** Returns the sentence for trouble of the database or the disk. Undefined for every other error. */
export function userErrorFrom(error: unknown): UserError | undefined {
  if (troubleOf(error)) return refuse('unavailable', undefined);
  return isDiskTrouble(error) ? refuse('noRoom', undefined) : undefined;
}
