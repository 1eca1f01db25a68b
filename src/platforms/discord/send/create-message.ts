/** Makes a new message once: a nonce for the first minutes, and a look at what is there before it is made again. */
import { z } from 'zod';
import type { Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { limits } from '../limits.ts';
import { madeAt, snowflakeAt } from '../read/origin.ts';
import { type Body, markOf } from '../render/message.ts';
import type { Api } from './api.ts';
import { meaningOf } from './discord-error.ts';
import { reopen } from './edit-message.ts';
import type { Upload } from './multipart.ts';

/** Where a message stands, as Discord answers it. */
const made = z.object({ id: z.string(), channel_id: z.string() });
type Made = z.output<typeof made>;

const listed = z.array(
  z.object({
    id: z.string(),
    nonce: z.union([z.string(), z.number()]).nullish(),
    components: z.array(z.unknown()).default([]),
  }),
);
const forum = z.object({
  available_tags: z.array(z.object({ id: z.string(), moderated: z.boolean().default(false) })).default([]),
});
const posts = z.object({
  threads: z.array(z.object({ id: z.string(), parent_id: z.string().nullish(), owner_id: z.string().nullish() })),
});
const post = z.object({ id: z.string() });

/** A page of messages, and how many pages are looked through for one delivery. */
const page = 100;
const mostPages = 5;
/** Posts of a forum, likewise. */
const mostPosts = 20;
/** The nonce is kept for "a few minutes"; within this it alone prevents a second message. Milliseconds. */
const nonceLife = 120_000;
/** The clocks of Discord and of this machine may differ by this. Milliseconds. */
const skew = 60_000;

/** What makes one message out of many tries. `key` is the delivery's with the number of the part. */
type Once = { key: string; receipt: Receipt; app: string; guild?: string; signal: AbortSignal };

export function createMaking({ api, clock }: { api: Api; clock: Clock }) {
  /** The message of an earlier try; undefined when there is none among what came since. */
  async function look(channel: string, since: string, { key, signal }: Once): Promise<Made | undefined> {
    const mark = markOf(key);
    let after = since;
    for (let turn = 0; turn < mostPages; turn += 1) {
      const query = { after, limit: String(page) };
      const found = listed.parse(await api({ method: 'GET', route: `/channels/${channel}/messages`, query, signal }));
      const ours = found.find(({ nonce, components }) => nonce === key || isMarked(components, mark));
      if (ours) return { id: ours.id, channel_id: channel };
      if (found.length < page) return undefined;
      after = found.map(({ id }) => id).reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b));
    }
    return undefined;
  }

  async function create(channel: string, body: Body, uploads: readonly Upload[], once: Once): Promise<Made> {
    const { key, signal } = once;
    const ask = () =>
      api({
        method: 'POST',
        route: `/channels/${channel}/messages`,
        body: { ...body, nonce: key, enforce_nonce: true },
        uploads,
        signal,
      });
    try {
      return made.parse(await ask());
    } catch (error) {
      const meaning = meaningOf(error);
      // With a nonce this says: it was made, and somebody has deleted it since.
      if (meaning === 'gone') return { id: '0', channel_id: channel };
      if (meaning === 'forum') return createPost(channel, body, uploads, once);
      if (meaning !== 'archived') throw error;
      await reopen(api, channel, signal);
      return made.parse(await ask());
    }
  }

  /** A post in a forum: Discord has no nonce for it, so its threads are looked through by `lookForPost`. */
  async function createPost(channel: string, body: Body, uploads: readonly Upload[], once: Once): Promise<Made> {
    const { signal } = once;
    const { available_tags: tags } = forum.parse(await api({ method: 'GET', route: `/channels/${channel}`, signal }));
    const tag = tags.find(({ moderated }) => !moderated);
    const answer = await api({
      method: 'POST',
      route: `/channels/${channel}/threads`,
      body: {
        name: 'PhotoGPT result'.slice(0, limits.threadName),
        message: body,
        ...(tag ? { applied_tags: [tag.id] } : {}),
      },
      uploads,
      signal,
    });
    // A post's first message has the number of its thread.
    const { id } = post.parse(answer);
    return { id, channel_id: id };
  }

  /** Other deliveries make posts in the same forum, so the first message of each has to be looked at. */
  async function lookForPost(channel: string, since: string, once: Once): Promise<Made | undefined> {
    const { app, guild, signal } = once;
    if (!guild) return undefined;
    const { threads } = posts.parse(await api({ method: 'GET', route: `/guilds/${guild}/threads/active`, signal }));
    const ours = threads
      .filter(({ parent_id: parent, owner_id: owner }) => parent === channel && owner === app)
      .filter(({ id }) => BigInt(id) > BigInt(since));
    for (const { id } of ours.slice(0, mostPosts)) {
      const found = await look(id, since, once);
      if (found) return found;
    }
    return undefined;
  }

  return {
    /** What an earlier try left in this channel; undefined after having made sure that nothing is there. */
    async earlier(channel: string, once: Once): Promise<Made | undefined> {
      const name = `${once.key}@${channel}`;
      const since = once.receipt.notes[name];
      if (typeof since !== 'string') {
        await once.receipt.note({ [name]: snowflakeAt(clock.now() - skew) });
        return undefined;
      }
      try {
        return await look(channel, since, once);
      } catch (error) {
        if (meaningOf(error) === 'forum') return lookForPost(channel, since, once);
        // Not allowed to look: the nonce is enough for a while, and after that silence is better than a second copy.
        if (meaningOf(error) === 'refused' && clock.now() - madeAt(since) - skew < nonceLife) return undefined;
        throw error;
      }
    },
    create,
  };
}

/** Whether one of the buttons begins with the mark, or the container has its number. */
function isMarked(components: readonly unknown[], { text, number }: { text: string; number: number }): boolean {
  return components.some((component) => {
    if (typeof component !== 'object' || component === null) return false;
    if ('custom_id' in component && String(component.custom_id).startsWith(`${text}.`)) return true;
    if ('type' in component && component.type === 17 && 'id' in component && component.id === number) return true;
    return (
      'components' in component &&
      Array.isArray(component.components) &&
      isMarked(component.components, { text, number })
    );
  });
}
