/** Discord as a platform: puts the parts of the adapter together. */
import { z } from 'zod';
import type { Platform } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import { type Clock, systemClock } from '../../concurrency/clock.ts';
import type { Log } from '../../log.ts';
import { createAnswer } from './answer/answer.ts';
import { type Connection, connect, type Shards } from './read/gateway.ts';
import { createIntake } from './read/intake.ts';
import { listenForInteractions, type Webhook } from './read/interactions-server.ts';
import type { Known } from './read/origin.ts';
import { installLink, inviteLink } from './read/permissions.ts';
import type { TtlStore } from './render/custom-id.ts';
import { createApi } from './send/api.ts';
import type { Fit, Open } from './send/choose-files.ts';
import { createDeliver } from './send/deliver.ts';
import { createGuilds } from './send/guilds.ts';
import { createUploadLimits } from './send/upload-limits.ts';

type Parts = {
  token: string;
  apiUrl?: string;
  /** The bytes of a `Media`. */
  open: Open;
  fit: Fit;
  ttlStore: TtlStore;
  log: Log;
  clock?: Clock;
  fetch?: typeof globalThis.fetch;
  shards?: Shards;
  /** Interactions come over HTTP then, and there is no gateway. */
  webhook?: Webhook;
  /** People may add the bot to their own account, too. */
  userInstall?: boolean;
  /** Called with 401, 403 or 429, which Discord counts against the address. */
  onInvalid?(status: number): void;
  /** Called with the milliseconds that an acknowledgement took, from the arrival of its interaction. */
  onAcknowledged?(milliseconds: number): void;
};

/** Acknowledgements are small and urgent; uploads are neither. Milliseconds. */
const urgent = { timeout: 5_000, longestWait: 1_000 };
const patient = { timeout: 5 * 60_000, longestWait: 10_000 };
const nothing: Known = { isMember: () => undefined, isAdult: () => undefined, boost: () => undefined };

const self = z.object({ id: z.string() });

/** How long calls under way may still take once the platform stops, in milliseconds. */
const farewell = 10_000;

/** Makes the platform; nothing connects before `start`, and `post` and `edit` work without it. */
export function createDiscord({
  token,
  apiUrl = 'https://discord.com/api',
  open,
  fit,
  ttlStore,
  log: parent,
  clock = systemClock,
  fetch = globalThis.fetch,
  shards = 'auto',
  webhook,
  userInstall = false,
  onInvalid,
  onAcknowledged,
}: Parts): Platform<Bot> {
  const log = parent.child({ part: 'discord' });
  const base = { token, apiUrl, onInvalid };
  const api = createApi({ ...base, ...urgent });
  let connection: Connection | undefined;
  // What the connection knows once there is one; a process that only works off what is queued has none.
  const known: Known = {
    isMember: (guild) => connection?.known.isMember(guild),
    isAdult: (channel) => connection?.known.isAdult(channel),
    boost: (guild) => connection?.known.boost(guild),
  };
  const look = createGuilds({ api, known, clock });
  const uploadLimits = createUploadLimits({ look, ttlStore });
  const patientApi = createApi({ ...base, ...patient });
  const deliver = createDeliver({ api: patientApi, uploadLimits, open, fit, ttlStore, clock, log });

  /** Over HTTP nobody says in which servers the bot is, and whoever installed the application is believed. */
  async function listen(take: (data: unknown) => boolean): Promise<Connection | undefined> {
    if (!webhook) return undefined;
    const signal = AbortSignal.timeout(urgent.timeout);
    const me = self.parse(await api({ method: 'GET', route: '/applications/@me', signal }));
    const { port, stop } = await listenForInteractions({ ...webhook, take, clock });
    log.info({ port }, 'waiting for interactions over HTTP');
    return { application: me.id, known: nothing, stop };
  }

  let running: { stop(): Promise<void> } | undefined;

  return {
    name: 'discord',
    post: deliver.post,
    edit: deliver.edit,

    async start(bot) {
      const answer = createAnswer({ bot, api, deliver, ttlStore, known, look, fetch, clock, log, onAcknowledged });
      const intake = createIntake({ answer, clock, log });
      const started =
        (await listen(intake.take)) ?? (await connect({ token, apiUrl, shards, onInteraction: intake.take, log }));
      connection = started;
      log.info({ invite: inviteLink(started.application) }, 'on Discord; add the bot to a server with this link');
      if (userInstall) log.info({ invite: installLink(started.application) }, 'and to an account with this one');
      running = {
        async stop() {
          await intake.stop(farewell);
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
