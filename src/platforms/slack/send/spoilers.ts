/** Spoilers. Slack cannot hide a file, so the files go into the thread of a message that says so. */
import type { Message } from '../../../chat.ts';
import { deliverySentences } from '../sentences.ts';
import { type Destination, isSeenByAll } from './message-ref.ts';

const isSpoiler = ({ media = [] }: Message) => media.some(({ spoiler }) => spoiler);

/** Returns whether the files go into a thread. A thread has no threads, and a direct message needs no hiding. */
export const isHiddenInThread = (message: Message, to: Destination): boolean =>
  isSpoiler(message) && !to.thread && isSeenByAll(to);

/** Returns the cover: the message that stands in the channel, with all words and buttons, and without files. */
export const coverOf = (message: Message): Message => ({
  ...message,
  media: [],
  text: deliverySentences.hiddenInThread(message.text),
});

/** Returns the message for a place in which nothing can be hidden: a spoiler is named as one. */
export const markSpoiler = (message: Message): Message =>
  isSpoiler(message) ? { ...message, text: deliverySentences.markedAsSpoiler(message.text) } : message;
