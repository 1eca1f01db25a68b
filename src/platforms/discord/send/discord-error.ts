/** What Discord's errors mean for a delivery, as a table. */
import { UndeliverableError } from '../../../errors/catalogue.ts';

/** `status` 0 means that there was no answer: the request may have had its effect. Holds no address and no body. */
export class DiscordError extends Error {
  override readonly name = 'DiscordError';
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * `gone`: the message is not there or not ours any more, so a new one is due. `expired`: the interaction's token is
 * over. `answered`: somebody else took this interaction. `archived`: the thread has to be opened first. `forum`: a post
 * has to be made instead of a message. `large`: fewer bytes are needed. `refused`: useless in this place.
 */
export type Meaning =
  | 'gone'
  | 'expired'
  | 'answered'
  | 'archived'
  | 'forum'
  | 'large'
  | 'components'
  | 'refused'
  | 'later';

/** Codes and their sentences: docs.discord.com/developers/topics/opcodes-and-status-codes. */
const codes = new Map<number, [Meaning, string]>([
  [10003, ['refused', 'the channel does not exist any more']],
  [10004, ['refused', 'the server is not there, or the bot was removed from it']],
  [10008, ['gone', 'the message was deleted']],
  [10013, ['refused', 'the person is not on Discord any more']],
  [10015, ['expired', 'the interaction is over']],
  [10062, ['answered', 'the interaction is too old']],
  [30007, ['refused', 'the channel takes no more webhooks']],
  [30046, ['gone', 'the message was edited too often']],
  [40005, ['large', 'the file is too large']],
  [40058, ['forum', 'the channel takes posts only']],
  [40060, ['answered', 'the interaction was answered already']],
  [40067, ['refused', 'the forum wants a tag on every post']],
  [40094, ['refused', 'no more answers are allowed to this interaction']],
  [50001, ['refused', 'the bot cannot see the channel']],
  [50005, ['gone', 'the message is somebody else’s']],
  [50007, ['refused', 'the person takes no direct messages from the bot']],
  [50008, ['refused', 'nothing can be written in this kind of channel']],
  [50013, ['refused', 'the bot lacks a permission in the channel']],
  [50027, ['expired', 'the interaction is over']],
  [50035, ['components', 'Discord does not accept the form of the message']],
  [50045, ['large', 'the file is too large']],
  [50083, ['archived', 'the thread is archived']],
  [50278, ['refused', 'the bot shares no server with the person']],
  [160005, ['refused', 'the thread is locked']],
  [200000, ['refused', 'the server’s AutoMod blocked it']],
  [200001, ['refused', 'the server’s AutoMod blocked it']],
  [20009, ['refused', 'the person’s settings block such pictures']],
  [220001, ['forum', 'the channel takes posts only']],
]);

/** What to do about an error of Discord's; anything that is not one means trying again later. */
export function meaningOf(error: unknown): Meaning {
  if (!(error instanceof DiscordError)) return 'later';
  const known = codes.get(error.code)?.[0];
  if (known) return known;
  if (error.status === 413) return 'large';
  if (error.status === 403 || error.status === 404) return 'refused';
  return 'later';
}

/** The same error for `deliver.ts`: `Refused` with a sentence where this place is useless. */
export function forDelivery(error: unknown): unknown {
  const meaning = meaningOf(error);
  if (!(error instanceof DiscordError) || meaning === 'later') return error;
  return new UndeliverableError(`Discord: ${codes.get(error.code)?.[1] ?? error.message}.`);
}
