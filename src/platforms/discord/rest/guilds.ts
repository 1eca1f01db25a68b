/** Looks up a server before something is posted there: whether the bot is in it, and how large a file may be. */
import { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { defaultUploadBytes, uploadBytesOfFeature, uploadBytesOfTier } from '../limits.ts';
import type { GatewayCache, GuildPremium } from '../read/gateway-cache.ts';
import { guildTtlMs } from '../timings.ts';
import type { Api } from './api.ts';
import { DiscordError } from './discord-error.ts';

/** A server. `limitBytes` is for each file that the bot itself posts. It is absent where Discord does not tell the tier. */
type Guild = { isMember: boolean; limitBytes?: number };

/** Returns what is known about a server. Undefined when Discord does not say. */
export type LookUpGuild = (id: string, signal: AbortSignal) => Promise<Guild | undefined>;

const guildAnswer = z.object({ premium_tier: z.number().optional(), features: z.array(z.string()).default([]) });

/** Codes for a server without the bot: Missing Access, Unknown Guild. */
const notMemberCodes = new Set([50001, 10004]);

/** Servers that are remembered. */
const maxGuilds = 1_000;

const limitOf = ({ tier, features }: GuildPremium) =>
  Math.max(
    defaultUploadBytes,
    uploadBytesOfTier[tier] ?? 0,
    ...features.map((name) => uploadBytesOfFeature[name] ?? 0),
  );

/**
 * Returns a look-up. It takes the gateway's word first, then an answer that is at most `guildTtlMs` old, and asks Discord last.
 * Discord counts refused requests, so an answer that the bot is not in a server is remembered as well.
 */
export function createGuildLookup({
  api,
  cache,
  clock,
}: {
  api: Api;
  cache: GatewayCache;
  clock: Pick<Clock, 'now'>;
}): LookUpGuild {
  const guilds = createBoundedMap<string, Guild>({ maxEntries: maxGuilds, ttlMs: guildTtlMs, clock });
  const pending = new Map<string, Promise<Guild | undefined>>();

  async function fetchGuild(id: string, signal: AbortSignal): Promise<Guild | undefined> {
    try {
      const answer = await api({ method: 'GET', route: `/guilds/${id}`, signal });
      const { premium_tier: tier, features } = guildAnswer.parse(answer);
      return { isMember: true, limitBytes: tier === undefined ? undefined : limitOf({ tier, features }) };
    } catch (error) {
      const isOutside = error instanceof DiscordError && notMemberCodes.has(error.code);
      return isOutside ? { isMember: false } : undefined;
    }
  }

  async function fetchAndRemember(id: string, signal: AbortSignal): Promise<Guild | undefined> {
    const guild = await fetchGuild(id, signal);
    if (guild) guilds.set(id, guild);
    return guild;
  }

  return async function lookUpGuild(id, signal) {
    if (cache.isMember(id) === false) return { isMember: false };
    const premium = cache.premiumOf(id);
    if (premium) return { isMember: true, limitBytes: limitOf(premium) };
    const remembered = guilds.get(id);
    if (remembered) return remembered;
    // Many calls from one server at the same time make one request.
    const request = pending.get(id) ?? fetchAndRemember(id, signal).finally(() => pending.delete(id));
    pending.set(id, request);
    return request;
  };
}
