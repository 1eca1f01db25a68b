/** From an operation and its input to the URL, headers and body that go over the wire. */
import type { Sent } from '../operations.ts';

type Route = { verb: string; path: string };

/** What every request has in common. `base` has no trailing slash. */
export type Wire = { base: string; key: string; userAgent: string };

/** One path segment. A dot segment or an empty one would turn the request into one for another resource. */
function segment(name: string, value: unknown): string {
  const given = typeof value === 'string' ? value : '';
  if (given === '' || given === '.' || given === '..') throw new TypeError(`${name} is not an id`);
  return encodeURIComponent(given);
}

/** What goes over the wire. Throws a TypeError when an id in the path is empty or a dot segment. */
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
  // The boundary of a multipart body is chosen by fetch, and so is its content type.
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
  return { url, outgoing: { method: verb, headers, body } };
}
