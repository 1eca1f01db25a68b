/**
 * Data that the adapter stores with a message or a call, to change the message or answer the call later. It is JSON in
 * `MessageRef.data` and `Origin.reply`:
 *
 *     { "app": "1000…", "token": "aW50…", "until": 1780000000000, "bot": true, "hidden": false, "alone": false, "guild": "2000…" }
 */
import { z } from 'zod';
import type { Json, MessageRef } from '../../../chat.ts';

const replyContext = z.object({
  /** Id of the application, which addresses the interaction's webhook. */
  app: z.string(),
  /** Token of the interaction. */
  token: z.string().optional(),
  /** End of the token's use, in milliseconds since 1970. */
  until: z.number().default(0),
  /** Whether the bot may post there with its own token. */
  bot: z.boolean(),
  /** Whether the message is ephemeral. Only the interaction's token reaches such a message. */
  hidden: z.boolean().default(false),
  /** Whether only one person reads the channel. */
  alone: z.boolean().default(false),
  guild: z.string().optional(),
  /** Ids of further messages of the same result. */
  more: z.array(z.string()).default([]),
});

/** Ways of answering a call or changing a message. */
export type ReplyContext = z.output<typeof replyContext>;

/** Returns what the adapter stored with a message or a call. Undefined where that is something else. */
export function readReplyContext(data: Json | undefined): ReplyContext | undefined {
  return replyContext.safeParse(data).data;
}

/** Returns the context as a job stores it. The job's messages are not known then. */
export const contextOfJob = ({ more: _, ...stored }: ReplyContext): Json => JSON.parse(JSON.stringify(stored)) as Json;

/** Returns whether the interaction's token still works at `nowMs`, for editing a message and for follow-ups. */
export const hasLiveToken = (context: ReplyContext | undefined, nowMs: number) =>
  Boolean(context?.token) && nowMs < (context?.until ?? 0);

/** Returns whether other people read this message, too. A message without a context counts as public. */
export function isPublic({ data }: MessageRef): boolean {
  const context = readReplyContext(data);
  return !context?.hidden && !context?.alone;
}

/** Returns a reference to a message. `id` is `@original` where Discord told none. */
export function messageRef(channel: string, id: string, { more, ...context }: ReplyContext): MessageRef {
  const data: Json = JSON.parse(JSON.stringify(more.length > 0 ? { ...context, more } : context));
  return { platform: 'discord', channel, id, data };
}

/** Returns the context of a message that the bot posts with its own token. */
export function contextOfBot(app: string, guild: string | undefined, alone: boolean): ReplyContext {
  return { app, bot: true, until: 0, hidden: false, alone, guild, more: [] };
}
