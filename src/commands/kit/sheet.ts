/** Commands as plain JSON, from which platforms draw options, forms and suggestions. */
import { z } from 'zod';
import type { Call, Value } from '../../chat.ts';
import type { Choice, Command, Option } from './define.ts';

/**
 * An option or a field of a form. With `suggests`, `Bot.suggest` has suggestions for it. `value` is filled in. After a
 * change of a field that `reshapes`, `Bot.narrow` returns the new form.
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

/** The schema of a choice that a platform has kept. */
export const keptChoice = z.object({ value: z.string(), label: z.string(), hint: z.string().optional() });

/** The schema of a field, without its value, of an open form that a platform has kept. */
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

/** A command as people see it: name, description, example and the options that they may type. */
export type Sheet = {
  name: string;
  description: string;
  group: string;
  example: string;
  fields: Field[];
  moderators?: true;
};

/** A form to fill in. Its submission makes `call`, with the values of the fields put over its options. */
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

/** Returns the sheet of a command. */
export function sheetOf(command: Command): Sheet {
  const { name, description, group, example, moderators } = command;
  const fields = visible(command).map(([key, option]) => field(key, option));
  return { name, description, group, example, fields, ...(moderators ? { moderators } : {}) };
}

/** A right-click action on a picture. The picture goes into `option` of `command`. */
export type PictureAction = { label: string; command: string; option: string; form: boolean };

/** Returns the right-click actions of these commands, in their order. */
export function pictureActionsOf(commands: readonly Command[]): PictureAction[] {
  return commands.flatMap(({ name, onPicture: on }) =>
    on ? [{ label: on.label, command: name, option: on.option, form: on.form ?? false }] : [],
  );
}

/** Returns the form of a command, filled in with the options of the call. */
export function formOf(command: Command, call: Call): Form {
  const fields = visible(command).map(([name, option]) => field(name, option, call.options[name]));
  return { title: `/${command.name}`, submit: 'Send', call: { command: call.command, options: call.options }, fields };
}

/** Whether a required option is missing. The platform then shows the form. */
export function lacks(command: Command, options: Record<string, unknown>): boolean {
  return visible(command).some(([name, option]) => option.required && isAbsent(options[name]));
}

/** Whether an option was not given: no value, an empty text, an empty list. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
