/** Turns a slash command or a right-click into a call: Discord's flat options into ours, files into attachments. */
import type { Attachment, IncomingCall } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import { type HeldFile, heldOf, picturesIn } from './attachments.ts';
import type { CommandData } from './interaction.ts';

/** A call and, apart from it, the files that go into its options: a form or a draft can keep those. */
export type HeldCall = {
  command: string;
  options: IncomingCall['options'];
  form?: boolean;
  files: Record<string, HeldFile[]>;
};

/** Discord's name of the n-th file of an option: one attachment option holds one file. `n` counts from 1. */
export const fileOption = (name: string, n: number) => (n === 1 ? name : `${name}-${n}`);

/** A command's full name and its values: a subcommand is the second word of a name, and its values stand inside it. */
export function unfold({ name, options }: CommandData): { name: string; options: CommandData['options'] } {
  const sub = options.find((option) => option.value === undefined && option.options !== undefined);
  return sub?.options ? { name: `${name} ${sub.name}`, options: sub.options } : { name, options };
}

const avatarOf = (id: string, hash: string): HeldFile => ({
  name: `${id}.png`,
  url: `https://cdn.discordapp.com/avatars/${id}/${hash}.png?size=1024`,
});

/** Undefined where there is no picture in what was clicked on. */
export function readCommand(data: CommandData, bot: Pick<Bot, 'sheets' | 'pictureActions'>): HeldCall | undefined {
  if (data.type === 1) return readSlash(data, bot.sheets);
  const action = bot.pictureActions.find(({ label }) => label === data.name);
  const target = data.target_id ?? '';
  const message = data.resolved.messages[target];
  const avatar = data.resolved.users[target]?.avatar;
  const pictures = message ? picturesIn(message) : avatar ? [avatarOf(target, avatar)] : [];
  if (!action || pictures.length === 0) return undefined;
  const field = bot.sheets
    .find(({ name }) => name === action.command)
    ?.fields.find(({ name }) => name === action.option);
  const files = { [action.option]: pictures.slice(0, field?.max ?? 1) };
  return { command: action.command, options: {}, form: action.form || undefined, files };
}

function readSlash(data: CommandData, sheets: readonly Sheet[]): HeldCall {
  const { name: command, options: given } = unfold(data);
  const sheet = sheets.find((one) => one.name === command);
  const files: HeldCall['files'] = {};
  const options: HeldCall['options'] = {};
  for (const { name, value } of given) {
    const pictures = sheet?.fields.find(
      (field) => field.kind === 'pictures' && (name === field.name || name.startsWith(`${field.name}-`)),
    );
    const attachment = pictures && typeof value === 'string' ? data.resolved.attachments[value] : undefined;
    if (attachment && pictures) files[pictures.name] = [...(files[pictures.name] ?? []), heldOf(attachment)];
    else if (value !== undefined) options[name] = value;
  }
  return { command, options, files };
}

/** The call as the bot takes it: what is in the options and what was attached, together. */
export function withFiles({ files, ...call }: HeldCall, attach: (file: HeldFile) => Attachment): IncomingCall {
  const options = { ...call.options };
  for (const [name, held] of Object.entries(files)) {
    if (held.length > 0) options[name] = [...kept(options[name]), ...held.map(attach)];
  }
  return { ...call, options };
}

const kept = (value: IncomingCall['options'][string] | undefined): (Attachment | string)[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];

/** Whether a form may be due, from what is known without asking anybody. */
export function mayNeedForm(call: HeldCall, sheets: readonly Sheet[]): boolean {
  if (call.form) return true;
  const fields = sheets.find(({ name }) => name === call.command)?.fields ?? [];
  return fields.some(({ name, required }) => required && isMissing(call.options[name]) && !call.files[name]?.length);
}

const isMissing = (value: unknown) =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
