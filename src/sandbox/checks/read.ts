/** Parses incoming data, or explains in one sentence what is wrong with it. */
import type { z } from 'zod';
import { Problem } from '../http/problem.ts';

/** Returns `data` as `shape` reads it. Throws `Problem` 400 whose message names every wrong field. */
export function read<S extends z.ZodType>(shape: S, data: unknown): z.output<S> {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${[...issue.path, ''].join('.')}${issue.keys.join(', ')} ${issue.keys.length > 1 ? 'are' : 'is'} not known here`
      : issue.message,
  );
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'body');
  throw new Problem(400, [...new Set(sentences)].join('; '), `validation: ${[...new Set(fields)].join(', ')}`);
}
