/** Fetches a file from an address that others chose: streamed, measured, and never from a private network. */
import { open as openFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { connectTimeoutMs, silenceTimeoutMs } from '../timings.ts';
import { isPublic, type Resolve } from './addresses.ts';
import { createPublicAgent } from './guarded.ts';

/**
 * The reason why a file cannot be had.
 *
 * - `gone`: its server does not give it (403, 404, 410). For good.
 * - `too large`: it is above the limit. For good.
 * - `forbidden`: the address is not on the public internet.
 * - `trouble`: anything else. Another attempt makes sense.
 */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly kind: 'gone' | 'too large' | 'forbidden' | 'trouble';

  constructor(kind: DownloadError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/**
 * Writes the file at `url` into the file `to`, and resolves with its bytes. Rejects with `DownloadError`, and may then
 * leave a part of the file. `limit` is in bytes.
 */
export type Download = (url: string, to: string, limit: number, signal: AbortSignal) => Promise<number>;

/** Most redirects that are followed. */
const maxRedirects = 3;

/** Statuses of a server that does not give the file, now or later. */
const goneStatuses = [403, 404, 410];

/**
 * Returns `download`, and `close`, which ends its connections. `loopback` allows this machine's own addresses as well: for
 * the sandbox, and for nothing else. Every redirect is checked like the first address.
 */
export function createDownload({ loopback, resolve }: { loopback: boolean; resolve?: Resolve }): {
  download: Download;
  close(): Promise<void>;
} {
  const timeouts = {
    connectTimeout: connectTimeoutMs,
    headersTimeout: silenceTimeoutMs,
    bodyTimeout: silenceTimeoutMs,
  };
  const unguarded = new Agent(timeouts);
  const guarded = createPublicAgent(timeouts, resolve);

  /** Returns the agent for an address. Throws `DownloadError` when the address may not be fetched. */
  function agentFor(url: URL): Agent {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new DownloadError('forbidden', 'not a web address');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (loopback && (host === '127.0.0.1' || host === '::1' || host === 'localhost')) return unguarded;
    // Said at once, because an error of a socket could as well be trouble with the network.
    if (isIP(host) && !isPublic(host)) throw new DownloadError('forbidden', 'that address is not public');
    return guarded;
  }

  async function fetchInto(url: URL, to: string, limit: number, signal: AbortSignal, hops: number): Promise<number> {
    const response = await request(url, { dispatcher: agentFor(url), signal });
    const location = redirectOf(response);
    if (location !== undefined) {
      await response.body.dump();
      if (hops === maxRedirects) throw new DownloadError('trouble', 'redirected too often');
      return fetchInto(new URL(location, url), to, limit, signal, hops + 1);
    }
    if (response.statusCode !== 200) {
      await response.body.dump();
      const kind = goneStatuses.includes(response.statusCode) ? 'gone' : 'trouble';
      throw new DownloadError(kind, `the file’s server answered ${response.statusCode}`);
    }
    const bytes = await save(response.body, to, limit, signal);
    const declared = Number(response.headers['content-length'] ?? bytes);
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
      await Promise.all([unguarded.close(), guarded.close()]);
    },
  };
}

/** Returns the address that a response leads to. Undefined when it leads nowhere. */
function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  const isRedirect = statusCode >= 300 && statusCode < 400;
  return isRedirect && typeof headers.location === 'string' ? headers.location : undefined;
}

/**
 * Writes `body` into the file `to` and returns how many bytes it has. Throws `DownloadError` above `limit` bytes.
 *
 * The file is open before the first byte is read, and closed before this settles. A file that was still being opened
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
