/** Which token speaks for the bot in which workspace, and how it is renewed before it ends. */
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { BoltLog } from '../bolt-log.ts';
import { notInstalled } from '../sentences.ts';
import { minTokenLifeSeconds, tokenCacheMs, tokenRenewalLeaseMs, tokenRequestTimeoutMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';
import type { Installations, Installed } from './installations.ts';

/**
 * `token` rejects with `Refused` when the bot is not installed there. `belongs` is told which organisation’s installation
 * speaks for a workspace; `removed`, that the bot is not there any more, and gives every workspace that this is true of.
 */
export type Credentials = {
  token(tenant: string): Promise<string>;
  belongs(team: string, organisation: string): void;
  removed(tenant: string): Promise<string[]>;
};

/** One workspace, one token. */
export const fixedCredentials = (token: string): Credentials => ({
  token: async () => token,
  belongs: () => undefined,
  removed: async (tenant) => [tenant],
});

/** Workspaces whose token, and whose organisation, is remembered. */
const maxWorkspaces = 5_000;

const renewed = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

type Parts = {
  installations: Installations;
  ttlStore: TtlStore;
  client: { clientId: string; clientSecret: string; apiUrl: string; fetch: typeof globalThis.fetch; log: BoltLog };
  clock: Clock;
};

/** Many workspaces. Every process renews tokens, whether it hears from Slack or only posts. */
export function installedCredentials({ installations, ttlStore, client, clock }: Parts): Credentials {
  const { clientId, clientSecret, apiUrl, fetch, log } = client;
  const known = createBoundedMap<string, Installed>({ maxEntries: maxWorkspaces, ttlMs: tokenCacheMs, clock });
  const told = createBoundedMap<string, { organisation: string; noted: Promise<void> }>({ maxEntries: maxWorkspaces });
  const web = new WebClient(undefined, {
    slackApiUrl: apiUrl,
    fetch,
    logger: log,
    timeout: tokenRequestTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });

  /** Only one process exchanges a token: Slack honours each of them once. The others go on with the old one. */
  async function renew(entry: Installed): Promise<Installed> {
    const { tenant, refresh, expires = 0 } = entry;
    if (!refresh || !(await ttlStore.claim(`renewal/${tenant}/${expires}`, tokenRenewalLeaseMs))) return entry;
    try {
      const grant = { grant_type: 'refresh_token', refresh_token: refresh };
      const answer = await web.apiCall('oauth.v2.access', {
        client_id: clientId,
        client_secret: clientSecret,
        ...grant,
      });
      const { access_token: token, refresh_token, expires_in } = renewed.parse(answer);
      const next = { tenant, token, refresh: refresh_token, expires: Math.floor(clock.now() / 1000) + expires_in };
      await installations.save(next);
      return next;
    } catch {
      log.warn(`the token of ${tenant} could not be renewed; it is tried again in a minute`);
      return entry;
    }
  }

  async function find(tenant: string): Promise<Installed> {
    const before = known.get(tenant);
    if (before) return before;
    await told.get(tenant)?.noted;
    const found = await installations.find(tenant);
    if (!found) throw new UndeliverableError(notInstalled);
    const isEnding = found.expires !== undefined && found.expires - clock.now() / 1000 < minTokenLifeSeconds;
    const entry = isEnding ? await renew(found) : found;
    known.set(tenant, entry);
    return entry;
  }

  return {
    token: async (tenant) => (await find(tenant)).token,
    belongs(team, organisation) {
      if (told.get(team)?.organisation === organisation) return;
      const noted = installations.belongs(team, organisation).catch(() => {
        told.delete(team);
        log.warn(`it could not be noted that ${team} belongs to ${organisation}`);
      });
      told.set(team, { organisation, noted });
    },
    async removed(tenant) {
      const gone = await installations.remove(tenant);
      for (const each of gone) {
        known.delete(each);
        told.delete(each);
      }
      return gone;
    },
  };
}
