/** The gateway: discord.js keeps the connection, and every interaction is handed on as it came. */
import { Client, Events, GatewayDispatchEvents, GatewayIntentBits, Options } from 'discord.js';
import type { Log } from '../../../log.ts';
import type { Known } from './origin.ts';

/** Shards of this process: `auto` runs as many as Discord recommends; a group is a list of ids and how many there are in all. */
export type Shards = 'auto' | { ids: number[]; count: number };

type Parts = { token: string; apiUrl: string; shards: Shards; onInteraction(data: unknown): void; log: Log };

export type Connection = {
  application: string;
  known: Known;
  stop(): Promise<void>;
};

/** Resolves when the first shard is connected. Rejects with a sentence for the operator. */
export async function connect({ token, apiUrl, shards, onInteraction, log }: Parts): Promise<Connection> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: apiUrl.replace(/\/v\d+$/, ''), version: '10' },
    ...(shards === 'auto' ? { shards } : { shards: shards.ids, shardCount: shards.count }),
    // Nothing but the servers' ids is looked at, so nothing else is kept.
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
  client.on(Events.Error, (err) => log.warn({ err }, 'gateway error'));
  client.on(Events.ShardError, (err, shard) => log.warn({ err, shard }, 'gateway connection failed; reconnecting'));
  client.on(Events.ShardDisconnect, ({ code }, shard) => log.error({ code, shard }, 'gateway closed for good'));
  client.on(Events.ShardReady, (shard) => log.info({ shard }, 'gateway connected'));
  client.on(Events.ShardResume, (shard, replayed) => log.info({ shard, replayed }, 'gateway resumed'));
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
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Discord did not let the bot in (${reason}). Check DISCORD_TOKEN, and reset it if it was changed.`,
      {
        cause: error,
      },
    );
  }
  return {
    application: await ready,
    known: {
      // While no server at all is known, nothing is said about one.
      isMember: (guild) => (client.guilds.cache.size > 0 ? client.guilds.cache.has(guild) : undefined),
      // Before a server has been sent whole, nothing but its id is known.
      boost(id) {
        const guild = client.guilds.cache.get(id);
        const isKnown = typeof guild?.premiumTier === 'number';
        return isKnown ? { tier: guild.premiumTier, features: guild.features ?? [] } : undefined;
      },
      isAdult(id) {
        const channel = client.channels.cache.get(id);
        return channel && 'nsfw' in channel ? channel.nsfw : undefined;
      },
    },
    stop: () => client.destroy(),
  };
}
