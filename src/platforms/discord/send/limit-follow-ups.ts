/** Keeps the messages of one result within those that an interaction takes, where the bot has no other way to answer. */
import { leftOutText } from '../sentences.ts';
import type { MessagePart } from './choose-files.ts';

/** Returns the first part and up to `maxFollowUps` more. The text of the first one names the files that are left out. */
export function limitFollowUps(parts: readonly MessagePart[], maxFollowUps: number): MessagePart[] {
  const posted = parts.slice(0, 1 + maxFollowUps);
  const leftOut = parts.slice(1 + maxFollowUps).reduce((sum, { message }) => sum + (message.media?.length ?? 0), 0);
  const [first, ...others] = posted;
  if (!first || leftOut === 0) return posted;
  const { message } = first;
  const text = `${message.text}\n${leftOutText(leftOut, message.job)}`;
  return [{ ...first, message: { ...message, text } }, ...others];
}
