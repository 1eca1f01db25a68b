/**
 * Creates a message once, however often it is tried:
 * 1. The first attempt notes the time before it sends anything.
 * 2. A later attempt looks for a message since then, and creates one only when there is none.
 * 3. Within the first minutes the nonce prevents a second message, too, also where the bot may not look.
 *
 * A channel that takes no messages is a forum. It gets a post, for which Discord has no nonce.
 */
import { z } from 'zod';
import type { Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { maxThreadNameLength } from '../limits.ts';
import { createdAtMs, snowflakeAt } from '../read/snowflake.ts';
import type { MessageBody } from '../render/message.ts';
import type { Api } from '../rest/api.ts';
import { meaningOf } from '../rest/discord-error.ts';
import type { Upload } from '../rest/multipart.ts';
import { forumPostTitle } from '../sentences.ts';
import { clockSkewMs, nonceLifetimeMs } from '../timings.ts';
import { reopenThread } from './edit-message.ts';
import { type CreatedMessage, createMessageSearch, type Search } from './find-message.ts';

/** A delivery of one message: what a search for it needs, and the receipt whose notes outlive an attempt. */
export type MessageDelivery = Search & { receipt: Receipt };

/** Sends the body with its files to the channel. */
export type CreateMessage = (body: MessageBody, uploads: readonly Upload[]) => Promise<CreatedMessage>;

const createdMessage = z.object({ id: z.string(), channel_id: z.string() });
const createdPost = z.object({ id: z.string() });
const forumChannel = z.object({
  available_tags: z.array(z.object({ id: z.string(), moderated: z.boolean().default(false) })).default([]),
});

/** Id of a message that was created and deleted since. */
const deletedId = '0';

/** Returns `createMessageOnce`. */
export function createMessageCreator({ api, clock }: { api: Api; clock: Clock }) {
  const { findInChannel, findInForum } = createMessageSearch(api);

  async function createMessage(
    channel: string,
    { key, signal }: MessageDelivery,
    body: MessageBody,
    uploads: readonly Upload[],
  ): Promise<CreatedMessage> {
    const request = async () =>
      createdMessage.parse(
        await api({
          method: 'POST',
          route: `/channels/${channel}/messages`,
          body: { ...body, nonce: key, enforce_nonce: true },
          uploads,
          signal,
        }),
      );
    try {
      return await request();
    } catch (error) {
      const meaning = meaningOf(error);
      // With a nonce, this error means that the message was created and then deleted.
      if (meaning === 'gone') return { id: deletedId, channel_id: channel };
      if (meaning === 'forum') return createPost(channel, signal, body, uploads);
      if (meaning !== 'archived') throw error;
      await reopenThread(api, channel, signal);
      return request();
    }
  }

  async function createPost(
    forum: string,
    signal: AbortSignal,
    message: MessageBody,
    uploads: readonly Upload[],
  ): Promise<CreatedMessage> {
    const channel = forumChannel.parse(await api({ method: 'GET', route: `/channels/${forum}`, signal }));
    const tag = channel.available_tags.find(({ moderated }) => !moderated);
    const answer = await api({
      method: 'POST',
      route: `/channels/${forum}/threads`,
      body: {
        name: forumPostTitle.slice(0, maxThreadNameLength),
        message,
        ...(tag ? { applied_tags: [tag.id] } : {}),
      },
      uploads,
      signal,
    });
    // A post's first message has the id of its thread.
    const { id } = createdPost.parse(answer);
    return { id, channel_id: id };
  }

  /** Returns the message of an earlier attempt. Returns undefined only after making sure that there is none. */
  async function findEarlier(channel: string, delivery: MessageDelivery): Promise<CreatedMessage | undefined> {
    const { key, receipt } = delivery;
    const noteName = `${key}@${channel}`;
    const since = receipt.notes[noteName];
    if (typeof since !== 'string') {
      await receipt.note({ [noteName]: snowflakeAt(clock.now() - clockSkewMs) });
      return undefined;
    }
    try {
      return await findInChannel(channel, since, delivery);
    } catch (error) {
      const meaning = meaningOf(error);
      if (meaning === 'forum') return findInForum(channel, since, delivery);
      // The bot may not look. At first the nonce prevents a second copy. Afterwards none is better than two.
      const isNonceAlive = clock.now() - createdAtMs(since) - clockSkewMs < nonceLifetimeMs;
      if (meaning === 'refused' && isNonceAlive) return undefined;
      throw error;
    }
  }

  /**
   * Returns the message of an earlier attempt, or else creates it. `send` draws the message and hands it to its argument,
   * perhaps a second time in a plainer form. Throws `DiscordError`.
   */
  return async function createMessageOnce(
    channel: string,
    delivery: MessageDelivery,
    send: (create: CreateMessage) => Promise<CreatedMessage>,
  ): Promise<CreatedMessage> {
    const earlier = await findEarlier(channel, delivery);
    return earlier ?? send((body, uploads) => createMessage(channel, delivery, body, uploads));
  };
}
