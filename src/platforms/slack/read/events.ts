/** Reads the events that Slack reports: words to the bot, a look at its page, and its removal from a workspace. */
import { z } from 'zod';
import { type Interaction, isDirectMessage } from './interaction.ts';
import { type SlackFile, slackFiles } from './slack-file.ts';

/** Words that a person wrote to the bot, with the files of the message. */
export type WrittenMessage = Interaction & { text: string; files: SlackFile[] };

const homeOpened = z.object({ team_id: z.string(), event: z.object({ user: z.string(), tab: z.string() }) });

const installation = z.object({ is_enterprise_install: z.boolean().nullish() });
const removal = z.object({
  team_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
  authorizations: z.array(installation).nullish(),
  event: z.object({
    type: z.string(),
    tokens: z.object({ bot: z.array(z.string()).optional() }).optional(),
    team_ids: z.array(z.string()).default([]),
  }),
});

const writtenMessage = z.object({
  team_id: z.string(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional(),
  event_id: z.string(),
  event: z.object({
    user: z.string(),
    text: z.string().default(''),
    ts: z.string(),
    thread_ts: z.string().optional(),
    channel: z.string(),
    files: slackFiles.optional(),
  }),
});

/** A message of a person to the bot alone. Slack gives a message with files the subtype `file_share`. */
const directMessage = z.object({
  event: z.object({
    channel_type: z.literal('im'),
    user: z.string(),
    subtype: z.literal('file_share').optional(),
    bot_id: z.never().optional(),
  }),
});

/** Reads a look at the app's own page. Undefined for its tab with the messages. Throws if Slack sent something else. */
export function readHome(body: unknown): Interaction | undefined {
  const { team_id: tenant, event } = homeOpened.parse(body);
  if (event.tab !== 'home') return undefined;
  const user = { id: event.user, name: event.user };
  return { event: 'home', tenant, user, channel: '', isDirect: true, isEphemeral: true };
}

/**
 * Returns the workspaces or organisations that the bot was removed from. Returns none if only a person's token was
 * revoked. Throws if Slack sent something else.
 */
export function readRemoved(body: unknown): string[] {
  const { team_id: team, enterprise_id: organisation, event, ...rest } = removal.parse(body);
  if (event.type === 'team_access_revoked') return event.team_ids;
  if (event.type !== 'app_uninstalled' && !event.tokens?.bot?.length) return [];
  const isOrganisation = rest.is_enterprise_install ?? rest.authorizations?.[0]?.is_enterprise_install ?? false;
  return [(isOrganisation ? organisation : team) ?? team ?? organisation ?? ''];
}

/** Reads `@bot …` in a channel or a thread. It has no trigger id, so it cannot open a form. */
export function readMention(body: unknown): WrittenMessage {
  const read = readWritten(body);
  return { ...read, text: read.text.replace(/^[^<]*<@[A-Z0-9]+(?:\|[^>]*)?>/, '') };
}

/** Reads a message to the bot alone. Undefined for messages of the bot itself, and for changes of messages. */
export function readDirect(body: unknown): WrittenMessage | undefined {
  return directMessage.safeParse(body).success ? readWritten(body) : undefined;
}

function readWritten(body: unknown): WrittenMessage {
  const { team_id, authorizations, event_id, event } = writtenMessage.parse(body);
  // In a channel shared with another company, the first is where the writer works, the second where the bot is
  // installed.
  const tenant = authorizations?.[0]?.team_id ?? team_id;
  return {
    event: `mention:${event_id}`,
    tenant,
    user: { id: event.user, name: event.user },
    channel: event.channel,
    thread: event.thread_ts === event.ts ? undefined : event.thread_ts,
    isDirect: isDirectMessage(event.channel),
    isEphemeral: false,
    text: event.text,
    files: event.files ?? [],
  };
}
