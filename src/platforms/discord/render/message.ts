/** Draws a message in Discord's Components V2, or plainly where Discord does not take those. */
import { createHash } from 'node:crypto';
import { ButtonStyle, ComponentType as Kind } from 'discord.js';
import type { Button, Media, Message, MessageRef } from '../../../chat.ts';
import { flags, limits } from '../limits.ts';
import { readReply } from '../read/origin.ts';
import type { Linked } from '../send/choose-files.ts';
import { customIdOf, type TtlStore } from './custom-id.ts';
import { literally, ours, shortened } from './escape.ts';

/** What goes into a request, without its files. */
export type Body = {
  content?: string | null;
  flags: number;
  components: object[];
  attachments: { id: string; filename: string; description?: string }[];
  allowed_mentions: { parse: never[]; users: string[] };
};

const colours: Record<Message['tone'], number | undefined> = {
  plain: undefined,
  working: 0x5865f2,
  good: 0x3ba55d,
  bad: 0xed4245,
};

const styles = { primary: ButtonStyle.Primary, plain: ButtonStyle.Secondary, danger: ButtonStyle.Danger } as const;

/** The mark of a message: eight characters that begin its buttons' ids, and 31 bits that number its container. */
export function markOf(key: string): { text: string; number: number } {
  const digest = createHash('sha256').update(key).digest();
  return { text: digest.toString('base64url').slice(0, 8), number: digest.readUInt32BE(8) >>> 1 };
}

const mention = (id: string) => (/^\d+$/.test(id) ? `<@${id}>` : '');

const filled = 10;
/** Progress as a bar, where it is known how long such a thing takes. */
function bar({ progress }: Message): string {
  if (!progress?.usual || progress.stage === 'done' || progress.stage === 'failed') return '';
  const part = progress.stage === 'queued' ? 0 : Math.min(0.95, progress.elapsed / progress.usual);
  const full = Math.round(part * filled);
  return `${'▰'.repeat(full)}${'▱'.repeat(filled - full)}`;
}

/** Head, quotation and facts; the quotation gives way where the budget of the message is short. */
function textOf(message: Message, characters: number, bytes: number): { head: string; small: string } {
  const { quote, facts = [], by } = message;
  const head = [message.mention ? mention(message.mention.id) : '', ours(message.text)].filter(Boolean).join(' ');
  const named = facts.map(({ label, value }) => `**${literally(label)}** ${literally(value).replace(/\s+/g, ' ')}`);
  const asked = by ? [mention(by.id) || literally(by.name)] : [];
  const small = [...asked, ...named].join(' · ');
  const smallLine = small ? `-# ${shortened(small, Math.floor(characters / 4), Math.floor(bytes / 4))}` : '';
  const top = [shortened(head, Math.floor(characters / 2), Math.floor(bytes / 3)), bar(message)]
    .filter(Boolean)
    .join('\n');
  const left = characters - top.length - smallLine.length - 8;
  const leftBytes = bytes - Buffer.byteLength(top + smallLine) - 8;
  const quoted = quote ? quoteOf(quote, left, leftBytes) : '';
  return { head: [top, quoted].filter(Boolean).join('\n'), small: smallLine };
}

/** Cut before it is escaped, so that no backslash is left alone; escaping at most doubles it. */
function quoteOf(quote: string, characters: number, bytes: number): string {
  const lines = (text: string) => `> ${literally(text).replace(/\r?\n/g, '\n> ')}`;
  let length = quote.length;
  for (let cut = lines(quote); ; cut = lines(shortened(quote, length))) {
    if (cut.length <= characters && Buffer.byteLength(cut) <= bytes) return cut;
    length = Math.floor(length * 0.8);
    if (length < 2) return '';
  }
}

/** File names as they are sent: safe, and none twice in one message. */
export function fileNames(media: readonly Media[], plain = false): string[] {
  const seen = new Set<string>();
  return media.map(({ name, spoiler }, index) => {
    const safe = name.replace(/[^\w.-]/g, '_') || 'file';
    const own = seen.has(safe) ? `${index + 1}-${safe}` : safe;
    seen.add(own);
    return plain && spoiler ? `SPOILER_${own}` : own;
  });
}

function linkTo(ref: MessageRef): string {
  return `https://discord.com/channels/${readReply(ref.data)?.guild ?? '@me'}/${ref.channel}/${ref.id}`;
}

