/**
 * The API as an object with one method per operation. Reads are retried, writes never are, and every call ends in time.
 */
import type { z } from 'zod';
import { PhotoGPTError } from './error.ts';
import { type Operation, operations } from './operations.ts';
import { firstRetryWaitMs, maxRetryWaitMs } from './timings.ts';
import { createExchange, type ResponseEvent } from './wire/exchange.ts';
import { type Send, sendThrough } from './wire/send.ts';

/** The parts of a client. */
type Options = {
  /** The bearer key. */
  key: string;
  baseUrl?: string;
  fetch: typeof globalThis.fetch;
  /** Sends the requests. Without it, they go through `fetch`. */
  send?: Send;
  /** Time for the waits between retries. */
  clock: { now(): number; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> };
  /** From 0 to 1. Spreads the waits between retries. */
  random: () => number;
  userAgent?: string;
  /** Milliseconds that cap the time limit of every operation. */
  timeout?: number;
  /** Called after every attempt. */
  onResponse?: (event: ResponseEvent) => void;
};

/** Attempts to read, the first one included. */
const maxReadAttempts = 4;

type Operations = typeof operations;
type InputOf<O> = O extends Operation<infer Input, z.ZodType> ? Input : never;

/**
 * How one call is made. With `patient: false`, a call that meets the rate limit fails at once, so that the caller can
 * hold back all its calls. Otherwise it waits and tries again.
 */
type CallOptions = { signal?: AbortSignal; patient?: boolean };
type Method<Input, Result> =
  Record<string, never> extends Input
    ? (input?: Input, options?: CallOptions) => Promise<Result>
    : (input: Input, options?: CallOptions) => Promise<Result>;

/** One method per operation. Each throws only `PhotoGPTError`. Times in results are epoch milliseconds. */
export type PhotoGPT = {
  [Name in keyof Operations]: Method<InputOf<Operations[Name]>, z.output<Operations[Name]['answer']>>;
};

/**
 * Returns a client, which connects with its first call. Throws a plain Error when the key or the base URL cannot be
 * used. The message does not repeat the key.
 */
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
  const exchange = createExchange({ wire, send, now: () => clock.now(), maxTimeoutMs: timeout, onResponse });

  async function call(
    name: string,
    operation: Operation<object, z.ZodType>,
    input: object,
    { signal, patient = true }: CallOptions,
  ) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await exchange(name, operation, input, signal);
      } catch (error) {
        const isLast = operation.effect === 'write' || attempt === maxReadAttempts || signal?.aborted;
        const waitMs = isLast ? undefined : retryWaitMs(error, attempt, patient);
        if (waitMs === undefined) throw error;
        await clock.sleep(waitMs, signal);
      }
    }
  }

  /** Returns the milliseconds to wait after a failed attempt. Undefined when another attempt should not be made. */
  function retryWaitMs(error: unknown, attempt: number, patient: boolean): number | undefined {
    if (!(error instanceof PhotoGPTError) || !mayPass(error)) return undefined;
    if (error.reason === 'rate' && !patient) return undefined;
    const waitMs = error.retryAfterMs ?? random() * firstRetryWaitMs * 2 ** (attempt - 1);
    return waitMs > maxRetryWaitMs ? undefined : waitMs;
  }

  const methods = Object.entries(operations).map(([name, operation]) => [
    name,
    // The table's entries differ in their input, and the type of the method holds each to its own.
    (input: object = {}, options: CallOptions = {}) =>
      call(name, operation as Operation<object, z.ZodType>, input, options),
  ]);
  return Object.fromEntries(methods) as PhotoGPT;
}

/** Whether another attempt within seconds may help. A conflict lasts as long as something else does. */
const mayPass = ({ verdict, reason }: PhotoGPTError): boolean =>
  (verdict === 'busy' && reason !== 'conflict') || (verdict === 'broken' && reason !== 'unreadable');
