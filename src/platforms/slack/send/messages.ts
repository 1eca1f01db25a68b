/** The plain acts of speaking in Slack: draw a message, post it, change it, take it away. */
import { z } from 'zod';
import type { Message, MessageRef } from '../../../chat.ts';
import { writeValue } from '../render/button-calls.ts';
import type { Prefixes } from '../render/command-names.ts';
import { type Rendered, renderMessage } from '../render/message.ts';
import type { TtlStore } from '../ttl-store.ts';
import { type Destination, readRef } from './channels.ts';
import { codeOf } from './slack-error.ts';
import type { Web } from './web.ts';

type Parts = { web: Web; ttlStore: TtlStore; prefixes: Prefixes };

export type Messages = ReturnType<typeof createMessages>;

const posted = z.object({ ts: z.string() });
const anything = z.object({});
const linked = z.object({ permalink: z.url() });

/** A message that cannot be changed any more, so that a new one has to be said. */
const unchangeable = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'channel_not_found',
]);
/** What deleting says where nothing is left to delete. */
const gone = new Set(['message_not_found', 'channel_not_found']);

export function createMessages({ web, ttlStore, prefixes }: Parts) {
  /** A ping without a link is still a ping. */
  async function linkTo({ channel, id }: MessageRef, tenant: string): Promise<string | undefined> {
    return web
      .call(tenant, 'chat.getPermalink', { channel, message_ts: id }, linked)
      .then(({ permalink }) => permalink)
      .catch(() => undefined);
  }

  async function change(ref: MessageRef, { text, blocks }: Rendered, signal?: AbortSignal): Promise<void> {
    const args = { channel: ref.channel, ts: ref.id, text, blocks };
    await web.call(readRef(ref).tenant, 'chat.update', args, anything, { signal });
  }

  return {
    /** `firstAction` counts on where several messages are drawn into one view; `address` is what “Open it” leads to. */
    async draw(message: Message, tenant: string, firstAction?: number, address?: string): Promise<Rendered> {
      const values = await Promise.all((message.buttons ?? []).map(({ call }) => writeValue(call, ttlStore)));
      const link = address ?? (message.link && (await linkTo(message.link, tenant)));
      return renderMessage(message, { values, link, firstAction, nameCommands: await prefixes.nameCommands(tenant) });
    },

    /** Posts, and gives the message's timestamp, which is its id. */
    async say(
      tenant: string,
      destination: Destination,
      { text, blocks }: Rendered,
      signal?: AbortSignal,
    ): Promise<string> {
      const args = {
        channel: destination.channel,
        thread_ts: destination.thread,
        text,
        blocks: blocks.length ? blocks : undefined,
        unfurl_links: false,
        unfurl_media: false,
      };
      return (await web.call(tenant, 'chat.postMessage', args, posted, { channel: destination.channel, signal })).ts;
    },

    change,

    /** False when the message cannot be changed any more. */
    async changed(ref: MessageRef, drawing: Rendered, signal: AbortSignal): Promise<boolean> {
      try {
        await change(ref, drawing, signal);
        return true;
      } catch (error) {
        if (unchangeable.has(codeOf(error) ?? '')) return false;
        throw error;
      }
    },

    /** Takes a message away. Where Slack does not do that, it says `instead` from then on; false when neither worked. */
    async remove(ref: MessageRef, instead: string, signal?: AbortSignal): Promise<boolean> {
      const args = { channel: ref.channel, ts: ref.id };
      try {
        await web.call(readRef(ref).tenant, 'chat.delete', args, anything, { signal });
        return true;
      } catch (error) {
        if (gone.has(codeOf(error) ?? '')) return true;
      }
      const words = renderMessage({ text: instead, tone: 'plain' }, { values: [] });
      return change(ref, words, signal)
        .then(() => true)
        .catch(() => false);
    },
  };
}
