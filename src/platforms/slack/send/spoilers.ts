/** Spoilers, for which Slack has no veil: the files go into the thread of a message that says so. */
import type { Message } from '../../../chat.ts';
import { isSeenByAll, type Spot } from './channels.ts';

const isSpoiler = ({ media = [] }: Message) => media.some(({ spoiler }) => spoiler);

/** Whether the files are hidden in a thread. A thread has none of its own, and the person alone needs none. */
export const isCovered = (message: Message, spot: Spot) => isSpoiler(message) && !spot.thread && isSeenByAll(spot);

/** What stands in the channel: all words and buttons. */
export const coverOf = (message: Message): Message => ({
  ...message,
  media: [],
  text: `${message.text} **Hidden: open the thread to see it.**`,
});

/** The message as it is where nothing can be hidden. */
export const marked = (message: Message): Message =>
  isSpoiler(message) ? { ...message, text: `${message.text} It was marked as a spoiler.` } : message;
