/** Makes every call of Slack's Web API, below the limits of `rate-limit.ts`. `slack-error.ts` reads its errors. */
import { type FetchFunction, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import type { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { BoltLog } from '../bolt-log.ts';
import type { Credentials } from '../install/credentials.ts';
import { maxRetryAfterSeconds, webCallTimeoutMs } from '../timings.ts';
import type { RateLimit } from './rate-limit.ts';

/** Times that a call is made again after Slack turned it away for its rate. Such a call had no effect. */
const maxRepeats = 2;

/** Workspaces whose scopes are remembered. */
const maxWorkspaces = 5_000;

type Parts = { apiUrl?: string; credentials: Credentials; rateLimit: RateLimit; fetch?: FetchFunction; log: BoltLog };

/** `channel` is given for what appears there as a new message. */
type CallOptions = { channel?: string; signal?: AbortSignal };

/** Slack's Web API, as the adapter calls it. */
export type Web = {
  /**
   * Calls a method. `tenant` decides the token and the rate limit, and `answer` the shape of what comes back. Rejects
   * with the errors of Slack's client (`slack-error.ts` reads them), or if the answer has another shape.
   */
  call<S extends z.ZodType>(
    tenant: string,
    method: string,
    args: Record<string, unknown>,
    answer: S,
    options?: CallOptions,
  ): Promise<z.output<S>>;
  /** Returns whether the workspace has granted a scope. False until it has answered any call. */
  hasScope(tenant: string, scope: string): boolean;
};

/**
 * Returns the Web API. Only a call that was turned away for its rate is made again. By default, Slack's client repeats
 * a message after a 503, and people then see it twice, so its own repeats are off.
 */
export function createWeb({ apiUrl, credentials, rateLimit, fetch, log }: Parts): Web {
  const client = new WebClient(undefined, {
    slackApiUrl: apiUrl,
    fetch,
    logger: log,
    timeout: webCallTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  });
  /** The scopes of each workspace, which Slack sends with every answer. */
  const scopesByTenant = createBoundedMap<string, ReadonlySet<string>>({ maxEntries: maxWorkspaces });

  /** Makes a call once. Remembers the workspace's scopes. */
  async function callOnce(tenant: string, method: string, args: Record<string, unknown>, options: CallOptions) {
    const token = await credentials.token(tenant);
    await rateLimit.acquire(tenant, method, options.channel, options.signal);
    const answer = await client.apiCall(method, { ...args, token });
    const scopes = answer.response_metadata?.scopes;
    if (scopes) scopesByTenant.set(tenant, new Set(scopes));
    return answer;
  }

  return {
    async call(tenant, method, args, answer, options = {}) {
      for (let repeatsLeft = maxRepeats; ; repeatsLeft -= 1) {
        try {
          return answer.parse(await callOnce(tenant, method, args, options));
        } catch (error) {
          if (!(error instanceof WebAPIRateLimitedError)) throw error;
          rateLimit.pause(tenant, method, error.retryAfter);
          if (repeatsLeft === 0 || error.retryAfter > maxRetryAfterSeconds) throw error;
        }
      }
    },
    hasScope: (tenant, scope) => scopesByTenant.get(tenant)?.has(scope) ?? false,
  };
}
