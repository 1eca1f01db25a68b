/** Draws the list of commands as Discord's application commands. */
import { ApplicationCommandOptionType as Kind, ApplicationCommandType as Type } from 'discord.js';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Field, Sheet } from '../../../commands/kit/sheet.ts';
import { limits, pictureTypes } from '../limits.ts';
import { fileOption } from '../read/call.ts';

/** Translations of our English words, by Discord's names of languages. */
type Translations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `userInstall`: people may add the bot to their own account, too. */
export type CommandSettings = { userInstall: boolean; translations?: Translations };

type Option = {
  type: number;
  name: string;
  description: string;
  required?: boolean;
  [more: string]: unknown;
};

/** One application command, as Discord takes it. */
export type CommandBody = {
  type: number;
  name: string;
  description?: string;
  options?: Option[];
  integration_types: number[];
  contexts: number[];
  default_member_permissions: string | null;
  [more: string]: unknown;
};

/** Everything to register: slash commands in the order of the list, then what a right-click offers. */
export function renderCommands(
  { sheets, pictureActions }: Pick<Bot, 'sheets' | 'pictureActions'>,
  settings: CommandSettings,
): CommandBody[] {
  const places = {
    integration_types: settings.userInstall ? [0, 1] : [0],
    contexts: settings.userInstall ? [0, 1, 2] : [0, 1],
    default_member_permissions: null,
  };
  // In direct messages nobody is a moderator, and nobody would be kept out.
  const ofModerators = { integration_types: [0], contexts: [0], default_member_permissions: manageServer };
  const slash = [...new Set(sheets.map(({ name }) => firstWord(name)))].map((name) => {
    const own = sheets.filter((sheet) => firstWord(sheet.name) === name);
    // Discord hides a command with all its subcommands or none of them.
    const isHidden = own.every(({ moderators }) => moderators);
    return { type: Type.ChatInput, ...slashBody(name, own, settings), ...(isHidden ? ofModerators : places) };
  });
  const onMessages = pictureActions.map(({ label }) => ({
    type: Type.Message,
    ...labelled(label, settings),
    ...places,
  }));
  // Somebody's avatar is only ever used after a form was looked at: no money is spent by one click on a person.
  const onPeople = pictureActions
    .filter(({ form }) => form)
    .map(({ label }) => ({ type: Type.User, ...labelled(label, settings), ...places }));
  return [...slash, ...onMessages, ...onPeople];
}

/** Who sees commands for moderators until a server's own settings say otherwise: topics/permissions, MANAGE_GUILD. */
const manageServer = String(1n << 5n);

const firstWord = (name: string) => name.split(' ')[0] ?? name;

/** One command, or one with a subcommand for every sheet whose name has a second word. */
function slashBody(name: string, sheets: readonly Sheet[], settings: CommandSettings) {
  const [only] = sheets;
  if (only && only.name === name) return { ...named(only, settings), options: optionsOf(only, settings) };
  const words = sheets.map((sheet) => sheet.name.slice(name.length + 1));
  const subcommands = sheets.map((sheet, index) => ({
    type: Kind.Subcommand,
    ...named({ ...sheet, name: words[index] ?? sheet.name }, settings),
    options: optionsOf(sheet, settings),
  }));
  const group = only?.group ?? '';
  const all = (heading: string) => `${heading}: ${words.join(', ')}`.slice(0, limits.description);
  return {
    ...labelled(name, settings),
    description: all(group),
    ...translated('description_localizations', group, settings, all),
    options: subcommands,
  };
}

/** The same words in every language that has them; nothing where there is none. */
function translated(
  key: string,
  english: string,
  { translations = {} }: CommandSettings,
  written = (words: string) => words,
) {
  const known = Object.entries(translations).flatMap(([locale, words]) =>
    words[english] ? [[locale, written(words[english])]] : [],
  );
  return known.length > 0 ? { [key]: Object.fromEntries(known) } : {};
}

function labelled(name: string, settings: CommandSettings) {
  return { name: name.slice(0, limits.commandName), ...translated('name_localizations', name, settings) };
}

function named({ name, description }: { name: string; description: string }, settings: CommandSettings) {
  return {
    ...labelled(name, settings),
    description: description.slice(0, limits.description),
    ...translated('description_localizations', description, settings),
  };
}

/** More answers than this are given sooner in a form. */
const mostTyped = 2;

/**
 * Whether the form is the better way in: it takes ten pictures at once where an option takes one, and asks many
 * questions together. Nothing is required of somebody who types such a command, so that the form opens for what is missing.
 */
function isForForm({ fields }: Sheet): boolean {
  const required = fields.filter((field) => field.required);
  return required.length > mostTyped || required.some(({ kind, max }) => kind === 'pictures' && (max ?? 1) > 1);
}

/** Discord wants the required ones first. */
function optionsOf(sheet: Sheet, settings: CommandSettings): Option[] {
  const isTyped = !isForForm(sheet);
  const all = sheet.fields.flatMap((field) => optionsFor({ ...field, required: field.required && isTyped }, settings));
  return [...all.filter(({ required }) => required), ...all.filter(({ required }) => !required)].slice(
    0,
    limits.options,
  );
}

function optionsFor(field: Field, settings: CommandSettings): Option[] {
  const { kind, min, max, required } = field;
  const words = { ...named(field, settings), required };
  switch (kind) {
    case 'text':
      return [
        {
          type: Kind.String,
          ...words,
          max_length: Math.min(max ?? limits.optionLength, limits.optionLength),
          ...suggesting(field),
        },
      ];
    case 'job':
      return [{ type: Kind.String, ...words, max_length: 20, ...suggesting(field) }];
    case 'integer':
      return [{ type: Kind.Integer, ...words, min_value: min, max_value: max, ...suggesting(field) }];
    case 'number':
      return [{ type: Kind.Number, ...words, min_value: min, max_value: max, ...suggesting(field) }];
    case 'flag':
      return [{ type: Kind.Boolean, ...words }];
    case 'choice':
      return [{ type: Kind.String, ...words, ...choosing(field) }];
    case 'pictures':
      return Array.from({ length: Math.min(max ?? 1, limits.modalFiles) }, (_, index) => ({
        type: Kind.Attachment,
        ...words,
        name: fileOption(field.name, index + 1),
        required: required && index === 0,
        file_types: pictureTypes,
      }));
  }
}

const suggesting = ({ suggests }: Field) => (suggests ? { autocomplete: true } : {});

/** A longer list is offered while somebody types. */
function choosing({ choices }: Field) {
  if (choices.length > limits.choices) return { autocomplete: true };
  return { choices: choices.map(({ label, value }) => ({ name: label.slice(0, limits.choiceName), value })) };
}
