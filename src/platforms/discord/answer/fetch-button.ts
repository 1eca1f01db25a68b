/** Places where the bot can only answer, not speak: what is said there up front, and how the result is had later. */
import type { Message } from '../../../chat.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import type { Reply } from '../read/origin.ts';
import type { Part } from '../send/choose-files.ts';

/** The command that shows a job again, and its option; the button that makes the call brings a fresh token. */
const fetching = { command: 'show', option: 'job' };

/** Adds the notice and the button to a message about work that goes on, where the bot cannot post by itself. */
export function withFetch(
  message: Message,
  { bot }: Pick<Reply, 'bot'>,
  sheets: readonly Pick<Sheet, 'name'>[],
): Message {
  if (bot || message.job === undefined || message.tone !== 'working') return message;
  if (!sheets.some(({ name }) => name === fetching.command)) return message;
  const call = { command: fetching.command, options: { [fetching.option]: message.job } };
  const text = `${message.text}\nI cannot write here by myself. If this takes longer than 15 minutes, press **Fetch result** then.`;
  return { ...message, text, buttons: [...(message.buttons ?? []), { label: 'Fetch result', call, style: 'primary' }] };
}

/** The first part and as many more as the interaction still takes; the first one says what is left out. */
export function cutForGuest(parts: readonly Part[], more: number): Part[] {
  const kept = parts.slice(0, 1 + more);
  const left = parts.slice(1 + more).reduce((sum, { message }) => sum + (message.media?.length ?? 0), 0);
  const [first, ...others] = kept;
  if (!first || left === 0) return kept;
  const { message } = first;
  const where = message.job === undefined ? '' : ` \`/download ${message.job}\` gives each of them by its number.`;
  const text = `${message.text}\n${left} more cannot be shown here at once.${where}`;
  return [{ ...first, message: { ...message, text } }, ...others];
}
