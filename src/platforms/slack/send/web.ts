/** Slack's Web API as this adapter calls it: paced, never repeated on its own, answers parsed where they enter. */
import { type FetchFunction, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import type { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { BoltLog } from '../bolt-log.ts';
import type { Credentials } from '../install/credentials.ts';
import { maxRetryAfterSeconds, webCallTimeoutMs } from '../timings.ts';
import type { RateLimit } from './rate-limit.ts';

const repeats = 2;
/** Workspaces whose scopes are remembered. */
const maxWorkspaces = 5_000;

type Parts = { apiUrl?: string; credentials: Credentials; rateLimit: RateLimit; fetch?: FetchFunction; log: BoltLog };

export type Web = ReturnType<typeof createWeb>;

/**
 * `tenant` decides the token and the buckets. Rejects with the errors of Slack's client (see read-error.ts). The client
 * repeats nothing: by default it sends a message again after a 503, and people then see it twice. Only what was turned
 * away for its rate is made again here.
 */
export function createWeb({ apiUrl, credentials, rateLimit, fetch, log }: Parts) {
  const client = new WebClient(undefined, {
    slackApiUrl: apiUrl,
    fetch,
    logger: log,
    timeout: webCallTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  });

  /** What each workspace has granted, as Slack says with every answer. */
  const granted = createBoundedMap<string, ReadonlySet<string>>({ maxEntries: maxWorkspaces });

  function learn(tenant: string, scopes: readonly string[] | undefined): void {
    if (scopes) granted.set(tenant, new Set(scopes));
  }

  /** One call. `channel` is given for what appears as a new message there. */
  async function call<S extends z.ZodType>(
    tenant: string,
    method: string,
    args: Record<string, unknown>,
    answer: S,
    { channel, signal }: { channel?: string; signal?: AbortSignal } = {},
  ): Promise<z.output<S>> {
    for (let left = repeats; ; left -= 1) {
      const token = await credentials.token(tenant);
      await rateLimit.turn(tenant, method, channel, signal);
      try {
        const given = await client.apiCall(method, { ...args, token });
        learn(tenant, given.response_metadata?.scopes);
        return answer.parse(given);
      } catch (error) {
        if (!(error instanceof WebAPIRateLimitedError)) throw error;
        rateLimit.pause(tenant, method, error.retryAfter);
        if (left === 0 || error.retryAfter > maxRetryAfterSeconds) throw error;
      }
    }
  }

  return {
    call,
    /** Whether the workspace has granted a scope; false until it has answered anything. */
    may: (tenant: string, scope: string) => granted.get(tenant)?.has(scope) ?? false,
  };
}
