/** A message as Slack's blocks. Everything is rich text, in which nobody's words can be formatting or mentions. */
import type { ActionsBlock, KnownBlock, RichTextBlock, RichTextElement, Button as SlackButton } from '@slack/types';
import type { Button, Message, Progress } from '../../../chat.ts';
import { maxButtonLabelLength, maxButtonsPerRow, maxMessageTextLength, maxRichTextLength } from '../limits.ts';
import { buttonLabels, deliverySentences } from '../sentences.ts';
import type { NameCommands } from './command-names.ts';

/** `text` is what notifications and screen readers say. */
export type Rendered = { text: string; blocks: KnownBlock[] };

/**
 * What only the adapter knows: the values of the buttons, in their order, and the address of the linked message. Actions
 * are counted from `firstAction`, so that several messages fit into one view. `nameCommands` knows what commands are called.
 */
export type Details = { values: string[]; link?: string; firstAction?: number; nameCommands?: NameCommands };

const emoji: Record<Message['tone'], string | undefined> = {
  plain: undefined,
  working: 'hourglass_flowing_sand',
  good: undefined,
  bad: 'warning',
};

/** Draws a message without its media, which are files and go their own way. */
export function renderMessage(given: Message, { values, link, firstAction = 0, nameCommands }: Details): Rendered {
  const message = nameCommands ? named(given, nameCommands) : given;
  const blocks: KnownBlock[] = [words(message, link)];
  const buttons = (message.buttons ?? []).slice(0, maxButtonsPerRow);
  if (buttons.length)
    blocks.push({
      type: 'actions',
      elements: buttons.map((button, at) => draw(button, firstAction + at, values[at] ?? '')),
    });
  return { text: plainText(message), blocks };
}

/** Facts are other people's words, but for lists of commands. */
const commandList = /^\/[a-z][a-z -]*(, \/[a-z][a-z -]*)*$/;

function named({ text, facts, ...message }: Message, nameCommands: NameCommands): Message {
  const value = (words: string) => (commandList.test(words) ? nameCommands(words) : words);
  return { ...message, text: nameCommands(text), facts: facts?.map((fact) => ({ ...fact, value: value(fact.value) })) };
}

/** Ampersand and angle brackets are all that makes a mention in a plain text: docs.slack.dev, “Escaping text”. */
const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function plainText({ text, quote, mention }: Message): string {
  const said = [mention ? `@${mention.name}` : '', text.replace(/\*\*|`/g, ''), quote ? `“${quote}”` : ''];
  return truncate(escapeText(said.filter(Boolean).join(' ')), maxMessageTextLength);
}

function words(message: Message, link: string | undefined): RichTextBlock {
  const { quote, facts = [], by, mention, tone, progress } = message;
  const icon = emoji[tone];
  const first: RichTextElement[] = [
    ...(icon ? [{ type: 'emoji' as const, name: icon }, plain(' ')] : []),
    ...(mention ? [{ type: 'user' as const, user_id: mention.id }, plain(' ')] : []),
    ...spans(message.text),
    ...(link ? [plain(' '), { type: 'link' as const, url: link, text: buttonLabels.openLink }] : []),
  ];
  const rest: RichTextElement[] = [
    ...(progress ? bar(progress) : []),
    ...facts.flatMap(({ label, value }, at) => [
      plain(at ? ' · ' : ''),
      { type: 'text' as const, text: `${label} `, style: { italic: true } },
      plain(truncate(value, Math.max(100, Math.floor(maxRichTextLength / facts.length)))),
    ]),
    ...(by ? [plain((facts.length ? ' · ' : '') + deliverySentences.by(by.name))] : []),
  ].filter((element) => !(element.type === 'text' && element.text === ''));
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: first.length ? first : [plain(' ')] },
      ...(quote ? [{ type: 'rich_text_quote' as const, elements: [plain(truncate(quote, maxRichTextLength))] }] : []),
      ...(rest.length ? [{ type: 'rich_text_section' as const, elements: rest }] : []),
    ],
  };
}

const plain = (text: string) => ({ type: 'text' as const, text });

/** Our own texts know two kinds of emphasis. */
function spans(text: string): RichTextElement[] {
  const pieces = truncate(text, maxRichTextLength).split(/(\*\*[^*]+\*\*|`[^`]+`)/);
  return pieces.filter(Boolean).map((piece) => {
    if (piece.length > 4 && piece.startsWith('**') && piece.endsWith('**'))
      return { type: 'text', text: piece.slice(2, -2), style: { bold: true } };
    if (piece.length > 2 && piece.startsWith('`') && piece.endsWith('`'))
      return { type: 'text', text: piece.slice(1, -1), style: { code: true } };
    return plain(piece);
  });
}

/** Ten squares while something runs and somebody knows how long it usually takes. It never says that it is done. */
function bar({ stage, elapsed, usual }: Progress): RichTextElement[] {
  if (stage !== 'running' || !usual) return [];
  const full = Math.min(9, Math.floor((elapsed / usual) * 10));
  return [plain(`${'▰'.repeat(full)}${'▱'.repeat(10 - full)} ${Math.round(elapsed)} s\n`)];
}

function draw({ label, style }: Button, at: number, value: string): SlackButton {
  const text = { type: 'plain_text' as const, text: truncate(label || ' ', maxButtonLabelLength) };
  const colour = style === 'primary' || style === 'danger' ? { style } : {};
  return { type: 'button', action_id: `call:${at}`, text, value, ...colour };
}

/** An actions block of its own, for what the adapter itself offers. */
export const buttonBlock = (action: string, label: string, value: string): ActionsBlock => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: action, text: { type: 'plain_text', text: label }, value }],
});

/** At most so many characters, with an ellipsis where something is missing. */
export const truncate = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
