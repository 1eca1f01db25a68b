/** Readers for fields the API may leave out, null, empty or spell differently; used by every response decoder. */
import { z } from 'zod';

/** What `schema` reads, or undefined: the API does not say whether "absent" is a missing key, null or an empty string. */
export const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (given === null || given === '' ? undefined : given), schema.optional()).catch(undefined);

/** Text; numbers are written out, because an opaque id or a seed may arrive as one. */
export const text = z.union([z.string(), z.number().transform(String)]);

/** An id. The one thing a record cannot be without. */
export const id = text.refine((given) => given !== '', 'an id is empty');

/** RFC 3339, with or without fractional seconds, to epoch milliseconds. Go's zero time (year 1) means "not set". */
export const time = optional(
  z
    .string()
    .transform((given) => Date.parse(given))
    .refine((milliseconds) => milliseconds > 0),
);

/** A number that may have been quoted. */
export const number = optional(
  z
    .union([z.number(), z.string()])
    .transform(Number)
    .refine((given) => Number.isFinite(given)),
);

/** A list in which null and missing mean empty. */
export const list = <S extends z.ZodType>(schema: S) => z.preprocess((given) => given ?? [], z.array(schema));

/** A status word as it is compared: `In-Progress` is `in_progress`. */
export const folded = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
