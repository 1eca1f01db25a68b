/** Discord as a platform: puts the rooms of the adapter together. A call goes through read, answer, render and send. */
import { z } from 'zod';
import type { Platform } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import { type Clock, systemClock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import { createAnswer } from './answer/answer.ts';
import { discordFacts } from './facts.ts';
import { type Connection, connect, type Shards } from './read/gateway.ts';
import { emptyCache, type GatewayCache } from './read/gateway-cache.ts';
import { createIntake } from './read/intake.ts';
import { listenForInteractions, type Webhook } from './read/interactions-server.ts';
import { installLink, inviteLink } from './read/permissions.ts';
import type { CallStore } from './render/custom-id.ts';
import { createApi } from './rest/api.ts';
import { createGuildLookup } from './rest/guilds.ts';
import type { Fit, Open } from './send/choose-files.ts';
import { createDeliver } from './send/deliver.ts';
import { createUploadLimits } from './send/upload-limits.ts';
import {
  shutdownTimeoutMs,
  uploadRateLimitWaitMs,
  uploadRequestTimeoutMs,
  urgentRateLimitWaitMs,
  urgentRequestTimeoutMs,
} from './timings.ts';

type Parts = {
  token: string;
  apiUrl?: string;
  /** Opens the bytes of a `Media`. */
  open: Open;
  fit: Fit;
  ttlStore: CallStore;
  log: Log;
  clock?: Clock;
  fetch?: typeof globalThis.fetch;
  shards?: Shards;
  /** With it, interactions come over HTTP, and there is no gateway. */
  webhook?: Webhook;
  /** People may add the bot to their own account, too. */
  userInstall?: boolean;
  /** Called with 401, 403 or 429, which Discord counts against the address. */
  onInvalid?(status: number): void;
  /** Called with the milliseconds from the arrival of an interaction to its acknowledgement. */
  onAcknowledged?(milliseconds: number): void;
};

const application = z.object({ id: z.string() });

/** Returns the platform. Nothing connects before `start`, and `post` and `edit` work without it. */
export function createDiscord({
  token,
  apiUrl = 'https://discord.com/api',
  open,
  fit,
  ttlStore,
  log: parentLog,
  clock = systemClock,
  fetch = globalThis.fetch,
  shards = 'auto',
  webhook,
  userInstall = false,
  onInvalid,
  onAcknowledged,
}: Parts): Platform<Bot> {
  const log = parentLog.child({ part: 'discord' });
  const base = { token, apiUrl, onInvalid };
  const urgentApi = createApi({
    ...base,
    timeoutMs: urgentRequestTimeoutMs,
    maxRateLimitWaitMs: urgentRateLimitWaitMs,
  });
  const uploadApi = createApi({
    ...base,
    timeoutMs: uploadRequestTimeoutMs,
    maxRateLimitWaitMs: uploadRateLimitWaitMs,
  });
  let connection: Connection | undefined;
  // A process that only delivers results never connects, and knows nothing from the gateway.
  const cache: GatewayCache = {
    isMember: (guild) => connection?.cache.isMember(guild),
    isAgeRestricted: (channel) => connection?.cache.isAgeRestricted(channel),
    premiumOf: (guild) => connection?.cache.premiumOf(guild),
  };
  const lookUpGuild = createGuildLookup({ api: urgentApi, cache, clock });
  const uploadLimits = createUploadLimits({ lookUpGuild, ttlStore });
  const deliver = createDeliver({ api: uploadApi, uploadLimits, open, fit, ttlStore, clock, log });

  /** Listens for interactions over HTTP. Nothing tells then in which servers the bot is, so an installation counts. */
  async function listen(address: Webhook, take: (data: unknown) => boolean): Promise<Connection> {
    const signal = AbortSignal.timeout(urgentRequestTimeoutMs);
    const { id } = application.parse(await urgentApi({ method: 'GET', route: '/applications/@me', signal }));
    const { port, stop } = await listenForInteractions({ ...address, take, clock });
    log.info({ port }, 'waiting for interactions over HTTP');
    return { application: id, cache: emptyCache, stop };
  }

  let running: { stop(): Promise<void> } | undefined;

  return {
    name: 'discord',
    facts: discordFacts,
    post: deliver.post,
    edit: deliver.edit,

    async start(bot) {
      const answer = createAnswer({
        bot,
        api: urgentApi,
        deliver,
        ttlStore,
        cache,
        lookUpGuild,
        fetch,
        clock,
        log,
        onAcknowledged,
      });
      const intake = createIntake({ answer, clock, log });
      const started = webhook
        ? await listen(webhook, intake.take)
        : await connect({ token, apiUrl, shards, onInteraction: intake.take, log });
      connection = started;
      log.info({ invite: inviteLink(started.application) }, 'on Discord; add the bot to a server with this link');
      if (userInstall) log.info({ invite: installLink(started.application) }, 'and to an account with this one');
      running = {
        async stop() {
          await intake.stop(shutdownTimeoutMs);
          await started.stop();
        },
      };
    },

    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
      connection = undefined;
    },
  };
}
