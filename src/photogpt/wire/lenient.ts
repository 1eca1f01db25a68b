/** Readers for fields the API may leave out, null, empty or spell differently; used by every response decoder. */
import { z } from 'zod';

/*
 * What a field says, or undefined: the API does not tell whether "absent" is a missing key, null or an empty string.
 */

/** A string. */
export const string = (given: unknown): string | undefined => (typeof given === 'string' && given ? given : undefined);

/** Text; numbers are written out, because an opaque id or a seed may arrive as one. */
export function text(given: unknown): string | undefined {
  if (typeof given === 'string') return given || undefined;
  return Number.isFinite(given) ? String(given) : undefined;
}

/** RFC 3339, with or without fractional seconds, to epoch milliseconds. Go's zero time (year 1) means "not set". */
export function time(given: unknown): number | undefined {
  const milliseconds = typeof given === 'string' ? Date.parse(given) : 0;
  return milliseconds > 0 ? milliseconds : undefined;
}

/** A number that may have been quoted. */
export function number(given: unknown): number | undefined {
  const known = typeof given === 'string' && given ? Number(given) : given;
  return typeof known === 'number' && Number.isFinite(known) ? known : undefined;
}

/** A yes or no. */
export const flag = (given: unknown): boolean | undefined => (typeof given === 'boolean' ? given : undefined);

const object = z.record(z.string(), z.unknown());

/** An id. The one thing that a record which has it cannot be without: see `record`. */
export const id = (given: unknown) => text(given) as string;

/** An object of whatever. */
export const anything = (given: unknown) => (given ? object.safeParse(given).data : undefined);

/** A list in which null and missing mean empty. */
export const list = <S extends z.ZodType>(schema: S) => z.preprocess((given) => given ?? [], z.array(schema));

type Fields = Record<string, ((given: unknown) => unknown) | z.ZodType>;
type Value<Field> = Field extends z.ZodType ? z.output<Field> : Field extends (given: unknown) => infer T ? T : never;
type Known<F extends Fields> = { [Name in keyof F as undefined extends Value<F[Name]> ? never : Name]: Value<F[Name]> };
type Maybe<F extends Fields> = {
  [Name in keyof F as undefined extends Value<F[Name]> ? Name : never]?: Value<F[Name]>;
};
type Read<F extends Fields> = Known<F> & Maybe<F>;

const miss = (context: z.RefinementCtx, path: PropertyKey[], message: string) =>
  context.addIssue({ code: 'custom', path, message });

/**
 * An object of fields, each with its reader or a schema. All readers are one step to zod: with a step for each field, pages
 * of jobs were a quarter of all memory that a busy bot takes and gives back, 17 of 71 MB a second.
 */
export function record<F extends Fields>(fields: F): z.ZodType<Read<F>> {
  const entries = Object.entries(fields);
  return z.unknown().transform((given, context) => {
    const known = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : undefined;
    if (!known) miss(context, [], 'not an object');
    const read: Record<string, unknown> = {};
    for (const [name, field] of entries) {
      const value: unknown = known?.[name as keyof typeof known];
      if (typeof field === 'function') {
        read[name] = field(value);
        if (field === id && read[name] === undefined) miss(context, [name], 'an id is missing or empty');
        continue;
      }
      const { data, error } = field.safeParse(value);
      read[name] = data;
      for (const { path, message } of error?.issues ?? []) miss(context, [name, ...path], message);
    }
    // Read field by field, each as its type says.
    return read as Read<F>;
  });
}

/** A status word as it is compared: `In-Progress` is `in_progress`. */
export const folded = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
