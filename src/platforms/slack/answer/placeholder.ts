/**
 * The placeholder: the message that acknowledges a call in its channel, until the answer takes its place. Posting it
 * also finds out whether the channel is open to the bot, before anything is spent.
 */
import type { IncomingCall, Message, MessageRef, Origin } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Log } from '../../../log.ts';
import type { Interaction } from '../read/interaction.ts';
import type { Channels } from '../send/channels.ts';
import { isThreadGone, whyClosed } from '../send/closed-channels.ts';
import type { Deliver } from '../send/deliver.ts';
import type { Destination } from '../send/message-ref.ts';
import type { Messages } from '../send/messages.ts';
import { closedChannelSentences, placeholderSentences } from '../sentences.ts';
import { codeOf } from '../web/slack-error.ts';
import type { PendingCalls } from './pending-calls.ts';

type Parts = {
  bot: Bot;
  deliver: Deliver;
  messages: Messages;
  channels: Channels;
  pendingCalls: PendingCalls;
  log: Log;
};

/** The placeholder and its place. `closed` is the sentence about a channel in which the bot cannot post. */
type PostedPlaceholder = { placeholder: MessageRef; place: Origin['place'] } | { closed: string };

/** The placeholders of all calls. */
export type Placeholders = {
  /** Posts the placeholder and joins the channel. Rejects with Slack's errors that do not mean that it is closed. */
  post(call: IncomingCall, from: Origin): Promise<PostedPlaceholder>;
  /** Removes a placeholder. If that fails, it is tried again later. Never rejects. */
  remove(interaction: Interaction, placeholder: MessageRef): Promise<void>;
};

/** Returns whether the command makes pictures or videos, which cost something. */
export const isMaking = (bot: Bot, { command }: IncomingCall): boolean =>
  bot.sheets.some(({ name, group }) => name === command && group === 'Make');

/** Returns the placeholders. */
export function createPlaceholders(parts: Parts): Placeholders {
  const { bot, deliver, messages, channels, pendingCalls, log } = parts;

  async function post(call: IncomingCall, from: Origin): Promise<PostedPlaceholder> {
    const { place, tenant, person } = from;
    const destination: Destination =
      place.kind === 'direct' ? { channel: await channels.openDirect(tenant, person.id) } : { ...place };
    try {
      const placeholder = await deliver.say(tenant, destination, placeholderOf(call, from));
      return await joined(call, tenant, destination, { placeholder, place });
    } catch (error) {
      const code = codeOf(error);
      // The channel around a thread that is gone may still take the answer.
      if (place.kind === 'channel' && place.thread && isThreadGone(code))
        return post(call, { ...from, place: { kind: 'channel', channel: place.channel } });
      if (code === 'not_in_channel') return joinAndPost(call, from, destination);
      const closed = whyClosed(code);
      if (closed) return { closed };
      throw error;
    }
  }

  /** Joins the channel below a placeholder: files need membership even where words do not. */
  async function joined(
    call: IncomingCall,
    tenant: string,
    { channel }: Destination,
    posted: PostedPlaceholder & { placeholder: MessageRef },
  ): Promise<PostedPlaceholder> {
    try {
      await channels.join(tenant, channel);
      return posted;
    } catch (error) {
      log.warn({ err: error }, 'joining the channel failed');
      if (!isMaking(bot, call) || codeOf(error) === undefined) return posted;
      await messages.remove(posted.placeholder, placeholderSentences.answeredInPrivate);
      return { closed: closedChannelSentences.mayNotJoin };
    }
  }

  async function joinAndPost(call: IncomingCall, from: Origin, to: Destination): Promise<PostedPlaceholder> {
    const { tenant, place } = from;
    channels.forgetMembership(tenant, to.channel);
    try {
      await channels.join(tenant, to.channel);
      return { placeholder: await deliver.say(tenant, to, placeholderOf(call, from)), place };
    } catch {
      return { closed: closedChannelSentences.mayNotJoin };
    }
  }

  return {
    post,
    async remove(interaction, placeholder) {
      const isRemoved = await messages.remove(placeholder, placeholderSentences.answeredInPrivate);
      if (!isRemoved) await pendingCalls.record(interaction, { placeholder, isAnswered: true });
    },
  };
}

const placeholderOf = ({ command }: IncomingCall, { person }: Origin): Message => ({
  text: placeholderSentences.askedFor(command),
  tone: 'plain',
  by: person,
});
