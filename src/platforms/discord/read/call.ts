/** Turns a slash command or a right-click into a call: Discord's flat options into ours, files into attachments. */
import type { Attachment, IncomingCall } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import { picturesIn, type RemoteFile, remoteFileOf } from './attachments.ts';
import { type CommandData, slashCommandType } from './interaction.ts';

/** A call and, apart from it, the files that go into its options. A form can store both. */
export type ParsedCall = {
  command: string;
  options: IncomingCall['options'];
  form?: boolean;
  files: Record<string, RemoteFile[]>;
};

/** Returns Discord's name of the n-th file of an option. One attachment option holds one file. `n` counts from 1. */
export const fileOption = (name: string, n: number) => (n === 1 ? name : `${name}-${n}`);

/** Returns a command's full name and its values. Discord nests the values of a subcommand in it: `model train` is two levels. */
export function flattenSubcommand({ name, options }: CommandData): { name: string; options: CommandData['options'] } {
  const sub = options.find((option) => option.value === undefined && option.options !== undefined);
  return sub?.options ? { name: `${name} ${sub.name}`, options: sub.options } : { name, options };
}

/** Returns the call of a command. Undefined for a right-click on something without a picture. */
export function readCommand(data: CommandData, bot: Pick<Bot, 'sheets' | 'pictureActions'>): ParsedCall | undefined {
  if (data.type === slashCommandType) return readSlash(data, bot.sheets);
  const action = bot.pictureActions.find(({ label }) => label === data.name);
  const pictures = targetPictures(data);
  if (!action || pictures.length === 0) return undefined;
  const field = bot.sheets
    .find(({ name }) => name === action.command)
    ?.fields.find(({ name }) => name === action.option);
  const files = { [action.option]: pictures.slice(0, field?.max ?? 1) };
  return { command: action.command, options: {}, form: action.form || undefined, files };
}

/** Returns the pictures of the message, or the avatar of the person, on which the right-click was. */
function targetPictures({ target_id: target = '', resolved }: CommandData): RemoteFile[] {
  const message = resolved.messages[target];
  if (message) return picturesIn(message);
  const avatar = resolved.users[target]?.avatar;
  if (!avatar) return [];
  return [{ name: `${target}.png`, url: `https://cdn.discordapp.com/avatars/${target}/${avatar}.png?size=1024` }];
}

function readSlash(data: CommandData, sheets: readonly Sheet[]): ParsedCall {
  const { name: command, options: given } = flattenSubcommand(data);
  const sheet = sheets.find((one) => one.name === command);
  const files: ParsedCall['files'] = {};
  const options: ParsedCall['options'] = {};
  for (const { name, value } of given) {
    const pictures = sheet?.fields.find(
      (field) => field.kind === 'pictures' && (name === field.name || name.startsWith(`${field.name}-`)),
    );
    const attachment = pictures && typeof value === 'string' ? data.resolved.attachments[value] : undefined;
    if (attachment && pictures) files[pictures.name] = [...(files[pictures.name] ?? []), remoteFileOf(attachment)];
    else if (value !== undefined) options[name] = value;
  }
  return { command, options, files };
}

/** Returns the call with its files among its options, as the bot takes it. */
export function withFiles({ files, ...call }: ParsedCall, attach: (file: RemoteFile) => Attachment): IncomingCall {
  const options = { ...call.options };
  for (const [name, remote] of Object.entries(files)) {
    if (remote.length > 0) options[name] = [...listOf(options[name]), ...remote.map(attach)];
  }
  return { ...call, options };
}

/** Returns the pictures that an option names already, such as those of a job. */
const listOf = (value: IncomingCall['options'][string] | undefined): (Attachment | string)[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];

/** Returns whether the call may need a form, by what this process knows. Only then the bot has to decide. */
export function mayNeedForm(call: ParsedCall, sheets: readonly Sheet[]): boolean {
  if (call.form) return true;
  const fields = sheets.find(({ name }) => name === call.command)?.fields ?? [];
  return fields.some(({ name, required }) => required && isMissing(call.options[name]) && !call.files[name]?.length);
}

const isMissing = (value: unknown) =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
