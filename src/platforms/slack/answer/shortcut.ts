/**
 * A shortcut of the app. Its name says what it is: `create:imagine` opens the form of a command from nowhere, and
 * `picture:edit:pictures` starts a command with the pictures of a message.
 */
import type { Bot } from '../../../commands/kit/bot.ts';
import { readShortcut } from '../read/interaction.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import { callSentences } from '../sentences.ts';
import { picturesFor, type StartCall } from './start-call.ts';

type Parts = { bot: Bot; startCall: StartCall; sayEphemeral: SayEphemeral };

/** Returns a function that answers a shortcut. It does nothing for one that this version of the bot does not have. */
export function createOnShortcut({ bot, startCall, sayEphemeral }: Parts) {
  return async function onShortcut(body: unknown): Promise<void> {
    const { name, files, ...interaction } = readShortcut(body);
    const [kind, command = '', option = ''] = name.split(':');
    if (kind === 'create') return startCall(interaction, { command, options: {}, form: true });
    const action = bot.pictureActions.find((each) => each.command === command && each.option === option);
    if (!action) return;
    const pictures = picturesFor(bot, command, option, files);
    if (!pictures[option]?.length) return sayEphemeral(interaction, { text: callSentences.noPicture, tone: 'bad' });
    await startCall(interaction, { command, options: {}, form: action.form }, pictures);
  };
}
