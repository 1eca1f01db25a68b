/** What to say when nothing can be kept: the database or the disk is in trouble, and the bot has made no mistake. */
import { troubleOf } from '../db/trouble.ts';
import { isDiskTrouble } from '../media/files.ts';
import { refuse, type UserError } from './catalogue.ts';

/** One word for what is the matter with the database, where that is behind an error. */
export const troubleKind = (error: unknown): string | undefined => troubleOf(error)?.kind;

/** The sentence behind an error of the database's or the disk's; undefined for every other. */
export function userErrorFrom(error: unknown): UserError | undefined {
  if (troubleOf(error)) return refuse('unavailable', undefined);
  return isDiskTrouble(error) ? refuse('noRoom', undefined) : undefined;
}
