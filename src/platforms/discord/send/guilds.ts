/** What has to be known of a server before something is posted there: whether the bot is in it, and how large a file may be. */
import { z } from 'zod';
import type { Clock } from '../../../concurrency/clock.ts';
import { leastUpload, uploadOfFeature, uploadOfTier } from '../limits.ts';
import type { Boost, Known } from '../read/origin.ts';
import type { Api } from './api.ts';
import { DiscordError } from './discord-error.ts';

/** `limit` is in bytes for each file that the bot itself posts; absent where nobody says what the server has. */
export type Guild = { isMember: boolean; limit?: number };

const answered = z.object({ premium_tier: z.number().optional(), features: z.array(z.string()).default([]) });
/** Discord's words for a server that the bot is not in: Missing Access, Unknown Guild. */
const outside = new Set([50001, 10004]);

/** How long an answer is believed, in milliseconds, and for how many servers. */
const believed = 10 * 60_000;
const mostKept = 1_000;

const limitOf = ({ tier, features }: Boost) =>
  Math.max(leastUpload, uploadOfTier[tier] ?? 0, ...features.map((name) => uploadOfFeature[name] ?? 0));

/**
 * Returns `look`: from memory where the gateway has told it, else from Discord. Undefined when Discord does not say.
 * A server that the bot is not in is asked for once in ten minutes, because Discord counts the refusals.
 */
export function createGuilds({ api, known, clock }: { api: Api; known: Known; clock: Pick<Clock, 'now'> }) {
  const asked = new Map<string, { at: number; guild: Guild }>();
  const underWay = new Map<string, Promise<Guild | undefined>>();

  function keep(id: string, guild: Guild): Guild {
    asked.delete(id);
    asked.set(id, { at: clock.now(), guild });
    const [oldest] = asked.keys();
    if (asked.size > mostKept && oldest !== undefined) asked.delete(oldest);
    return guild;
  }

  async function ask(id: string, signal: AbortSignal): Promise<Guild | undefined> {
    try {
      const { premium_tier: tier, features } = answered.parse(
        await api({ method: 'GET', route: `/guilds/${id}`, signal }),
      );
      return keep(id, { isMember: true, limit: tier === undefined ? undefined : limitOf({ tier, features }) });
    } catch (error) {
      const isOutside = error instanceof DiscordError && outside.has(error.code);
      return isOutside ? keep(id, { isMember: false }) : undefined;
    }
  }

  return async function look(id: string, signal: AbortSignal): Promise<Guild | undefined> {
    if (known.isMember(id) === false) return { isMember: false };
    const boost = known.boost(id);
    if (boost) return { isMember: true, limit: limitOf(boost) };
    const before = asked.get(id);
    if (before && clock.now() - before.at < believed) return before.guild;
    // Many calls from one server ask for it once.
    const asking = underWay.get(id) ?? ask(id, signal).finally(() => underWay.delete(id));
    underWay.set(id, asking);
    return asking;
  };
}

export type LookAtGuild = ReturnType<typeof createGuilds>;
