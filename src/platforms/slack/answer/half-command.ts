/** Half a command: `/model` alone, or with a word that is none of its own. The answer shows the whole ones. */
import type { Message } from '../../../chat.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import { callSentences } from '../sentences.ts';

/** Returns the commands of two words that begin with this one. */
export const commandsBelow = (command: string, sheets: readonly Sheet[]): Sheet[] =>
  sheets.filter(({ name }) => name.startsWith(`${command} `));

/** Returns the answer to half a command: a list of the whole ones, each with a button. */
export const halfCommand = (command: string, members: readonly Sheet[]): Message => ({
  text: callSentences.severalCommands(command),
  tone: 'plain',
  private: true,
  facts: members.map(({ name, description }) => ({ label: `${name}:`, value: description })),
  buttons: members.map(({ name }) => ({ label: name, call: { command: name, options: {} } })),
});
