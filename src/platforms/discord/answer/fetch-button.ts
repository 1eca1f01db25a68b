/** Places where the bot can answer only through an interaction's token: the notice there, and the button for later. */
import type { Message } from '../../../chat.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import type { ReplyContext } from '../read/reply-context.ts';
import { fetchLabel, fetchNotice } from '../sentences.ts';

/** Command that shows a job again. A press on its button brings a new token. */
const showCommand = 'show';

/** Returns the message with notice and button, where it is about running work and the bot cannot post by itself. */
export function addFetchButton(
  message: Message,
  { bot }: Pick<ReplyContext, 'bot'>,
  sheets: readonly Pick<Sheet, 'name'>[],
): Message {
  if (bot || message.job === undefined || message.tone !== 'working') return message;
  if (!sheets.some(({ name }) => name === showCommand)) return message;
  const call = { command: showCommand, options: { job: message.job } };
  return {
    ...message,
    text: `${message.text}\n${fetchNotice}`,
    buttons: [...(message.buttons ?? []), { label: fetchLabel, call, style: 'primary' }],
  };
}
