/**
 * Draws what the bot says as JSON for Discord. This file draws a message, richly in Components V2, or plainly where
 * Discord does not take those. `message-text.ts` and `buttons.ts` draw its parts, and `custom-id.ts` puts calls into buttons.
 * `form.ts` draws a form as modals, and `commands.ts` the list of commands.
 * `escape.ts` keeps other people's words literal. Every text and list is cut to the limits in `limits.ts`.
 * This room sends nothing. It stores only calls that are too long for a button.
 */
import { createHash } from 'node:crypto';
import { ComponentType as Kind, MessageFlags } from 'discord.js';
import type { Media, Message } from '../../../chat.ts';
import {
  maxAltTextLength,
  maxButtonUrlLength,
  maxContentLength,
  maxFilesPerMessage,
  maxTextBytes,
  maxTextLength,
} from '../limits.ts';
import type { LinkedFile } from '../send/choose-files.ts';
import { buttonRows } from './buttons.ts';
import type { CallStore } from './custom-id.ts';
import { truncate } from './escape.ts';
import { mentionOf, textsOf } from './message-text.ts';

/** JSON of a message, without its files. */
export type MessageBody = {
  content?: string | null;
  flags: number;
  components: object[];
  attachments: { id: string; filename: string; description?: string }[];
  allowed_mentions: { parse: never[]; users: string[] };
};

const accentColors: Record<Message['tone'], number | undefined> = {
  plain: undefined,
  working: 0x5865f2,
  good: 0x3ba55d,
  bad: 0xed4245,
};

/** Mark by which a message is found again. Its buttons' ids begin with `idPrefix`, its container has `containerId`. */
export type MessageMark = { idPrefix: string; containerId: number };

/** Returns the mark of a message by the key of its delivery: eight characters, and a number of 31 bits. */
export function markOf(key: string): MessageMark {
  const digest = createHash('sha256').update(key).digest();
  return { idPrefix: digest.toString('base64url').slice(0, 8), containerId: digest.readUInt32BE(8) >>> 1 };
}

/** Returns file names as they are sent: safe, and each once in a message. `plain` messages hide spoilers by the name. */
export function fileNames(media: readonly Media[], plain = false): string[] {
  const seen = new Set<string>();
  return media.map(({ name, spoiler }, index) => {
    const safe = name.replace(/[^\w.-]/g, '_') || 'file';
    const unique = seen.has(safe) ? `${index + 1}-${safe}` : safe;
    seen.add(unique);
    return plain && spoiler ? `SPOILER_${unique}` : unique;
  });
}

const descriptionOf = (alt: string) => (alt ? { description: truncate(alt, maxAltTextLength) } : {});

const attachmentsOf = (message: Message, names: string[]) =>
  (message.media ?? []).map(({ alt }, index) => ({
    id: String(index),
    filename: names[index] ?? 'file',
    ...descriptionOf(alt),
  }));

/** Returns the one person whom the message may notify. */
const allowedMentions = ({ mention }: Message): MessageBody['allowed_mentions'] => ({
  parse: [],
  users: mention && mentionOf(mention.id) ? [mention.id] : [],
});

/** Draws the message in Components V2. `key` is its delivery's, or anything else that each attempt repeats. */
export async function renderMessage(
  message: Message,
  key: string,
  ttlStore: CallStore,
  linked: readonly LinkedFile[] = [],
): Promise<MessageBody> {
  const { idPrefix, containerId } = markOf(key);
  const names = fileNames(message.media ?? []);
  const { main, small } = textsOf(message, { maxLength: maxTextLength, maxBytes: maxTextBytes });
  const color = accentColors[message.tone];
  const gallery = galleryOf(message, names, linked);
  const text = (content: string) => ({ type: Kind.TextDisplay, content });
  const container = {
    type: Kind.Container,
    id: containerId,
    ...(color === undefined ? {} : { accent_color: color }),
    components: [
      text(main || '…'),
      ...(gallery.length > 0 ? [{ type: Kind.MediaGallery, items: gallery }] : []),
      ...(small ? [text(small)] : []),
      ...(await buttonRows(message, idPrefix, ttlStore, linked)),
    ],
  };
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    attachments: attachmentsOf(message, names),
    allowed_mentions: allowedMentions(message),
  };
}

/** Returns the gallery's items: the files that come along, then those that Discord fetches from elsewhere. */
function galleryOf(message: Message, names: string[], linked: readonly LinkedFile[]) {
  const sent = (message.media ?? []).map((media, index) => ({ ...media, url: `attachment://${names[index]}` }));
  return [...sent, ...linked].slice(0, maxFilesPerMessage).map(({ url, alt, spoiler }) => ({
    media: { url },
    ...descriptionOf(alt),
    ...(spoiler ? { spoiler: true } : {}),
  }));
}

/** Addresses in a message without components. Two of them leave half of it for words. */
const maxPlainUrls = 2;

/** Draws the message without containers, as any Discord takes it. Files from elsewhere become addresses in its text. */
export async function renderPlainly(
  message: Message,
  key: string,
  ttlStore: CallStore,
  linked: readonly LinkedFile[] = [],
): Promise<MessageBody> {
  const fitting = linked.map(({ url }) => url).filter((url) => url.length <= maxButtonUrlLength);
  const urls = fitting.slice(0, maxPlainUrls);
  const urlsLength = urls.join('\n').length + 1;
  const { main, small } = textsOf(message, { maxLength: maxContentLength - urlsLength, maxBytes: maxTextBytes });
  return {
    content: [main, small, ...urls].filter(Boolean).join('\n'),
    flags: 0,
    components: await buttonRows(message, markOf(key).idPrefix, ttlStore, []),
    attachments: attachmentsOf(message, fileNames(message.media ?? [], true)),
    allowed_mentions: allowedMentions(message),
  };
}
