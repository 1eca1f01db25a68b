/** What Slack sends when somebody does something: checked once, here, and turned into `Interaction`. */
import { z } from 'zod';
import type { IncomingCall } from '../../../chat.ts';

/**
 * Something that a person did. `channel` is where, `thread` the message whose thread it was in. `trigger` opens a form
 * and dies after three seconds; `respond` is an address for answers that only this person sees, good for 30 minutes.
 */
export type Interaction = {
  event: string;
  tenant: string;
  user: { id: string; name: string };
  channel: string;
  thread?: string;
  isDirect: boolean;
  isHidden: boolean;
  triggerId?: string;
  respond?: string;
};

export type InteractionWithCall = Interaction & { call: IncomingCall };

const team = z.object({ id: z.string() }).nullish();
const enterprise = z.object({ id: z.string() }).nullish();
const user = z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() });

const slash = z.object({
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

/** A file of somebody's message. */
const file = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  file_access: z.string().nullish(),
  url_private_download: z.url().nullish(),
  url_private: z.url().nullish(),
});
export const files = z.array(file);
export type SlackFile = z.output<typeof file>;

const message = z.object({ ts: z.string(), thread_ts: z.string().optional(), files: files.optional() });
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

const homeOpened = z.object({ team_id: z.string(), event: z.object({ user: z.string(), tab: z.string() }) });
const organisation = z.object({ is_enterprise_install: z.boolean().nullish() });
const gone = z.object({
  team_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
  authorizations: z.array(organisation).nullish(),
  event: z.object({
    type: z.string(),
    tokens: z.object({ bot: z.array(z.string()).optional() }).optional(),
    team_ids: z.array(z.string()).default([]),
  }),
});

const mention = z.object({
  team_id: z.string(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional(),
  event_id: z.string(),
  event: z.object({
    user: z.string(),
    text: z.string().default(''),
    ts: z.string(),
    thread_ts: z.string().optional(),
    channel: z.string(),
    files: files.optional(),
  }),
});

/** A message of a person to the bot alone. Its files make it one of a kind of its own. */
const written = z.object({
  event: z.object({
    channel_type: z.literal('im'),
    user: z.string(),
    subtype: z.literal('file_share').optional(),
    bot_id: z.never().optional(),
  }),
});

const person = ({ id, name, username }: z.output<typeof user>) => ({ id, name: name ?? username ?? id });
const tenantOf = (own: z.output<typeof team>, org: z.output<typeof enterprise>) => own?.id ?? org?.id ?? '';

/** Slack's ids say what they are: D for a conversation of two. */
const isDirect = (channel: string) => channel.startsWith('D');

/** `/command text`. */
export function readSlash(body: unknown): Interaction & { line: string } {
  const read = slash.parse(body);
  return {
    event: `slash:${read.trigger_id}`,
    tenant: read.team_id ?? read.enterprise_id ?? '',
    user: { id: read.user_id, name: read.user_name || read.user_id },
    channel: read.channel_id,
    isDirect: isDirect(read.channel_id),
    isHidden: false,
    triggerId: read.trigger_id,
    respond: read.response_url,
    line: `${read.command} ${read.text}`,
  };
}

function readOnMessage(read: z.output<typeof onMessage>, event: string): Interaction {
  const channel = read.channel?.id ?? '';
  const root = read.message?.thread_ts ?? read.container?.thread_ts;
  return {
    event,
    tenant: tenantOf(read.team, read.enterprise),
    user: person(read.user),
    channel,
    // The first message of a thread stands in the channel, and is answered there.
    thread: root === read.message?.ts ? undefined : root,
    isDirect: isDirect(channel),
    isHidden: read.container?.is_ephemeral ?? false,
    triggerId: read.trigger_id,
    respond: read.response_url,
  };
}

/** A press on a button of ours. */
export function readPress(body: unknown): Interaction & { action: string; value: string } {
  const read = buttonPress.parse(body);
  const [{ action_id: action, value = '' } = { action_id: '' }] = read.actions;
  return { ...readOnMessage(read, `press:${read.trigger_id}`), action, value };
}

/** A shortcut on a message. The answer goes into the thread of the message it was used on, if it is in one. */
export function readShortcut(body: unknown): Interaction & { name: string; files: SlackFile[] } {
  const read = onMessage.extend({ callback_id: z.string() }).parse(body);
  return {
    ...readOnMessage(read, `shortcut:${read.trigger_id}`),
    name: read.callback_id,
    files: read.message?.files ?? [],
  };
}

/** Somebody looks at the app's own page; undefined for the tab with the messages. */
export function readHome(body: unknown): Interaction | undefined {
  const { team_id: tenant, event } = homeOpened.parse(body);
  if (event.tab !== 'home') return undefined;
  const user = { id: event.user, name: event.user };
  return { event: 'home', tenant, user, channel: '', isDirect: true, isHidden: true };
}

/** The workspaces or organisations that the bot was removed from; none if only a person's token was revoked. */
export function readRemoved(body: unknown): string[] {
  const { team_id: team, enterprise_id: org, event, ...rest } = gone.parse(body);
  if (event.type === 'team_access_revoked') return event.team_ids;
  if (event.type !== 'app_uninstalled' && !event.tokens?.bot?.length) return [];
  const isOrganisation = rest.is_enterprise_install ?? rest.authorizations?.[0]?.is_enterprise_install ?? false;
  return [(isOrganisation ? org : team) ?? team ?? org ?? ''];
}

function readText(body: unknown): Interaction & { text: string; files: SlackFile[] } {
  const { team_id, authorizations, event_id, event } = mention.parse(body);
  // In a channel shared with another company, the first is where the writer works, the second where the bot is installed.
  const tenant = authorizations?.[0]?.team_id ?? team_id;
  return {
    event: `mention:${event_id}`,
    tenant,
    user: { id: event.user, name: event.user },
    channel: event.channel,
    thread: event.thread_ts === event.ts ? undefined : event.thread_ts,
    isDirect: isDirect(event.channel),
    isHidden: false,
    text: event.text,
    files: event.files ?? [],
  };
}

/** `@bot …` in a channel or a thread. There is no trigger, so that no form can be opened. */
export function readMention(body: unknown): Interaction & { text: string; files: SlackFile[] } {
  const read = readText(body);
  return { ...read, text: read.text.replace(/^[^<]*<@[A-Z0-9]+(?:\|[^>]*)?>/, '') };
}

/** What a person writes to the bot; undefined for what it writes itself, and for changes of messages. */
export function readDirect(body: unknown): (Interaction & { text: string; files: SlackFile[] }) | undefined {
  return written.safeParse(body).success ? readText(body) : undefined;
}
