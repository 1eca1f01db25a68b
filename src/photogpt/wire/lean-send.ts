/** A way of sending that takes a tenth of the processor time of `fetch`: most of ours was spent in its streams and signals. */
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { getGlobalDispatcher, util } from 'undici';
import { createArriving } from './arriving.ts';
import { type Incoming, type Send, sendThrough } from './send.ts';

/** Packing is not asked for: unpacking takes more than the bytes that it saves. Some may send it all the same. */
const unpackers = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

function unpacked(body: AsyncIterable<Uint8Array>, encoding: string | null): AsyncIterable<Uint8Array> {
  const unpack = unpackers.get(encoding?.trim().toLowerCase() ?? '');
  // Who reads it hears of errors in either.
  return unpack ? pipeline(body, unpack(), () => {}) : body;
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
 * Sends over the connections that the process' own `fetch` uses, so that an operator's proxy or agent is kept: 0.03 ms of
 * processor time for a call instead of 0.2. Forms, which are rare, go through `fetch`.
 *
 * In here, functions are methods: tsx names every other one each time that it is made, which takes 0.6 µs.
 */
export function createLeanSend(fetch: typeof globalThis.fetch): Send {
  const sendForm = sendThrough(fetch);
  return async (url, outgoing, deadline) => {
    const { method, headers, body } = outgoing;
    if (typeof body === 'object') return sendForm(url, outgoing, deadline);
    return new Promise((resolve, reject) => {
      let abort: ((reason: Error) => void) | undefined;
      let left: Error | undefined;
      const arriving = createArriving(() => sending.leave('the rest of the answer is not wanted'));

      // Undici's older way of reporting, because the runtime's own agents, one for proxies among them, know no other.
      const sending = {
        onConnect(cancel: (reason: Error) => void): void {
          abort = cancel;
          if (left) cancel(left);
        },
        onHeaders(status: number, raw: Buffer[]): boolean {
          // What comes before the answer proper, such as 103, is none.
          if (status < 200) return true;
          const told = headersOf(raw);
          const bytes = unpacked(arriving, told.get('content-encoding'));
          resolve({ status, ok: status < 300, headers: told, body: bytes });
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
        /** What still waits for a connection is taken back as soon as there is one. */
        leave(why: string): void {
          left = new Error(why);
          abort?.(left);
          sending.onError(left);
        },
      };
      deadline.onStop(() => sending.leave('the request was stopped'));
      const path = url.pathname + url.search;
      getGlobalDispatcher().dispatch({ origin: url.origin, path, method, headers, body }, sending);
    });
  };
}
