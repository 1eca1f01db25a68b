/** Looks for the message that an earlier attempt of the same delivery has left in a channel or in a post of a forum. */
import { ComponentType } from 'discord.js';
import { z } from 'zod';
import { type MessageMark, markOf } from '../render/message.ts';
import type { Api } from '../rest/api.ts';

/** A message by its own id and its channel's. */
export type CreatedMessage = { id: string; channel_id: string };

/** A delivery to look for. `key` is its key with the number of the part. `app` is the bot's id. */
export type Search = { key: string; app: string; guild?: string; signal: AbortSignal };

const listedMessages = z.array(
  z.object({
    id: z.string(),
    nonce: z.union([z.string(), z.number()]).nullish(),
    components: z.array(z.unknown()).default([]),
  }),
);

const activeThreads = z.object({
  threads: z.array(z.object({ id: z.string(), parent_id: z.string().nullish(), owner_id: z.string().nullish() })),
});

/** Messages on one page. */
const pageSize = 100;
/** Pages that are read for one delivery. */
const maxPages = 5;
/** Posts of a forum that are looked into for one delivery. */
const maxPosts = 20;

/** Returns the search. `since` is the snowflake of a moment before the first attempt. Both throw `DiscordError`. */
export function createMessageSearch(api: Api) {
  /** Reads a channel from `since` on. Returns undefined when the message is not among the first pages. */
  async function findInChannel(
    channel: string,
    since: string,
    { key, signal }: Pick<Search, 'key' | 'signal'>,
  ): Promise<CreatedMessage | undefined> {
    const mark = markOf(key);
    let after = since;
    for (let page = 0; page < maxPages; page += 1) {
      const query = { after, limit: String(pageSize) };
      const answer = await api({ method: 'GET', route: `/channels/${channel}/messages`, query, signal });
      const messages = listedMessages.parse(answer);
      const found = messages.find(({ nonce, components }) => nonce === key || isMarked(components, mark));
      if (found) return { id: found.id, channel_id: channel };
      if (messages.length < pageSize) return undefined;
      after = messages.map(({ id }) => id).reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b));
    }
    return undefined;
  }

  /** Reads the first messages of the bot's own posts in a forum: other deliveries make posts there, too. */
  async function findInForum(forum: string, since: string, search: Search): Promise<CreatedMessage | undefined> {
    const { app, guild, signal } = search;
    if (!guild) return undefined;
    const answer = await api({ method: 'GET', route: `/guilds/${guild}/threads/active`, signal });
    const ownPosts = activeThreads
      .parse(answer)
      .threads.filter(({ parent_id: parent, owner_id: owner }) => parent === forum && owner === app)
      .filter(({ id }) => BigInt(id) > BigInt(since));
    for (const { id } of ownPosts.slice(0, maxPosts)) {
      const found = await findInChannel(id, since, search);
      if (found) return found;
    }
    return undefined;
  }

  return { findInChannel, findInForum };
}

/** Returns whether a button's id begins with the mark, or a container has its number. */
function isMarked(components: readonly unknown[], mark: MessageMark): boolean {
  return components.some((component) => {
    if (typeof component !== 'object' || component === null) return false;
    if ('custom_id' in component && String(component.custom_id).startsWith(`${mark.idPrefix}.`)) return true;
    const isContainer = 'type' in component && component.type === ComponentType.Container;
    if (isContainer && 'id' in component && component.id === mark.containerId) return true;
    return 'components' in component && Array.isArray(component.components) && isMarked(component.components, mark);
  });
}
