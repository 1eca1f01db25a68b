/** Opens the PhotoGPT client twice: as it is, and behind the API rate that all replicas of a key share. */

import type { Clock } from '../concurrency/clock.ts';
import { createPhotoGPT, type PhotoGPT } from '../photogpt/client.ts';
import type { ResponseEvent } from '../photogpt/wire/exchange.ts';
import type { Send } from '../photogpt/wire/send.ts';
import { type ApiRate, createApiRate, type TakeCalls, withinApiRate } from './state/api-rate.ts';
import { requestTimeoutMs } from './timings.ts';

/** The parts of both clients. */
export type ApiAccessParts = {
  /** `perSecond` is the limit of requests a second for all processes with the key. No limit without it. */
  photogpt: { key: string; url: string; perSecond?: number };
  take: TakeCalls;
  version: string;
  fetch: typeof globalThis.fetch;
  send?: Send;
  onResponse(event: ResponseEvent): void;
  clock: Clock;
  random: () => number;
};

/** `unlimited` is for callers that take their calls from `apiRate` themselves. All other callers use `api`. */
export type ApiAccess = { unlimited: PhotoGPT; api: PhotoGPT; apiRate: ApiRate };

/** Returns both clients and the rate between them. */
export function createApiAccess(parts: ApiAccessParts): ApiAccess {
  const { photogpt, take, version, clock, random } = parts;
  const unlimited = createPhotoGPT({
    key: photogpt.key,
    baseUrl: photogpt.url,
    fetch: parts.fetch,
    send: parts.send,
    timeout: requestTimeoutMs,
    userAgent: `photogpt-bot/${version}`,
    onResponse: parts.onResponse,
    clock,
    random,
  });
  const apiRate = createApiRate({ rate: photogpt.perSecond, take, clock, random });
  return { unlimited, api: withinApiRate(unlimited, apiRate), apiRate };
}
