/**
 * Render: values of ours become what Slack draws.
 *
 * `message.ts` draws a message as blocks of rich text, in which no words of other people are formatting or mentions.
 * `view.ts` draws a form as a modal view, with the inputs of `field-input.ts`. `button-calls.ts` puts calls into
 * buttons. `command-names.ts` knows what commands are called in a workspace. Nothing here calls Slack.
 */
import type { ActionsBlock, KnownBlock, RichTextBlock, RichTextElement, Button as SlackButton } from '@slack/types';
import type { Button, Message, Progress } from '../../../chat.ts';
import { maxButtonLabelLength, maxButtonsPerRow, maxMessageTextLength, maxRichTextLength } from '../limits.ts';
import { buttonLabels, deliverySentences } from '../sentences.ts';
import type { NameCommands } from './command-names.ts';
import { truncate } from './truncate.ts';

/** A drawn message. `text` is for notifications and screen readers. */
export type Rendered = { text: string; blocks: KnownBlock[] };

/** The parts of a drawing that a message does not hold. */
export type Details = {
  /** The values of the buttons, in their order. */
  values: string[];
  /** The address of the linked message. */
  link?: string;
  /** The number of the first button. Several messages in one view must not repeat a number. */
  firstAction?: number;
  nameCommands?: NameCommands;
};

const emojiByTone: Record<Message['tone'], string | undefined> = {
  plain: undefined,
  working: 'hourglass_flowing_sand',
  good: undefined,
  bad: 'warning',
};

/** Shortest length that is left of a fact's value, however many facts there are. */
const minFactLength = 100;

/** Squares of a progress bar. */
const barSquares = 10;

/** Draws a message without its media. Those are files, and Slack takes them in other calls. */
export function renderMessage(given: Message, { values, link, firstAction = 0, nameCommands }: Details): Rendered {
  const message = nameCommands ? withCommandNames(given, nameCommands) : given;
  const blocks: KnownBlock[] = [richText(message, link)];
  const buttons = (message.buttons ?? []).slice(0, maxButtonsPerRow);
  const elements = buttons.map((button, index) => renderButton(button, firstAction + index, values[index] ?? ''));
  if (elements.length) blocks.push({ type: 'actions', elements });
  return { text: plainText(message), blocks };
}

/** A fact whose value is a list of commands. All other values are other people's words. */
const commandListPattern = /^\/[a-z][a-z -]*(, \/[a-z][a-z -]*)*$/;

function withCommandNames({ text, facts, ...message }: Message, nameCommands: NameCommands): Message {
  const rename = (value: string) => (commandListPattern.test(value) ? nameCommands(value) : value);
  const renamed = facts?.map((fact) => ({ ...fact, value: rename(fact.value) }));
  return { ...message, text: nameCommands(text), facts: renamed };
}

/**
 * Escapes the ampersand and angle brackets, without which a plain text has no mention: docs.slack.dev, “Escaping text”.
 */
const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function plainText({ text, quote, mention }: Message): string {
  const parts = [mention ? `@${mention.name}` : '', text.replace(/\*\*|`/g, ''), quote ? `“${quote}”` : ''];
  return truncate(escapeText(parts.filter(Boolean).join(' ')), maxMessageTextLength);
}

function richText(message: Message, link: string | undefined): RichTextBlock {
  const { quote } = message;
  const head = headElements(message, link);
  const details = detailElements(message);
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: head.length ? head : [plain(' ')] },
      ...(quote ? [{ type: 'rich_text_quote' as const, elements: [plain(truncate(quote, maxRichTextLength))] }] : []),
      ...(details.length ? [{ type: 'rich_text_section' as const, elements: details }] : []),
    ],
  };
}

/** Returns the message's text, with its emoji, mention and link. */
function headElements({ text, tone, mention }: Message, link: string | undefined): RichTextElement[] {
  const emoji = emojiByTone[tone];
  return [
    ...(emoji ? [{ type: 'emoji' as const, name: emoji }, plain(' ')] : []),
    ...(mention ? [{ type: 'user' as const, user_id: mention.id }, plain(' ')] : []),
    ...emphasized(text),
    ...(link ? [plain(' '), { type: 'link' as const, url: link, text: buttonLabels.openLink }] : []),
  ];
}

/** Returns the lines below the quote: progress, facts, and the person. */
function detailElements({ facts = [], by, progress }: Message): RichTextElement[] {
  const maxFactLength = Math.max(minFactLength, Math.floor(maxRichTextLength / facts.length));
  const elements: RichTextElement[] = [
    ...(progress ? progressBar(progress) : []),
    ...facts.flatMap(({ label, value }, index) => [
      plain(index ? ' · ' : ''),
      { type: 'text' as const, text: `${label} `, style: { italic: true } },
      plain(truncate(value, maxFactLength)),
    ]),
    ...(by ? [plain((facts.length ? ' · ' : '') + deliverySentences.by(by.name))] : []),
  ];
  return elements.filter((element) => !(element.type === 'text' && element.text === ''));
}

const plain = (text: string) => ({ type: 'text' as const, text });

/** Returns a text of ours as rich text. Our texts have two kinds of emphasis: `**bold**` and code. */
function emphasized(text: string): RichTextElement[] {
  const pieces = truncate(text, maxRichTextLength).split(/(\*\*[^*]+\*\*|`[^`]+`)/);
  return pieces.filter(Boolean).map((piece) => {
    if (piece.length > 4 && piece.startsWith('**') && piece.endsWith('**'))
      return { type: 'text', text: piece.slice(2, -2), style: { bold: true } };
    if (piece.length > 2 && piece.startsWith('`') && piece.endsWith('`'))
      return { type: 'text', text: piece.slice(1, -1), style: { code: true } };
    return plain(piece);
  });
}

/** Returns the bar of running work whose usual time is known. It is never full, as the usual time is only a guess. */
function progressBar({ stage, elapsed, usual }: Progress): RichTextElement[] {
  if (stage !== 'running' || !usual) return [];
  const full = Math.min(barSquares - 1, Math.floor((elapsed / usual) * barSquares));
  return [plain(`${'▰'.repeat(full)}${'▱'.repeat(barSquares - full)} ${Math.round(elapsed)} s\n`)];
}

function renderButton({ label, style }: Button, action: number, value: string): SlackButton {
  const text = { type: 'plain_text' as const, text: truncate(label || ' ', maxButtonLabelLength) };
  const colour = style === 'primary' || style === 'danger' ? { style } : {};
  return { type: 'button', action_id: `call:${action}`, text, value, ...colour };
}

/** Returns a block with one button of the adapter's own. */
export const buttonBlock = (action: string, label: string, value: string): ActionsBlock => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: action, text: { type: 'plain_text', text: label }, value }],
});
