/** Draws the list of commands as Discord's application commands. */
import { ApplicationCommandOptionType as Kind, ApplicationCommandType as Type } from 'discord.js';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Field, Sheet } from '../../../commands/kit/sheet.ts';
import {
  maxChoiceNameLength,
  maxChoices,
  maxCommandNameLength,
  maxDescriptionLength,
  maxFilesPerUpload,
  maxOptionsPerCommand,
  maxStringOptionLength,
  pictureTypes,
} from '../limits.ts';
import { fileOption } from '../read/call.ts';

/** Translations of our English words, by Discord's locales. */
type Translations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Settings of the list. With `userInstall`, people may add the bot to their own account, too. */
export type CommandSettings = { userInstall: boolean; translations?: Translations };

type Option = {
  type: number;
  name: string;
  description: string;
  required?: boolean;
  [more: string]: unknown;
};

/** Application command, as Discord takes it. */
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

/** Returns all commands to register: slash commands in the order of the sheets, then those of right-clicks. */
export function renderCommands(
  { sheets, pictureActions }: Pick<Bot, 'sheets' | 'pictureActions'>,
  settings: CommandSettings,
): CommandBody[] {
  const places = {
    integration_types: settings.userInstall ? [0, 1] : [0],
    contexts: settings.userInstall ? [0, 1, 2] : [0, 1],
    default_member_permissions: null,
  };
  // Direct messages have no moderators, and Discord hides no command there.
  const forModerators = { integration_types: [0], contexts: [0], default_member_permissions: manageServer };
  const slash = [...new Set(sheets.map(({ name }) => firstWord(name)))].map((name) => {
    const own = sheets.filter((sheet) => firstWord(sheet.name) === name);
    // Discord hides a command with all its subcommands or none of them.
    const isHidden = own.every(({ moderators }) => moderators);
    return { type: Type.ChatInput, ...slashBody(name, own, settings), ...(isHidden ? forModerators : places) };
  });
  const onMessages = pictureActions.map(({ label }) => ({
    type: Type.Message,
    ...labelled(label, settings),
    ...places,
  }));
  // Only actions with a form: one click on a person must not spend money on their avatar.
  const onPeople = pictureActions
    .filter(({ form }) => form)
    .map(({ label }) => ({ type: Type.User, ...labelled(label, settings), ...places }));
  return [...slash, ...onMessages, ...onPeople];
}

/** Permission that shows commands for moderators, until a server's own settings change that: MANAGE_GUILD. */
const manageServer = String(1n << 5n);

const firstWord = (name: string) => name.split(' ')[0] ?? name;

/** Returns one command, with a subcommand for each sheet whose name has a second word. */
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
  const describe = (heading: string) => `${heading}: ${words.join(', ')}`.slice(0, maxDescriptionLength);
  return {
    ...labelled(name, settings),
    description: describe(group),
    ...translated('description_localizations', group, settings, describe),
    options: subcommands,
  };
}

/** Returns the translations of `english` under `key`. `compose` makes the whole text of a translation. */
function translated(
  key: string,
  english: string,
  { translations = {} }: CommandSettings,
  compose = (words: string) => words,
) {
  const known = Object.entries(translations).flatMap(([locale, words]) =>
    words[english] ? [[locale, compose(words[english])]] : [],
  );
  return known.length > 0 ? { [key]: Object.fromEntries(known) } : {};
}

function labelled(name: string, settings: CommandSettings) {
  return { name: name.slice(0, maxCommandNameLength), ...translated('name_localizations', name, settings) };
}

function named({ name, description }: { name: string; description: string }, settings: CommandSettings) {
  return {
    ...labelled(name, settings),
    description: description.slice(0, maxDescriptionLength),
    ...translated('description_localizations', description, settings),
  };
}

/** Required options that people still type. More answers are given sooner in a form. */
const maxTypedOptions = 2;

/**
 * Returns whether the form is the better way in. It takes ten pictures at once where an option takes one, and it asks many
 * questions together. Such a command requires no option, so that the form opens for the missing ones.
 */
function isForForm({ fields }: Sheet): boolean {
  const required = fields.filter((field) => field.required);
  return required.length > maxTypedOptions || required.some(({ kind, max }) => kind === 'pictures' && (max ?? 1) > 1);
}

/** Returns the options of a command. Discord requires the required ones to come first. */
function optionsOf(sheet: Sheet, settings: CommandSettings): Option[] {
  const isTyped = !isForForm(sheet);
  const all = sheet.fields.flatMap((field) => optionsFor({ ...field, required: field.required && isTyped }, settings));
  const requiredFirst = [...all.filter(({ required }) => required), ...all.filter(({ required }) => !required)];
  return requiredFirst.slice(0, maxOptionsPerCommand);
}

/** Characters of a job's number. */
const maxJobLength = 20;

/** Returns the options of a field. Pictures have one for each file. */
function optionsFor(field: Field, settings: CommandSettings): Option[] {
  const { kind, min, max, required } = field;
  const words = { ...named(field, settings), required };
  switch (kind) {
    case 'text':
      return [
        {
          type: Kind.String,
          ...words,
          max_length: Math.min(max ?? maxStringOptionLength, maxStringOptionLength),
          ...suggesting(field),
        },
      ];
    case 'job':
      return [{ type: Kind.String, ...words, max_length: maxJobLength, ...suggesting(field) }];
    case 'integer':
      return [{ type: Kind.Integer, ...words, min_value: min, max_value: max, ...suggesting(field) }];
    case 'number':
      return [{ type: Kind.Number, ...words, min_value: min, max_value: max, ...suggesting(field) }];
    case 'flag':
      return [{ type: Kind.Boolean, ...words }];
    case 'choice':
      return [{ type: Kind.String, ...words, ...choosing(field) }];
    case 'pictures':
      return Array.from({ length: Math.min(max ?? 1, maxFilesPerUpload) }, (_, index) => ({
        type: Kind.Attachment,
        ...words,
        name: fileOption(field.name, index + 1),
        required: required && index === 0,
        file_types: pictureTypes,
      }));
  }
}

const suggesting = ({ suggests }: Field) => (suggests ? { autocomplete: true } : {});

/** Returns the choices of an option. A list that is too long comes as suggestions while a person types. */
function choosing({ choices }: Field) {
  if (choices.length > maxChoices) return { autocomplete: true };
  return { choices: choices.map(({ label, value }) => ({ name: label.slice(0, maxChoiceNameLength), value })) };
}
