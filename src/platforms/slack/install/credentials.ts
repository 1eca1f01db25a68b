/**
 * Install: how the app gets into workspaces, and which token speaks for the bot there.
 *
 * `manifest.ts` and `manifest-scopes.ts` describe the app to Slack. `pages.ts` lets workspaces install it, and
 * `installations.ts` stores what Slack then gives, sealed by `seal.ts`. This file hands out tokens: one for all calls,
 * or one for each workspace, renewed before it ends.
 */
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { TtlStore } from '../../../chat.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { UndeliverableError } from '../../../errors/catalogue.ts';
import type { BoltLog } from '../bolt-log.ts';
import { notInstalled } from '../sentences.ts';
import { minTokenLifeSeconds, tokenCacheMs, tokenRenewalLeaseMs, tokenRequestTimeoutMs } from '../timings.ts';
import type { Installation, Installations } from './installations.ts';

/** The tokens of all workspaces. */
export type Credentials = {
  /** Returns the token of a workspace. Rejects with an `UndeliverableError` if the bot is not installed there. */
  token(tenant: string): Promise<string>;
  /** Notes that an organisation's installation speaks for a workspace. Returns at once, and never throws. */
  linkToOrganisation(team: string, organisation: string): void;
  /** Forgets a workspace or organisation that removed the bot. Returns every workspace without an installation now. */
  remove(tenant: string): Promise<string[]>;
};

/** Returns the credentials of an app in one workspace, which has one token. */
export const fixedCredentials = (token: string): Credentials => ({
  token: async () => token,
  linkToOrganisation: () => undefined,
  remove: async (tenant) => [tenant],
});

/** Workspaces whose token, and whose organisation, is remembered. */
const maxWorkspaces = 5_000;

const renewedToken = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

type Parts = {
  installations: Installations;
  ttlStore: TtlStore;
  client: { clientId: string; clientSecret: string; apiUrl: string; fetch: typeof globalThis.fetch; log: BoltLog };
  clock: Clock;
};

/** Returns the credentials of an app in many workspaces. Every process renews tokens, even one that only posts. */
export function installedCredentials({ installations, ttlStore, client, clock }: Parts): Credentials {
  const { clientId, clientSecret, apiUrl, fetch, log } = client;
  const known = createBoundedMap<string, Installation>({ maxEntries: maxWorkspaces, ttlMs: tokenCacheMs, clock });
  const organisations = createBoundedMap<string, { organisation: string; stored: Promise<void> }>({
    maxEntries: maxWorkspaces,
  });
  const web = new WebClient(undefined, {
    slackApiUrl: apiUrl,
    fetch,
    logger: log,
    timeout: tokenRequestTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });

  /** Renews a token in one process, as Slack takes each refresh token once. All others go on with the old token. */
  async function renew(installation: Installation): Promise<Installation> {
    const { tenant, refresh, expires = 0 } = installation;
    if (!refresh || !(await ttlStore.claim(`renewal/${tenant}/${expires}`, tokenRenewalLeaseMs))) return installation;
    try {
      const answer = await web.apiCall('oauth.v2.access', {
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: 'refresh_token',
        refresh_token: refresh,
      });
      const { access_token: token, refresh_token, expires_in } = renewedToken.parse(answer);
      const next = { tenant, token, refresh: refresh_token, expires: Math.floor(clock.now() / 1000) + expires_in };
      await installations.save(next);
      return next;
    } catch {
      // The next call after the lease tries again.
      log.warn(`token renewal failed for ${tenant}`);
      return installation;
    }
  }

  async function find(tenant: string): Promise<Installation> {
    const before = known.get(tenant);
    if (before) return before;
    await organisations.get(tenant)?.stored;
    const found = await installations.find(tenant);
    if (!found) throw new UndeliverableError(notInstalled);
    const isEnding = found.expires !== undefined && found.expires - clock.now() / 1000 < minTokenLifeSeconds;
    const installation = isEnding ? await renew(found) : found;
    known.set(tenant, installation);
    return installation;
  }

  return {
    token: async (tenant) => (await find(tenant)).token,
    linkToOrganisation(team, organisation) {
      if (organisations.get(team)?.organisation === organisation) return;
      const stored = installations.linkToOrganisation(team, organisation).catch(() => {
        organisations.delete(team);
        log.warn(`organisation ${organisation} was not stored for ${team}`);
      });
      organisations.set(team, { organisation, stored });
    },
    async remove(tenant) {
      const removed = await installations.remove(tenant);
      for (const each of removed) {
        known.delete(each);
        organisations.delete(each);
      }
      return removed;
    },
  };
}
