/** A command as plain JSON: what a platform needs to draw its options, its form and its suggestions. */
import { z } from 'zod';
import type { Call, Value } from '../../chat.ts';
import type { Choice, Command, Option } from './define.ts';

/**
 * One option or form field. `suggests` means that `Bot.suggest` answers for it; `value` is what is filled in. Other
 * fields follow one that `reshapes`: after it was changed, `Bot.narrow` gives the form anew.
 */
export type Field = {
  name: string;
  kind: Option['kind'];
  description: string;
  required: boolean;
  long: boolean;
  suggests: boolean;
  choices: Choice[];
  min?: number;
  max?: number;
  value?: Value;
  reshapes?: true;
};

/** A choice as it comes back from where a platform kept it. */
export const keptChoice = z.object({ value: z.string(), label: z.string(), hint: z.string().optional() });

/** What a field is, without what was filled in, as it comes back from where a platform kept an open form. */
export const keptField = z.object({
  name: z.string(),
  kind: z.enum(['text', 'integer', 'number', 'flag', 'choice', 'pictures', 'job']),
  description: z.string(),
  required: z.boolean(),
  long: z.boolean(),
  suggests: z.boolean(),
  choices: z.array(keptChoice),
  min: z.number().optional(),
  max: z.number().optional(),
});

/** A command's face: name, description, example and the options somebody may type. */
export type Sheet = {
  name: string;
  description: string;
  group: string;
  example: string;
  fields: Field[];
  moderators?: true;
};

/** A form to fill in. Submitting it makes `call` with the fields' values put over its options. */
export type Form = { title: string; submit: string; call: Call; fields: Field[] };

function field(name: string, option: Option, value?: Value): Field {
  return {
    name,
    kind: option.kind,
    description: option.description,
    required: option.required ?? false,
    long: option.kind === 'text' && (option.long ?? false),
    suggests: option.suggest !== undefined,
    choices: option.kind === 'choice' ? [...option.choices] : [],
    min: 'min' in option ? option.min : undefined,
    max: 'max' in option ? option.max : undefined,
    value,
  };
}

function visible(command: Command): [string, Option][] {
  return Object.entries(command.options).filter(([, option]) => !option.hidden);
}

/** What a platform shows of a command. */
export function sheetOf(command: Command): Sheet {
  const { name, description, group, example, moderators } = command;
  const fields = visible(command).map(([key, option]) => field(key, option));
  return { name, description, group, example, fields, ...(moderators ? { moderators } : {}) };
}

/** What a right-click on a picture offers; the picture goes into `option` of `command`. */
export type PictureAction = { label: string; command: string; option: string; form: boolean };

/** The right-click actions of these commands, in their order. */
export function pictureActionsOf(commands: readonly Command[]): PictureAction[] {
  return commands.flatMap(({ name, onPicture: on }) =>
    on ? [{ label: on.label, command: name, option: on.option, form: on.form ?? false }] : [],
  );
}

/** The form of a command, filled in with the options that are known. */
export function formOf(command: Command, call: Call): Form {
  const fields = visible(command).map(([name, option]) => field(name, option, call.options[name]));
  return { title: `/${command.name}`, submit: 'Send', call: { command: call.command, options: call.options }, fields };
}

/** Whether a required option is missing, so that the form is due. */
export function lacks(command: Command, options: Record<string, unknown>): boolean {
  return visible(command).some(([name, option]) => option.required && isAbsent(options[name]));
}

/** Nothing was given: no value, an empty text, an empty list. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
