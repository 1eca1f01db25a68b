/** The schemas that several settings share. */
import { z } from 'zod';

/** Returns the schema of a credential for a header. `wrong` lists common mistakes, and the first match is reported. */
export function credential(wrong: [looks: RegExp, hint: string][]) {
  return z.string().superRefine((value, context) => {
    // A header holds visible ASCII only. Anything else would fail later, in an error that quotes the value.
    const mistakes = [...wrong, [/[^\x21-\x7e]/, 'holds a space or a character that no credential has'] as const];
    const found = mistakes.find(([looks]) => looks.test(value));
    if (found) context.addIssue({ code: 'custom', message: found[1] });
  });
}

/** A word for true or false. */
export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', 'yes', 'no', '1', '0'], 'is neither true nor false'))
  .transform((word) => ['true', 'yes', '1'].includes(word));

/** Returns the schema of a whole number between two bounds. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.int().min(min, `is below ${min}`).max(max, `is above ${max}`));

/** Returns the schema of an address. `wanted` is its form, for the message to the operator. */
export const address = (protocol: RegExp, wanted: string) =>
  z.url({ protocol, hostname: /./, error: `is not an address of the form ${wanted}` });

/** Removes slashes at the end of an address. Paths are appended to it, so a slash would become two. */
export const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** The address of an API. */
export const api = address(/^https?$/, 'https://host').transform(withoutSlash);

/** A host name or an IP address. */
export const hostName = z.string().regex(/^[\w.:-]+$/, 'is not a host name or an IP address');
