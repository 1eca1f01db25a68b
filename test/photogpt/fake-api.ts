/** A small HTTP server that says what a test tells it to and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { createPhotoGPT } from '../../src/photogpt/client.ts';
import { PhotoGPTError } from '../../src/photogpt/error.ts';
import { createLeanSend } from '../../src/photogpt/wire/lean-send.ts';

type Asked = { verb: string; url: string; headers: IncomingHttpHeaders; body: Buffer };
type Answer = (response: ServerResponse, asked: Asked) => void;

/** An answer in JSON. */
export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** An answer in anything else. */
export const raw =
  (body: string, status: number, headers: Record<string, string> = { 'content-type': 'text/html' }): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

export const ok = (result: unknown) => json({ status: 'OK', result });

/** The API's error envelope. */
export const nok = (message: string, status: number, headers: Record<string, string> = {}, err = '') =>
  json({ status: 'NOK', message, err, result: null }, status, headers);

/** A server on a free port that gives `answers` in turn, and the last one for good. It ends with the test. */
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
  if (address === null || typeof address === 'string') throw new Error('the far end has no port');
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${address.port}/api`, asked, close };
}

/** A clock that only moves when somebody sleeps, and what was slept. */
export function movedClock(start = Date.UTC(2026, 2, 4, 10)) {
  let now = start;
  const slept: number[] = [];
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
    now += milliseconds;
  };
  return { now: () => now, sleep, slept };
}

export const key = 'pgpt-live/5up3r+s3cret';

type Settings = Partial<Parameters<typeof createPhotoGPT>[0]>;

/**
 * Makes clients for the far end at a base URL. They send with `send`, or through `fetch` where that is undefined or they
 * are given another; `random` at its upper end makes waits predictable.
 */
const clientsOver =
  (send: Settings['send']) =>
  (baseUrl: string, settings: Settings = {}) =>
    createPhotoGPT({
      ...{ key, baseUrl, fetch, clock: movedClock(), random: () => 1, send: settings.fetch ? undefined : send },
      ...settings,
    });

/** A client that sends as the bot does. */
export const clientFor = clientsOver(createLeanSend(fetch));

/** Both ways in which a client can send: what it promises holds in each. */
export const ways = [
  { way: 'as the bot sends', clientFor },
  { way: 'through fetch', clientFor: clientsOver(undefined) },
];

/** What a call rejected with. */
export async function failure(call: Promise<unknown>): Promise<PhotoGPTError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PhotoGPTError)) throw new Error(`expected a PhotoGPTError, got ${inspect(error)}`);
  return error;
}
