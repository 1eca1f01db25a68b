/**
 * Read: the payloads of Slack become values of ours, checked once, here.
 *
 * `interaction.ts` reads what people do: commands, button presses, shortcuts. `events.ts` reads what Slack reports:
 * words to the bot, a look at its page, its removal. `line.ts` turns typed words into a call, and `view.ts` a submitted
 * form. `people.ts` and `user-groups.ts` ask Slack who a person is. `file.ts` downloads what people attach.
 */
import { z } from 'zod';
import type { IncomingCall } from '../../../chat.ts';
import { type SlackFile, slackFiles } from './slack-file.ts';

/** Something that a person did in Slack. */
export type Interaction = {
  /** Our id of the event. Slack may report one event several times. */
  event: string;
  /** The workspace, or the organisation that the app is installed in. */
  tenant: string;
  user: { id: string; name: string };
  /** The channel in which it happened. Empty if it was in none. */
  channel: string;
  /** The first message of the thread in which it happened. */
  thread?: string;
  /** Whether the channel is the direct message of two. */
  isDirect: boolean;
  /** Whether only this person sees the message or page on which it happened. */
  isEphemeral: boolean;
  /** Opens a form, once and within three seconds. */
  triggerId?: string;
  /** Takes answers that only this person sees, for 30 minutes. */
  responseUrl?: string;
};

/** An interaction, and the call that it makes. */
export type InteractionWithCall = Interaction & { call: IncomingCall };

const team = z.object({ id: z.string() }).nullish();
const enterprise = z.object({ id: z.string() }).nullish();
const user = z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() });

const slashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: z.string().optional(),
  enterprise_id: z.string().optional(),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: z.string().default(''),
  trigger_id: z.string(),
  response_url: z.url().optional(),
});

const message = z.object({ ts: z.string(), thread_ts: z.string().optional(), files: slackFiles.optional() });
const container = z.object({ is_ephemeral: z.boolean().optional(), thread_ts: z.string().optional() }).optional();

const onMessage = z.object({
  team,
  enterprise,
  user,
  channel: z.object({ id: z.string() }).optional(),
  message: message.optional(),
  container,
  trigger_id: z.string(),
  response_url: z.url().optional(),
});

const buttonPress = onMessage.extend({
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string().default(''), value: z.string().optional() }))
    .min(1),
});

const shortcut = onMessage.extend({ callback_id: z.string() });

/** Returns whether the channel is a conversation of two. Slack's ids say so with a D. */
export const isDirectMessage = (channel: string): boolean => channel.startsWith('D');

/**
 * Reads a slash command. `line` is the command and its text, as a person typed it. Throws if Slack sent something else.
 */
export function readSlash(body: unknown): Interaction & { line: string } {
  const read = slashCommand.parse(body);
  return {
    event: `slash:${read.trigger_id}`,
    tenant: read.team_id ?? read.enterprise_id ?? '',
    user: { id: read.user_id, name: read.user_name || read.user_id },
    channel: read.channel_id,
    isDirect: isDirectMessage(read.channel_id),
    isEphemeral: false,
    triggerId: read.trigger_id,
    responseUrl: read.response_url,
    line: `${read.command} ${read.text}`,
  };
}

/** Reads a press on a button of ours. Throws if Slack sent something else. */
export function readPress(body: unknown): Interaction & { action: string; value: string } {
  const read = buttonPress.parse(body);
  const [{ action_id: action, value = '' } = { action_id: '' }] = read.actions;
  return { ...readOnMessage(read, `press:${read.trigger_id}`), action, value };
}

/**
 * Reads a shortcut: one on a message with its files, or one from nowhere. An answer goes into the thread of the
 * message. Throws if Slack sent something else.
 */
export function readShortcut(body: unknown): Interaction & { name: string; files: SlackFile[] } {
  const read = shortcut.parse(body);
  return {
    ...readOnMessage(read, `shortcut:${read.trigger_id}`),
    name: read.callback_id,
    files: read.message?.files ?? [],
  };
}

function readOnMessage(read: z.output<typeof onMessage>, event: string): Interaction {
  const channel = read.channel?.id ?? '';
  const root = read.message?.thread_ts ?? read.container?.thread_ts;
  const { id, name, username } = read.user;
  return {
    event,
    tenant: read.team?.id ?? read.enterprise?.id ?? '',
    user: { id, name: name ?? username ?? id },
    channel,
    // The first message of a thread stands in the channel, and the answer goes there.
    thread: root === read.message?.ts ? undefined : root,
    isDirect: isDirectMessage(channel),
    isEphemeral: read.container?.is_ephemeral ?? false,
    triggerId: read.trigger_id,
    responseUrl: read.response_url,
  };
}
