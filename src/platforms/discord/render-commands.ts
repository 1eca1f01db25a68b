/** Draws the list of commands as Discord's application commands. */
import { ApplicationCommandOptionType as Kind, ApplicationCommandType as Type } from 'discord.js';
import type { Bot } from '../../commands/bot.ts';
import type { Field, Sheet } from '../../commands/sheet.ts';
import { limits } from './limits.ts';
import { fileOption } from './read-call.ts';

/** Translations of our English words, by Discord's names of languages. */
type Translations = Record<string, Record<string, string>>;

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
  default_member_permissions: null;
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
  const slash = [...new Set(sheets.map(({ name }) => firstWord(name)))].map((name) => ({
    type: Type.ChatInput,
    ...slashBody(
      name,
      sheets.filter((sheet) => firstWord(sheet.name) === name),
      settings,
    ),
    ...places,
  }));
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
  return { ...named({ name, description: `${only?.group}: ${words.join(', ')}` }, settings), options: subcommands };
}

/** The same words in every language that has them; nothing where there is none. */
function translated(key: string, english: string, { translations = {} }: CommandSettings) {
  const known = Object.entries(translations).flatMap(([locale, words]) =>
    words[english] ? [[locale, words[english]]] : [],
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

/** Discord wants the required ones first. */
function optionsOf(sheet: Sheet, settings: CommandSettings): Option[] {
  const all = sheet.fields.flatMap((field) => optionsFor(field, settings));
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
        file_types: ['image'],
      }));
  }
}

const suggesting = ({ suggests }: Field) => (suggests ? { autocomplete: true } : {});

/** A longer list is offered while somebody types. */
function choosing({ choices }: Field) {
  if (choices.length > limits.choices) return { autocomplete: true };
  return { choices: choices.map(({ label, value }) => ({ name: label.slice(0, limits.choiceName), value })) };
}
