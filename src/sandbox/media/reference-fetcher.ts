/** Finds the picture behind a reference's address without ever reaching further than this machine. */
import type { Guesses } from '../guesses.ts';
import { Problem } from '../http/problem.ts';
import type { MediaFiles } from './media-files.ts';
import { pictureType } from './picture-type.ts';
import type { Renderer, Source } from './renderer.ts';

export type References = ReturnType<typeof createReferences>;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const patience = 5_000;
const largest = 20 * 1024 * 1024;

/**
 * Addresses of the sandbox's own media lead straight to them. Others on this machine are fetched, as the real API
 * would fetch them; everything else becomes a stand-in that is drawn from the address. `own` are the origins under
 * which the sandbox itself is known.
 */
export function createReferences(deps: {
  renderer: Renderer;
  mediaFiles: MediaFiles;
  guesses: Guesses;
  fetch: typeof globalThis.fetch;
  own: () => string[];
  token: () => string;
  signal: AbortSignal;
}) {
  const { renderer, mediaFiles, guesses } = deps;

  async function load(url: URL): Promise<Source> {
    const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(patience)]);
    const response = await deps.fetch(url, { signal, redirect: 'error' });
    if (!response.ok) throw new Error(`it was answered with ${response.status}`);
    const bytes = await readUpTo(response, largest);
    const kind = await pictureType(bytes);
    if (!kind) throw new Error('it is not a picture');
    const token = deps.token();
    await mediaFiles.put(token, [{ name: `reference.${kind.extension}`, type: kind.type, bytes }], false);
    renderer.add(token, { kind: 'upload', name: `reference.${kind.extension}` });
    return { media: token, fetched: true };
  }

  /** Throws `Problem` 400 when the address is none, or leads to no picture on this machine. */
  return async function resolve(address: string, field: string): Promise<Source> {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new Problem(400, `${field} must hold http or https addresses`, `validation: ${field}`);
    }
    const token = /\/media\/([\w-]+)\//.exec(url.pathname)?.[1];
    if (token && renderer.has(token) && (deps.own().includes(url.origin) || loopback.test(url.hostname))) {
      return { media: token };
    }
    if (!guesses.fetchesLoopback || !loopback.test(url.hostname)) return { address };
    try {
      return await load(url);
    } catch (error) {
      if (!guesses.rejectsUnreachableReferences) return { address };
      const why = error instanceof Error ? error.message : 'unknown';
      throw new Problem(400, `The picture at ${address} in ${field} could not be fetched`, `reference: ${why}`);
    }
  };
}

async function readUpTo(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new Error(`it is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
