/**
 * Words to the bot: a mention in a channel, or a message to it alone. They are a command without a slash, or a prompt.
 */
import type { Bot } from '../../../commands/kit/bot.ts';
import { maxInputLength } from '../limits.ts';
import type { WrittenMessage } from '../read/events.ts';
import { decodeText, findCommand, mentionsAsNames, readLine } from '../read/line.ts';
import type { OriginOf } from '../read/origin.ts';
import { isPicture } from '../read/slack-file.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import { buttonLabels } from '../sentences.ts';
import { commandsBelow, halfCommand } from './half-command.ts';
import { type ClaimEvent, picturesFor, type StartCall } from './start-call.ts';

type Parts = {
  bot: Bot;
  startCall: StartCall;
  originOf: OriginOf;
  sayEphemeral: SayEphemeral;
  claimEvent: ClaimEvent;
};

/** Returns a function that answers words to the bot. Without words, it shows the help. */
export function createOnMention({ bot, startCall, originOf, sayEphemeral, claimEvent }: Parts) {
  /** Answers words that are no command. They may be half of one, or a prompt, for which nothing is spent unasked. */
  async function onUnknown(message: WrittenMessage, command: string, words: string): Promise<void> {
    const members = commandsBelow(command, bot.sheets);
    if (members.length) return sayEphemeral(message, halfCommand(command, members));
    const call = { command, options: {} };
    const answer = await bot.run(call, await originOf(message, call));
    const prompt = mentionsAsNames(words).slice(0, maxInputLength);
    const canMake = prompt && bot.sheets.some(({ name }) => name === 'imagine');
    const make = { label: buttonLabels.makePicture, call: { command: 'imagine', options: { prompt } } };
    await sayEphemeral(message, { ...answer, buttons: canMake ? [make] : [] });
  }

  return async function onMention(message: WrittenMessage): Promise<void> {
    const { text, files, ...interaction } = message;
    const words = decodeText(text).trim();
    const { command, rest } = findCommand(words || 'help', bot.sheets);
    const sheet = bot.sheets.find(({ name }) => name === command);
    if (!sheet) {
      if (await claimEvent(interaction.event)) await onUnknown(message, command, words);
      return;
    }
    const field = sheet.fields.find(({ kind }) => kind === 'pictures');
    const pictures = field && files.some(isPicture) ? picturesFor(bot, command, field.name, files) : {};
    await startCall(interaction, readLine(command, rest, bot.sheets), pictures);
  };
}
