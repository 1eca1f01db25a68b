/** The API as an object with one method per operation: reads are retried, writes never are, everything ends in time. */
import type { z } from 'zod';
import { PhotoGPTError } from './error.ts';
import { type Operation, operations } from './operations.ts';
import { createExchange, type ResponseEvent } from './wire/exchange.ts';
import { type Send, sendThrough } from './wire/send.ts';

/**
 * `key` is the bearer key. `timeout` (milliseconds) caps every operation's own. Requests leave through `send`, waits between
 * retries go through `clock`, and `random` (0 to 1) spreads them. `onResponse` hears of every attempt.
 */
type Options = {
  key: string;
  baseUrl?: string;
  fetch: typeof globalThis.fetch;
  /** Through `fetch`, where none is given. */
  send?: Send;
  clock: { now(): number; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> };
  random: () => number;
  userAgent?: string;
  timeout?: number;
  onResponse?: (event: ResponseEvent) => void;
};

/** A read is asked at most this often; the waits between are random within 0.5, 1 and 2 seconds. */
const attempts = 4;
const firstWait = 500;
/** A longer `Retry-After` is the caller's business: it is told at once, and can do other things meanwhile. */
const longestWait = 20_000;

type Operations = typeof operations;
type InputOf<O> = O extends Operation<infer Input, z.ZodType> ? Input : never;
/** Who is not `patient` is told at once when there are too many requests, and can keep everybody quiet. */
type CallOptions = { signal?: AbortSignal; patient?: boolean };
type Method<Input, Result> =
  Record<string, never> extends Input
    ? (input?: Input, options?: CallOptions) => Promise<Result>
    : (input: Input, options?: CallOptions) => Promise<Result>;

/** One method per operation. Each throws only `PhotoGPTError`. Times in results are epoch milliseconds. */
export type PhotoGPT = {
  [Name in keyof Operations]: Method<InputOf<Operations[Name]>, z.output<Operations[Name]['answer']>>;
};

/** Connects to nothing yet; throws a plain Error when the key or the base URL cannot be used, without repeating the key. */
export function createPhotoGPT({
  key,
  baseUrl = 'https://developer.photogptai.com/api',
  fetch,
  send = sendThrough(fetch),
  clock,
  random,
  userAgent = 'photogpt-bot/0.1',
  timeout = Number.POSITIVE_INFINITY,
  onResponse,
}: Options): PhotoGPT {
  // A header cannot hold other characters, and the error fetch would throw quotes the whole header.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error('The PhotoGPT key is empty or has characters no key has.');
  if (!URL.canParse(baseUrl)) throw new Error('The PhotoGPT base URL is not a URL.');
  const wire = { base: baseUrl.replace(/\/+$/, ''), key, userAgent };
  const exchange = createExchange({ wire, send, now: () => clock.now(), timeout, onResponse });

  async function call(
    name: string,
    operation: Operation<object, z.ZodType>,
    input: object,
    { signal, patient = true }: CallOptions,
  ) {
    for (let tried = 1; ; tried++) {
      try {
        return await exchange(name, operation, input, signal);
      } catch (error) {
        if (operation.effect === 'write' || tried === attempts || signal?.aborted) throw error;
        if (!(error instanceof PhotoGPTError) || !mayPass(error)) throw error;
        if (error.reason === 'rate' && !patient) throw error;
        const wait = error.retryAfter ?? random() * firstWait * 2 ** (tried - 1);
        if (wait > longestWait) throw error;
        await clock.sleep(wait, signal);
      }
    }
  }

  const methods = Object.entries(operations).map(([name, operation]) => [
    name,
    // The table's entries differ in their input, and the type of the method holds each to its own.
    (input: object = {}, options: CallOptions = {}) =>
      call(name, operation as Operation<object, z.ZodType>, input, options),
  ]);
  return Object.fromEntries(methods) as PhotoGPT;
}

/** Whether asking again within seconds may help: a conflict lasts as long as something else does. */
const mayPass = ({ verdict, reason }: PhotoGPTError): boolean =>
  (verdict === 'busy' && reason !== 'conflict') || (verdict === 'broken' && reason !== 'unreadable');
