/** Builds the URL, headers and body of a request from an operation and its input. */
import type { Sent } from '../operations.ts';

type Route = { verb: string; path: string };

/** The parts that all requests share. `base` has no trailing slash. */
export type Wire = { base: string; key: string; userAgent: string };

/**
 * Returns an id as one path segment. Throws a TypeError for a dot segment or an empty one, which would turn the request
 * into one for another resource.
 */
function segment(name: string, value: unknown): string {
  const given = typeof value === 'string' ? value : '';
  if (given === '' || given === '.' || given === '..') throw new TypeError(`${name} is not an id`);
  return encodeURIComponent(given);
}

/** Returns the request. Throws a TypeError when an id in the path is empty or a dot segment. */
export function requestFor(
  { verb, path }: Route,
  input: object,
  { query = {}, json, form }: Sent,
  { base, key, userAgent }: Wire,
) {
  const given = new Map<string, unknown>(Object.entries(input));
  const url = new URL(base + path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, given.get(name))));
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    'api-version': '1',
    accept: 'application/json',
    'user-agent': userAgent,
  };
  if (json !== undefined) headers['content-type'] = 'application/json';
  // No content type for a form: fetch sets it, with the boundary that it chooses.
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
  return { url, outgoing: { method: verb, headers, body } };
}