/** A button that leads out of Discord; undefined where the address is longer than Discord allows. */
const leading = (label: string, url: string) =>
  url.length <= limits.buttonUrl ? [{ type: Kind.Button, style: ButtonStyle.Link, label, url }] : [];

async function rowsOf(
  message: Message,
  mark: string,
  ttlStore: TtlStore,
  linked: readonly Linked[],
): Promise<object[]> {
  const drawn = async ({ label, call, style }: Button, index: number) => ({
    type: Kind.Button,
    style: styles[style ?? 'plain'],
    label: shortened(label, limits.buttonLabel),
    custom_id: await customIdOf(call, mark, index, ttlStore),
  });
  const pressed: object[] = await Promise.all((message.buttons ?? []).map(drawn));
  const links = [
    ...(message.link ? leading('Show', linkTo(message.link)) : []),
    ...linked.flatMap(({ kind, url }) => leading(kind === 'video' ? 'Open the video' : 'Open the picture', url)),
  ];
  // What leads out is shown first where not everything fits: it is all that is left of a file.
  const room = limits.rows * limits.buttonsInRow - links.length;
  const all = [...pressed.slice(0, room), ...links].slice(0, limits.rows * limits.buttonsInRow);
  return Array.from({ length: Math.ceil(all.length / limits.buttonsInRow) }, (_, row) => ({
    type: Kind.ActionRow,
    components: all.slice(row * limits.buttonsInRow, (row + 1) * limits.buttonsInRow),
  }));
}

const attached = (message: Message, names: string[]) =>
  (message.media ?? []).map(({ alt }, index) => ({
    id: String(index),
    filename: names[index] ?? 'file',
    ...(alt ? { description: shortened(alt, limits.alt) } : {}),
  }));

const mentioned = ({ mention: who }: Message) => ({ parse: [], users: who && mention(who.id) ? [who.id] : [] });

/** The full look. `key` is the delivery's, or anything else that is the same whenever this message is sent. */
export async function renderMessage(
  message: Message,
  key: string,
  ttlStore: TtlStore,
  linked: readonly Linked[] = [],
): Promise<Body> {
  const mark = markOf(key);
  const names = fileNames(message.media ?? []);
  const { head, small } = textOf(message, limits.text, limits.textBytes);
  const sent = (message.media ?? []).map((media, index) => ({ ...media, url: `attachment://${names[index]}` }));
  const gallery = [...sent, ...linked].slice(0, limits.filesInMessage).map(({ url, alt, spoiler }) => ({
    media: { url },
    ...(alt ? { description: shortened(alt, limits.alt) } : {}),
    ...(spoiler ? { spoiler: true } : {}),
  }));
  const text = (content: string) => ({ type: Kind.TextDisplay, content });
  const container = {
    type: Kind.Container,
    id: mark.number,
    ...(colours[message.tone] === undefined ? {} : { accent_color: colours[message.tone] }),
    components: [
      text(head || '…'),
      ...(gallery.length > 0 ? [{ type: Kind.MediaGallery, items: gallery }] : []),
      ...(small ? [text(small)] : []),
      ...(await rowsOf(message, mark.text, ttlStore, linked)),
    ],
  };
  return {
    flags: flags.componentsV2,
    components: [container],
    attachments: attached(message, names),
    allowed_mentions: mentioned(message),
  };
}

/** Addresses in a message without components: they leave half of it for words. */
const mostAddresses = 2;

/** The look that any client and any Discord understands. */
export async function renderPlainly(
  message: Message,
  key: string,
  ttlStore: TtlStore,
  linked: readonly Linked[] = [],
): Promise<Body> {
  // As text, because whatever Discord did not take of the full look, it takes words.
  const fitting = linked.map(({ url }) => url).filter((url) => url.length <= limits.buttonUrl);
  const addresses = fitting.slice(0, mostAddresses);
  const room = addresses.join('\n').length + 1;
  const { head, small } = textOf(message, limits.content - room, limits.textBytes);
  return {
    content: [head, small, ...addresses].filter(Boolean).join('\n'),
    flags: 0,
    components: await rowsOf(message, markOf(key).text, ttlStore, []),
    attachments: attached(message, fileNames(message.media ?? [], true)),
    allowed_mentions: mentioned(message),
  };
}
