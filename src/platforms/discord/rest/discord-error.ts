/** Discord's errors: their meaning for a delivery, as a table, with the sentence that says so. */
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { UndeliverableError } from '../../../errors/catalogue.ts';

/**
 * An error of Discord's API. `status` 0 means that no answer came, so the request may have had its effect. It holds
 * neither the address nor the body of the request.
 */
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
 * Meanings of an error for the code that sends.
 * - `gone`: the message was deleted or is not ours. A new one is due.
 * - `expired`: the interaction's token has ended.
 * - `answered`: another process has answered the interaction.
 * - `archived`: the thread has to be opened first.
 * - `forum`: the channel takes posts instead of messages.
 * - `large`: fewer bytes are needed.
 * - `components`: Discord does not take the components of the message.
 * - `refused`: trying again in this place is useless.
 * - `later`: everything else. Trying again later may help.
 */
export type ErrorMeaning =
  | 'gone'
  | 'expired'
  | 'answered'
  | 'archived'
  | 'forum'
  | 'large'
  | 'components'
  | 'refused'
  | 'later';

/** Meaning and sentence by code (docs.discord.com/developers/topics/opcodes-and-status-codes). */
const codes = new Map<number, [ErrorMeaning, string]>([
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

/** Returns the meaning of an error. An error that is not Discord's means `later`. */
export function meaningOf(error: unknown): ErrorMeaning {
  if (!(error instanceof DiscordError)) return 'later';
  const known = codes.get(error.code)?.[0];
  if (known) return known;
  if (error.status === 413) return 'large';
  if (error.status === 403 || error.status === 404) return 'refused';
  return 'later';
}

/** Returns the error for the delivery of a result: an `UndeliverableError` with a sentence where this place is useless. */
export function toDeliveryError(error: unknown): unknown {
  const meaning = meaningOf(error);
  if (!(error instanceof DiscordError) || meaning === 'later') return error;
  return new UndeliverableError(`Discord: ${codes.get(error.code)?.[1] ?? error.message}.`);
}

/** Characters of Discord's own message that an error keeps. */
const maxMessageLength = 500;

/**
 * Returns an error of discord.js or of the connection without its secrets. discord.js puts the address, which holds the
 * interaction's token, and the body into its errors.
 */
export function toDiscordError(error: unknown): DiscordError {
  if (error instanceof DiscordAPIError) {
    return new DiscordError(error.status, Number(error.code) || 0, error.message.slice(0, maxMessageLength));
  }
  if (error instanceof HTTPError) return new DiscordError(error.status, 0, `Discord answered ${error.status}`);
  if (error instanceof RateLimitError) return new DiscordError(429, 0, 'Discord asks to wait');
  if (error instanceof SyntaxError) return new DiscordError(0, 0, 'Discord’s answer could not be read');
  // After one 401 discord.js forgets the token and sends nothing more with it: no request counts towards a ban.
  if (error instanceof Error && error.message.startsWith('Expected token')) {
    return new DiscordError(401, 0, 'Discord does not accept the bot’s token any more; set DISCORD_TOKEN anew');
  }
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  const name = error instanceof Error ? error.name : 'unknown error';
  return new DiscordError(0, 0, `Discord could not be reached: ${name}${code}`);
}
