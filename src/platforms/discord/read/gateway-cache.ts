/** Facts about servers and channels that the gateway has sent, and that cost no request. */

/** Facts that the gateway has sent. Each is undefined where it has sent nothing about the server or channel. */
export type GatewayCache = {
  /** Whether the bot itself is in the server. */
  isMember(guild: string): boolean | undefined;
  /** Whether Discord shows the channel to adults only. */
  isAgeRestricted(channel: string): boolean | undefined;
  premiumOf(guild: string): GuildPremium | undefined;
};

/** Boosts of a server, which its members pay for. They decide how large a file may be. `tier` is the boost tier. */
export type GuildPremium = { tier: number; features: readonly string[] };

/** A cache that knows nothing, for interactions over HTTP. */
export const emptyCache: GatewayCache = {
  isMember: () => undefined,
  isAgeRestricted: () => undefined,
  premiumOf: () => undefined,
};
