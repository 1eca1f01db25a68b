/**
 * Sentences and labels that people read and that only this adapter says. They use our own Markdown: `**bold**` and
 * `` `code` ``. Sentences that other platforms say as well are in `errors/`, and Discord's errors are in
 * `send/discord-error.ts`, beside their codes.
 */

// Answers to a call

/** Answer to a right-click on a message or a person without a picture. */
export const noPicture = 'There is no picture in that. Nothing was spent.';

/** Answer to a call in a channel where the bot lacks permissions. `missing` are names as Discord's settings show them. */
export function missingPermissionsText(missing: readonly string[]): string {
  const names = missing.map((name) => `**${name}**`).join(', ');
  return (
    `I cannot post results here: I lack ${names}. Nothing was spent. Somebody who manages this channel can give it: ` +
    'Edit Channel → Permissions → Advanced permissions → add me, and allow it. Or ask in another channel.'
  );
}

/** Notice below a working message, where the bot cannot post without an interaction's token. */
export const fetchNotice =
  'I cannot write here by myself. If this takes longer than 15 minutes, press **Fetch result** then.';

/** Label of the button that shows the result there. */
export const fetchLabel = 'Fetch result';

// Forms

/** Heading of the message between two modals of a form. */
export const almostDone = '**Almost done.**';

/** Number of files that a field has. */
export const attachedText = (count: number) => `${count} attached`;

/** Label of the button that sends a form before its last modal. */
export const sendLabel = 'Send';

/** Label of the button that opens the next modal. `names` are the fields that follow. */
export const moreLabel = (names: readonly string[]) => `More: ${names.join(', ')}`;

/** Title of one modal among several. Both numbers count from 1. */
export const stepTitle = (title: string, step: number, steps: number) => `${title} (${step} of ${steps})`;

/** Description of a field that has a file already. */
export const fileIsThere = (description: string) =>
  `${description}. One is there already; files given here take its place.`;

/** Description of a field for a number. */
export const rangeText = (description: string, min: number, max: number | undefined) =>
  `${description} (${min} to ${max})`;

// Results

/** Label of the button that leads to another message. */
export const showLabel = 'Show';

/** Label of the button that opens a file outside of Discord. */
export const openLabel = (kind: 'image' | 'video') => (kind === 'video' ? 'Open the video' : 'Open the picture');

/** Text of a further message of one result. Both numbers count from 1. */
export const furtherMessageText = (number: number, total: number) => `… and more (${number} of ${total})`;

/** Title of a post in a forum. */
export const forumPostTitle = 'PhotoGPT result';

/** Text in place of a private result that may be in the chat already. Showing the result again would double it. */
export const perhapsShownText =
  'Your result was put where you asked for it, but Discord did not confirm it in time, so nobody can tell whether you saw it.';

/** Label of the button below that text. */
export const showAgainLabel = 'Show it again';

/** Text of a public message in the moment before it is deleted. */
export const withdrawnText = 'Only the person who asked can see the answer.';

/** Sentence about files for which the interaction takes no more messages. */
export function leftOutText(count: number, job: number | undefined): string {
  const where = job === undefined ? '' : ` \`/download ${job}\` gives each of them by its number.`;
  return `${count} more cannot be shown here at once.${where}`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** A file that was too large to be posted. `limitBytes` is 0 where no size would have been taken. */
type TooLarge = { kind: 'image' | 'video'; bytes: number; limitBytes: number; hasLink: boolean; job?: number };

/** Sentence about a file that was too large to be posted. */
export function tooLargeText({ kind, bytes, limitBytes, hasLink, job }: TooLarge): string {
  const what = `The ${kind === 'video' ? 'video' : 'picture'} has ${megabytes(bytes)}`;
  const instead = hasLink ? ' What you see here is PhotoGPT’s own copy, for as long as that is there.' : '';
  const where = job === undefined ? '' : ` Use \`/show ${job}\` in a place that allows more.`;
  return limitBytes > 0
    ? `${what}; at most ${megabytes(limitBytes)} can be posted here.${instead}${where}`
    : `${what} and could not be posted here.${instead}${where}`;
}

// Reasons of an `UndeliverableError`

/** Reason where the bot has no way of posting by itself. */
export const needsFetch = 'Discord lets the bot answer here only when somebody presses Fetch result.';

/** Reason where a message holds nothing by which its call can be answered. */
export const cannotAnswer = 'Nobody knows how to answer this call.';

/** Reason where the interaction's token has ended. */
export const interactionIsOver = 'The interaction is over.';

/** Reason where a private message would replace a public one. */
export const wouldShowPrivate = 'What is private is not shown where others read it.';

/** Reason where a message cannot be edited any more. */
export const messageIsGone = 'The message is gone or can no longer be reached.';

/** Reason where a message cannot be deleted any more. */
export const messageIsOutOfReach = 'The message cannot be reached any more.';

// For the operator

/** Error of a start that Discord has refused. */
export const loginRefused = (reason: string) =>
  `Discord did not let the bot in (${reason}). Check DISCORD_TOKEN, and reset it if it was changed.`;

/** Error of a start with a wrong key. */
export const wrongPublicKey = 'DISCORD_PUBLIC_KEY is not the public key of an application: 64 hexadecimal digits.';

/** Error of a registration without a token. */
export const tokenNotSet = 'DISCORD_TOKEN is not set; with -- --print none is needed.';

/** Outcome of a registration, as numbers of commands. */
export const registeredText = (written: number, removed: number, same: number) =>
  `${written} written, ${removed} removed, ${same} as they were.`;
