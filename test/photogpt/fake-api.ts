/** A fake of the API: an HTTP server that gives the answers of a test and records the requests. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { createPhotoGPT } from '../../src/photogpt/client.ts';
import { PhotoGPTError } from '../../src/photogpt/error.ts';
import { createLeanSend } from '../../src/photogpt/wire/lean-send.ts';

type Asked = { verb: string; url: string; headers: IncomingHttpHeaders; body: Buffer };
type Answer = (response: ServerResponse, asked: Asked) => void;

/** Returns an answer in JSON. */
export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** Returns an answer with any text, HTML by default. */
export const raw =
  (body: string, status: number, headers: Record<string, string> = { 'content-type': 'text/html' }): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** Returns a successful answer. */
export const ok = (result: unknown) => json({ status: 'OK', result });

/** Returns an answer with the API's error envelope. */
export const nok = (message: string, status: number, headers: Record<string, string> = {}, err = '') =>
  json({ status: 'NOK', message, err, result: null }, status, headers);

/** Starts a server on a free port. It gives `answers` in turn, and repeats the last one. It stops with the test. */
export async function fakeApi(...answers: Answer[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { verb: method, url, headers, body: Buffer.concat(chunks) };
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(seen);
      answer?.(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake API has no port');
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${address.port}/api`, asked, close };
}

/** Returns a clock that moves only with a sleep. `slept` lists the sleeps in milliseconds. */
export function movedClock(start = Date.UTC(2026, 2, 4, 10)) {
  let now = start;
  const slept: number[] = [];
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
    now += milliseconds;
  };
  return { now: () => now, sleep, slept };
}

/** A key with characters that JSON and URLs escape. */
export const key = 'pgpt-live/5up3r+s3cret';

type Settings = Partial<Parameters<typeof createPhotoGPT>[0]>;

/**
 * Returns a maker of clients for a base URL. They send with `send`. They send through `fetch` when `send` is undefined
 * or the settings have a `fetch`. `random` at its upper end makes waits predictable.
 */
const clientsOver =
  (send: Settings['send']) =>
  (baseUrl: string, settings: Settings = {}) =>
    createPhotoGPT({
      key,
      baseUrl,
      fetch,
      clock: movedClock(),
      random: () => 1,
      send: settings.fetch ? undefined : send,
      ...settings,
    });

/** Returns a client that sends as the bot does. */
export const clientFor = clientsOver(createLeanSend(fetch));

/** Both ways in which a client can send. Its promises hold in each. */
export const ways = [
  { way: 'as the bot sends', clientFor },
  { way: 'through fetch', clientFor: clientsOver(undefined) },
];

/** Returns the error with which a call rejects. Throws when it is no `PhotoGPTError`. */
export async function failure(call: Promise<unknown>): Promise<PhotoGPTError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PhotoGPTError)) throw new Error(`expected a PhotoGPTError, got ${inspect(error)}`);
  return error;
}
