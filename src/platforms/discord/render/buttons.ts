/** The buttons of a message: those that make a call, and links to another message or to a file outside of Discord. */
import { ButtonStyle, ComponentType as Kind } from 'discord.js';
import type { Button, Message, MessageRef } from '../../../chat.ts';
import { maxButtonLabelLength, maxButtonRows, maxButtonsPerRow, maxButtonUrlLength } from '../limits.ts';
import { readReplyContext } from '../read/reply-context.ts';
import type { LinkedFile } from '../send/choose-files.ts';
import { openLabel, showLabel } from '../sentences.ts';
import { type CallStore, customIdOf } from './custom-id.ts';
import { truncate } from './escape.ts';

const styles = { primary: ButtonStyle.Primary, plain: ButtonStyle.Secondary, danger: ButtonStyle.Danger } as const;
const maxButtons = maxButtonRows * maxButtonsPerRow;

const messageUrl = (ref: MessageRef) =>
  `https://discord.com/channels/${readReplyContext(ref.data)?.guild ?? '@me'}/${ref.channel}/${ref.id}`;

/** Returns a link button, or nothing where the address is longer than Discord allows. */
const linkButton = (label: string, url: string) =>
  url.length <= maxButtonUrlLength ? [{ type: Kind.Button, style: ButtonStyle.Link, label, url }] : [];

/** Returns the action rows of a message. `prefix` begins the ids of its buttons. */
export async function buttonRows(
  message: Message,
  prefix: string,
  ttlStore: CallStore,
  linked: readonly LinkedFile[],
): Promise<object[]> {
  const callButton = async ({ label, call, style }: Button, index: number): Promise<object> => ({
    type: Kind.Button,
    style: styles[style ?? 'plain'],
    label: truncate(label, maxButtonLabelLength),
    custom_id: await customIdOf(call, prefix, index, ttlStore),
  });
  const calls = await Promise.all((message.buttons ?? []).map(callButton));
  const links = [
    ...(message.link ? linkButton(showLabel, messageUrl(message.link)) : []),
    ...linked.flatMap(({ kind, url }) => linkButton(openLabel(kind), url)),
  ];
  // Links have precedence where not everything fits. A link is all that is left of a file.
  const all = [...calls.slice(0, maxButtons - links.length), ...links].slice(0, maxButtons);
  return Array.from({ length: Math.ceil(all.length / maxButtonsPerRow) }, (_, row) => ({
    type: Kind.ActionRow,
    components: all.slice(row * maxButtonsPerRow, (row + 1) * maxButtonsPerRow),
  }));
}
