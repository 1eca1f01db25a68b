/**
 * Sends requests at a tenth of the processor time of `fetch`, because more than half of the bot's was spent in its
 * streams and signals.
 */
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { getGlobalDispatcher, util } from 'undici';
import { createArriving } from './arriving.ts';
import { type Incoming, type Send, sendThrough } from './send.ts';

/**
 * Decompression by content encoding. Requests do not ask for any, as it costs more than it saves. Some servers compress
 * anyway.
 */
const decompressors = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

function decompressed(body: AsyncIterable<Uint8Array>, encoding: string | null): AsyncIterable<Uint8Array> {
  const decompress = decompressors.get(encoding?.trim().toLowerCase() ?? '');
  // The callback is empty because the reader of the stream gets the errors of both.
  return decompress ? pipeline(body, decompress(), () => {}) : body;
}

function headersOf(raw: Buffer[]): Incoming['headers'] {
  const headers = util.parseHeaders(raw);
  return {
    get(name) {
      const value = headers[name] ?? null;
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

/**
 * Returns a `Send` over the connections that the process' own `fetch` uses, which keeps an operator's proxy or agent. A
 * call takes 0.03 ms of processor time instead of 0.2. Forms, which are rare, go through `fetch`.
 *
 * The inner functions are methods, because tsx names every other function each time that it is made, which takes 0.6
 * µs.
 */
export function createLeanSend(fetch: typeof globalThis.fetch): Send {
  const sendForm = sendThrough(fetch);
  return async (url, outgoing, deadline) => {
    const { method, headers, body } = outgoing;
    if (typeof body === 'object') return sendForm(url, outgoing, deadline);
    return new Promise((resolve, reject) => {
      let abort: ((reason: Error) => void) | undefined;
      let abandoned: Error | undefined;
      const arriving = createArriving(() => sending.abandon('the rest of the answer is not wanted'));

      // Undici's older handler interface: the runtime's own agents, the one for proxies among them, know no other.
      const sending = {
        onConnect(cancel: (reason: Error) => void): void {
          abort = cancel;
          if (abandoned) cancel(abandoned);
        },
        onHeaders(status: number, raw: Buffer[]): boolean {
          // An informational answer, such as 103, comes before the answer proper.
          if (status < 200) return true;
          const parsed = headersOf(raw);
          const bytes = decompressed(arriving, parsed.get('content-encoding'));
          resolve({ status, ok: status < 300, headers: parsed, body: bytes });
          return true;
        },
        onData(piece: Buffer): boolean {
          arriving.push(piece);
          return true;
        },
        onComplete(): void {
          arriving.end();
        },
        onError(reason: Error): void {
          reject(reason);
          arriving.end(reason);
        },
        /** Gives up the request. Before there is a connection, undici cancels it as soon as there is one. */
        abandon(why: string): void {
          abandoned = new Error(why);
          abort?.(abandoned);
          sending.onError(abandoned);
        },
      };
      deadline.onStop(() => sending.abandon('the request was stopped'));
      const path = url.pathname + url.search;
      getGlobalDispatcher().dispatch({ origin: url.origin, path, method, headers, body }, sending);
    });
  };
}
