/** How settings are read: the kinds of values that several of them share. */
import { z } from 'zod';

/** A credential as it goes into a header: `wrong` are the mistakes that are easily made, the first match is reported. */
export function credential(wrong: [looks: RegExp, hint: string][]) {
  return z.string().superRefine((value, context) => {
    // Header values hold visible ASCII only; anything else would fail later, in an error that quotes the value.
    const mistakes = [...wrong, [/[^\x21-\x7e]/, 'holds a space or a character that no credential has'] as const];
    const found = mistakes.find(([looks]) => looks.test(value));
    if (found) context.addIssue({ code: 'custom', message: found[1] });
  });
}

export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', 'yes', 'no', '1', '0'], 'is neither true nor false'))
  .transform((word) => ['true', 'yes', '1'].includes(word));

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.int().min(min, `is below ${min}`).max(max, `is above ${max}`));

// Paths are appended to addresses, so a slash at their end would become two.
export const address = (protocol: RegExp, wanted: string) =>
  z.url({ protocol, hostname: /./, error: `is not an address of the form ${wanted}` });
export const withoutSlash = (url: string) => url.replace(/\/+$/, '');
export const api = address(/^https?$/, 'https://host').transform(withoutSlash);
export const hostName = z.string().regex(/^[\w.:-]+$/, 'is not a host name or an IP address');
