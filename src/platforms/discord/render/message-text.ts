/** The text of a message: its head, a bar of progress, a quotation and a small line of facts, cut to the limits. */
import type { Message } from '../../../chat.ts';
import { escapeMarkdown, escapeOwnText, truncate } from './escape.ts';

/** Limits of all texts of a message together. */
type TextLimits = { maxLength: number; maxBytes: number };

/** Characters and bytes that line breaks and marks between the texts may need. */
const separators = 8;

/** Boxes of a bar of progress. */
const barBoxes = 10;
/** Fullest bar of a job that still runs. A job may take longer than usual. */
const maxRunningProgress = 0.95;

/** Returns a mention of a person. Empty for an id that is not Discord's. */
export const mentionOf = (id: string) => (/^\d+$/.test(id) ? `<@${id}>` : '');

/** Draws progress as a bar. Empty where no usual duration is known. */
function progressBar({ progress }: Message): string {
  if (!progress?.usual || progress.stage === 'done' || progress.stage === 'failed') return '';
  const part = progress.stage === 'queued' ? 0 : Math.min(maxRunningProgress, progress.elapsed / progress.usual);
  const full = Math.round(part * barBoxes);
  return `${'▰'.repeat(full)}${'▱'.repeat(barBoxes - full)}`;
}

/** Returns the main text and the small line of facts below it. The quotation is cut first, because others need it least. */
export function textsOf(message: Message, { maxLength, maxBytes }: TextLimits): { main: string; small: string } {
  const facts = factsOf(message);
  const small = facts ? `-# ${truncate(facts, Math.floor(maxLength / 4), Math.floor(maxBytes / 4))}` : '';
  const mention = message.mention ? mentionOf(message.mention.id) : '';
  const words = [mention, escapeOwnText(message.text)].filter(Boolean).join(' ');
  const head = [truncate(words, Math.floor(maxLength / 2), Math.floor(maxBytes / 3)), progressBar(message)]
    .filter(Boolean)
    .join('\n');
  const quote = quoteOf(message.quote, {
    maxLength: maxLength - head.length - small.length - separators,
    maxBytes: maxBytes - Buffer.byteLength(head + small) - separators,
  });
  return { main: [head, quote].filter(Boolean).join('\n'), small };
}

/** Returns the person who asked and the facts, on one line. */
function factsOf({ facts = [], by }: Message): string {
  const person = by ? [mentionOf(by.id) || escapeMarkdown(by.name)] : [];
  const named = facts.map(
    ({ label, value }) => `**${escapeMarkdown(label)}** ${escapeMarkdown(value).replace(/\s+/g, ' ')}`,
  );
  return [...person, ...named].join(' · ');
}

/**
 * Returns the quotation, cut until it fits. Empty when nothing of it fits. It is cut before it is escaped, so that no
 * backslash is left alone at its end. Escaping at most doubles it.
 */
function quoteOf(quote: string | undefined, { maxLength, maxBytes }: TextLimits): string {
  if (!quote) return '';
  const asLines = (text: string) => `> ${escapeMarkdown(text).replace(/\r?\n/g, '\n> ')}`;
  let length = quote.length;
  for (let lines = asLines(quote); ; lines = asLines(truncate(quote, length))) {
    if (lines.length <= maxLength && Buffer.byteLength(lines) <= maxBytes) return lines;
    length = Math.floor(length * 0.8);
    if (length < 2) return '';
  }
}
