/** Fetches a file from an address that somebody else chose: streamed, measured, and never from a private network. */
import { open as openFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { isPublic, type Resolve } from './addresses.ts';
import { createGuardedAgent } from './guarded.ts';

/**
 * Why a file cannot be had. `gone` is for good (404, 410, 403), `too large` too; after `trouble` another try makes
 * sense.
 */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly kind: 'gone' | 'too large' | 'forbidden' | 'trouble';

  constructor(kind: DownloadError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** Writes what stands at `url` into the file `to` and returns how many bytes it has. */
export type Download = (url: string, to: string, limit: number, signal: AbortSignal) => Promise<number>;

const mostRedirects = 3;
/** Nothing arriving for that long is a broken connection, in milliseconds. */
const silence = 30_000;

/**
 * Writes `body` into the file `to` and returns how many bytes it has. Throws `DownloadError` above `limit` bytes.
 *
 * The file is open before the first byte is read, and closed before this settles. A file that were still being opened
 * then would appear after its caller had removed it.
 */
async function save(body: Readable, to: string, limit: number, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  async function* measured() {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > limit) throw new DownloadError('too large', `more than ${limit} bytes`);
      yield chunk;
    }
  }
  // Until the file is open nothing reads, and a broken connection without a listener would end the process.
  body.on('error', () => undefined);
  try {
    const file = await openFile(to, 'w');
    try {
      await writeFile(file, measured(), { signal });
    } finally {
      await file.close();
    }
  } finally {
    body.destroy();
  }
  return bytes;
}

/**
 * `loopback` allows this machine's own addresses as well: for the sandbox, and for nothing else. Every redirect is
 * checked like the first address. Throws `DownloadError`.
 */
export function createDownload({ loopback, resolve }: { loopback: boolean; resolve?: Resolve }): {
  download: Download;
  close(): Promise<void>;
} {
  const timeouts = { connectTimeout: 10_000, headersTimeout: silence, bodyTimeout: silence };
  const open = new Agent(timeouts);
  const guarded = createGuardedAgent(timeouts, resolve);

  function agentFor(url: URL): Agent {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (loopback && (host === '127.0.0.1' || host === '::1' || host === 'localhost')) return open;
    // Said at once, because what a socket says could as well be a bad day of the network.
    if (isIP(host) && !isPublic(host)) throw new DownloadError('forbidden', 'that address is not public');
    return guarded;
  }

  async function fetchInto(url: URL, to: string, limit: number, signal: AbortSignal, hops: number): Promise<number> {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new DownloadError('forbidden', 'not a web address');
    const { statusCode, headers, body } = await request(url, { dispatcher: agentFor(url), signal });
    const { location } = headers;
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      await body.dump();
      if (hops === mostRedirects) throw new DownloadError('trouble', 'redirected too often');
      return fetchInto(new URL(location, url), to, limit, signal, hops + 1);
    }
    if (statusCode !== 200) {
      await body.dump();
      const kind = [403, 404, 410].includes(statusCode) ? 'gone' : 'trouble';
      throw new DownloadError(kind, `the file’s server answered ${statusCode}`);
    }
    const bytes = await save(body, to, limit, signal);
    const declared = Number(headers['content-length'] ?? bytes);
    if (declared !== bytes) throw new DownloadError('trouble', `${bytes} of ${declared} bytes arrived`);
    return bytes;
  }

  return {
    async download(url, to, limit, signal) {
      if (!URL.canParse(url)) throw new DownloadError('forbidden', 'not a web address');
      try {
        return await fetchInto(new URL(url), to, limit, signal, 0);
      } catch (error) {
        if (error instanceof DownloadError) throw error;
        throw new DownloadError('trouble', 'the file did not arrive', error);
      }
    },
    close: async () => {
      await Promise.all([open.close(), guarded.close()]);
    },
  };
}
