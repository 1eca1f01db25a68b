/** Spoilers, for which Slack has no veil: the files go into the thread of a message that says so. */
import type { Message } from '../../../chat.ts';
import { deliverySentences } from '../sentences.ts';
import { type Destination, isSeenByAll } from './channels.ts';

const isSpoiler = ({ media = [] }: Message) => media.some(({ spoiler }) => spoiler);

/** Whether the files are hidden in a thread. A thread has none of its own, and the person alone needs none. */
export const isCovered = (message: Message, destination: Destination) =>
  isSpoiler(message) && !destination.thread && isSeenByAll(destination);

/** What stands in the channel: all words and buttons. */
export const coverOf = (message: Message): Message => ({
  ...message,
  media: [],
  text: deliverySentences.hiddenInThread(message.text),
});

/** The message as it is where nothing can be hidden. */
export const marked = (message: Message): Message =>
  isSpoiler(message) ? { ...message, text: deliverySentences.markedAsSpoiler(message.text) } : message;
