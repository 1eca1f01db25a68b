/** The gateway: discord.js keeps the connection, and every interaction is handed on as it came. */
import { Client, Events, GatewayDispatchEvents, GatewayIntentBits, Options } from 'discord.js';
import type { Log } from '../../../log.ts';
import { loginRefused } from '../sentences.ts';
import type { GatewayCache } from './gateway-cache.ts';

/** Shards of this process. `auto` runs as many as Discord recommends. A group has ids and the number of all shards. */
export type Shards = 'auto' | { ids: number[]; count: number };

type Parts = { token: string; apiUrl: string; shards: Shards; onInteraction(data: unknown): void; log: Log };

/** A way on which interactions come in. `application` is the bot's id, `cache` what the way tells about servers. */
export type Connection = {
  application: string;
  cache: GatewayCache;
  stop(): Promise<void>;
};

/** Resolves when the first shard is connected. Rejects with a sentence for the operator. */
export async function connect({ token, apiUrl, shards, onInteraction, log }: Parts): Promise<Connection> {
  const client = createClient(apiUrl, shards);
  logEvents(client, log);
  client.ws.on(GatewayDispatchEvents.InteractionCreate, onInteraction);
  const ready = new Promise<string>((resolve) => {
    client.ws.once(GatewayDispatchEvents.Ready, ({ application }: { application: { id: string } }) =>
      resolve(application.id),
    );
  });
  try {
    await client.login(token);
  } catch (error) {
    await client.destroy();
    throw new Error(loginRefused(error instanceof Error ? error.message : String(error)), { cause: error });
  }
  return { application: await ready, cache: cacheOf(client), stop: () => client.destroy() };
}

function createClient(apiUrl: string, shards: Shards): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: apiUrl.replace(/\/v\d+$/, ''), version: '10' },
    ...(shards === 'auto' ? { shards } : { shards: shards.ids, shardCount: shards.count }),
    // We read guilds and channels only, so the other caches would grow for nothing.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      GuildMemberManager: 0,
      UserManager: 0,
      ThreadManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
    }),
  });
}

function logEvents(client: Client, log: Log): void {
  client.on(Events.Error, (err) => log.warn({ err }, 'gateway error'));
  client.on(Events.ShardError, (err, shard) => log.warn({ err, shard }, 'gateway connection failed'));
  client.on(Events.ShardDisconnect, ({ code }, shard) => log.error({ code, shard }, 'gateway closed for good'));
  client.on(Events.ShardReady, (shard) => log.info({ shard }, 'gateway connected'));
  client.on(Events.ShardResume, (shard, replayed) => log.info({ shard, replayed }, 'gateway resumed'));
}

function cacheOf(client: Client): GatewayCache {
  return {
    // Right after a start no server is known yet, so absence proves nothing.
    isMember: (guild) => (client.guilds.cache.size > 0 ? client.guilds.cache.has(guild) : undefined),
    // Before Discord has sent a whole server, the cache holds only its id.
    premiumOf(id) {
      const guild = client.guilds.cache.get(id);
      const isKnown = typeof guild?.premiumTier === 'number';
      return isKnown ? { tier: guild.premiumTier, features: guild.features ?? [] } : undefined;
    },
    isAgeRestricted(id) {
      const channel = client.channels.cache.get(id);
      return channel && 'nsfw' in channel ? channel.nsfw : undefined;
    },
  };
}
