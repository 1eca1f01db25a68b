/** The plain acts of speaking in Slack: render a message, post it, update it, take it away. */
import { z } from 'zod';
import type { Message, MessageRef, TtlStore } from '../../../chat.ts';
import { writeValue } from '../render/button-calls.ts';
import type { Prefixes } from '../render/command-names.ts';
import { type Rendered, renderMessage } from '../render/message.ts';
import { codeOf } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';
import { type Destination, readRef } from './message-ref.ts';

type Parts = { web: Web; ttlStore: TtlStore; prefixes: Prefixes };

/** Messages of all workspaces. All functions but `remove` reject with the errors of Slack's client. */
export type Messages = {
  /**
   * Draws a message. `firstAction` is the number of its first button, for several messages in one view. `link` is an
   * address in place of that of `message.link`.
   */
  render(message: Message, tenant: string, firstAction?: number, link?: string): Promise<Rendered>;
  /** Posts a drawing. Returns the message's timestamp, by which Slack knows it. */
  post(tenant: string, to: Destination, drawing: Rendered, signal?: AbortSignal): Promise<string>;
  /** Puts a drawing in the place of a message. */
  update(ref: MessageRef, drawing: Rendered, signal?: AbortSignal): Promise<void>;
  /** Like `update`, but resolves with false if the message cannot change any more. */
  tryUpdate(ref: MessageRef, drawing: Rendered, signal: AbortSignal): Promise<boolean>;
  /** Deletes a message. If Slack does not, the message says `instead`. False if neither worked. Never rejects. */
  remove(ref: MessageRef, instead: string, signal?: AbortSignal): Promise<boolean>;
};

const posted = z.object({ ts: z.string() });
const anything = z.object({});
const permalink = z.object({ permalink: z.url() });

/** Codes of a message that cannot change any more, so that a new one has to be posted. */
const unchangeableCodes = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'channel_not_found',
]);
/** Codes of deleting that mean that nothing is left to delete. */
const goneCodes = new Set(['message_not_found', 'channel_not_found']);

/** Returns the messages. */
export function createMessages({ web, ttlStore, prefixes }: Parts): Messages {
  /** Returns the address of a message. Undefined if Slack does not say: a notification is still one without a link. */
  async function linkTo({ channel, id }: MessageRef, tenant: string): Promise<string | undefined> {
    return web
      .call(tenant, 'chat.getPermalink', { channel, message_ts: id }, permalink)
      .then((found) => found.permalink)
      .catch(() => undefined);
  }

  async function update(ref: MessageRef, { text, blocks }: Rendered, signal?: AbortSignal): Promise<void> {
    const args = { channel: ref.channel, ts: ref.id, text, blocks };
    await web.call(readRef(ref).tenant, 'chat.update', args, anything, { signal });
  }

  return {
    update,

    async render(message, tenant, firstAction, address) {
      const values = await Promise.all((message.buttons ?? []).map(({ call }) => writeValue(call, ttlStore)));
      const link = address ?? (message.link && (await linkTo(message.link, tenant)));
      const nameCommands = await prefixes.nameCommandsFor(tenant);
      return renderMessage(message, { values, link, firstAction, nameCommands });
    },

    async post(tenant, { channel, thread }, { text, blocks }, signal) {
      const args = {
        channel,
        thread_ts: thread,
        text,
        blocks: blocks.length ? blocks : undefined,
        unfurl_links: false,
        unfurl_media: false,
      };
      return (await web.call(tenant, 'chat.postMessage', args, posted, { channel, signal })).ts;
    },

    async tryUpdate(ref, drawing, signal) {
      try {
        await update(ref, drawing, signal);
        return true;
      } catch (error) {
        if (unchangeableCodes.has(codeOf(error) ?? '')) return false;
        throw error;
      }
    },

    async remove(ref, instead, signal) {
      const args = { channel: ref.channel, ts: ref.id };
      try {
        await web.call(readRef(ref).tenant, 'chat.delete', args, anything, { signal });
        return true;
      } catch (error) {
        if (goneCodes.has(codeOf(error) ?? '')) return true;
      }
      const words = renderMessage({ text: instead, tone: 'plain' }, { values: [] });
      return update(ref, words, signal)
        .then(() => true)
        .catch(() => false);
    },
  };
}
