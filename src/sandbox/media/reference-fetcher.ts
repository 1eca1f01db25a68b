/** Fetches the pictures behind the addresses of references, from this machine only. */
import type { Guesses } from '../guesses.ts';
import { Problem } from '../http/problem.ts';
import { referenceTimeoutMs } from '../timings.ts';
import type { MediaFiles } from './media-files.ts';
import { pictureType } from './picture-type.ts';
import type { Renderer, Source } from './renderer.ts';

/**
 * Returns the source behind the address of a reference. Throws `Problem` 400 for an address that is none or
 * unreachable.
 */
export type ReferenceFetcher = ReturnType<typeof createReferenceFetcher>;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const maxReferenceBytes = 20 * 1024 * 1024;

/**
 * Returns the fetcher. Addresses of the sandbox's own media lead straight to them. It fetches others on this machine,
 * as the real API would. For all others, the renderer draws a placeholder after the address. `own` returns the origins
 * of the sandbox itself.
 */
export function createReferenceFetcher(deps: {
  renderer: Renderer;
  mediaFiles: MediaFiles;
  guesses: Guesses;
  fetch: typeof globalThis.fetch;
  own: () => string[];
  token: () => string;
  signal: AbortSignal;
}) {
  const { renderer, mediaFiles, guesses } = deps;

  return async function fetchReference(address: string, field: string): Promise<Source> {
    const url = readAddress(address, field);
    const media = ownMedia(url);
    if (media) return { media };
    if (!guesses.fetchesLoopback || !loopback.test(url.hostname)) return { address };
    try {
      return await download(url);
    } catch (error) {
      if (!guesses.rejectsUnreachableReferences) return { address };
      const why = error instanceof Error ? error.message : 'unknown';
      throw new Problem(400, `The picture at ${address} in ${field} could not be fetched`, `reference: ${why}`);
    }
  };

  function readAddress(address: string, field: string): URL {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new Problem(400, `${field} must hold http or https addresses`, `validation: ${field}`);
    }
    return url;
  }

  /** Returns the token when the address is one of the sandbox's own media. */
  function ownMedia(url: URL): string | undefined {
    const token = /\/media\/([\w-]+)\//.exec(url.pathname)?.[1];
    const isOurs = deps.own().includes(url.origin) || loopback.test(url.hostname);
    return token && renderer.has(token) && isOurs ? token : undefined;
  }

  async function download(url: URL): Promise<Source> {
    const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(referenceTimeoutMs)]);
    const response = await deps.fetch(url, { signal, redirect: 'error' });
    if (!response.ok) throw new Error(`it was answered with ${response.status}`);
    const bytes = await readUpTo(response, maxReferenceBytes);
    const kind = await pictureType(bytes);
    if (!kind) throw new Error('it is not a picture');
    const token = deps.token();
    const name = `reference.${kind.extension}`;
    await mediaFiles.put(token, [{ name, type: kind.type, bytes }], 'drawn');
    renderer.add(token, { kind: 'upload', name });
    return { media: token, fetched: true };
  }
}

/** Returns the body. Throws an Error when it is larger than `maxBytes`. */
async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
