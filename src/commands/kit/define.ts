/** The kit for commands: a command is a value, and `define` gives its options exact types. */
import type { App } from '../../app.ts';
import type { Attachment, Call, IncomingCall, Message, Origin } from '../../chat.ts';

/** A choice. `value` has at most 100 characters (Discord's limit). The `hint` stands beside the label. */
export type Choice = { value: string; label: string; hint?: string };

/**
 * The surroundings of a call: the app, its origin, its time limit. `keep` stores a file of the call and returns its id.
 */
export type Context = {
  app: App;
  origin: Origin;
  signal: AbortSignal;
  keep(attachment: Attachment): Promise<string>;
};

type Shared = {
  /** The words beside the option, at most 100 characters. */
  description: string;
  required?: true;
  /** Only buttons and shortcuts fill it in. People who type are not offered it. */
  hidden?: true;
  /** Returns suggestions while a person types, from memory or the database, never from the API. Platforms show 25. */
  suggest?(context: Context, typed: string): Choice[] | Promise<Choice[]>;
};

/** A text of at most `max` characters. `long` asks for several lines. */
export type TextOption = Shared & { kind: 'text'; max: number; long?: true };
/** A number between two bounds. */
export type NumberOption = Shared & { kind: 'integer' | 'number'; min: number; max: number };
/** A yes or a no. */
export type FlagOption = Shared & { kind: 'flag' };
/** One of a list. */
type ChoiceOption = Shared & { kind: 'choice'; choices: readonly Choice[] };
/** Attached files, pictures of earlier jobs (`41/2`) or ids of kept pictures. The command gets ids of kept pictures. */
export type PicturesOption = Shared & { kind: 'pictures'; max: number };
/** The number of a job that this person may see. */
export type JobOption = Shared & { kind: 'job' };

/** An option of any kind. */
export type Option = TextOption | NumberOption | FlagOption | ChoiceOption | PicturesOption | JobOption;
/** The options of a command by their names. */
export type Options = Record<string, Option>;

type ValueOf<O extends Option> = O extends ChoiceOption
  ? O['choices'][number]['value']
  : O extends TextOption
    ? string
    : O extends FlagOption
      ? boolean
      : O extends PicturesOption
        ? string[]
        : number;

/** The options as `run` gets them: a required one is never `undefined`, and a choice is the union of its values. */
export type Read<O extends Options> = {
  [K in keyof O]: O[K] extends { required: true } ? ValueOf<O[K]> : ValueOf<O[K]> | undefined;
};

/** The effect of another field's value on a field: other choices, tighter limits, or no field at all. */
export type Narrowed = 'gone' | { choices?: Choice[]; min?: number; max?: number };

/** The fields that follow the field `by`. `to` returns undefined for an unknown value. Fields without an entry stay. */
export type Narrows = { by: string; to(app: App, chosen: unknown): Record<string, Narrowed> | undefined };

/** The headings of `/help` and of the README's table, in their order. */
export const groups = ['Make', 'Your models', 'Your work', 'The bot', 'For moderators'] as const;

/** A command: its words, its options, and the function that runs it. */
export type Command<O extends Options = Options> = {
  /**
   * 1 to 32 lower-case letters and hyphens (Discord's and Slack's limit), or two such words with a space between:
   * `model create` is the subcommand `create` of `model`.
   */
  name: string;
  /** At most 100 characters. */
  description: string;
  group: (typeof groups)[number];
  /** An example of a call as a person types it, without the slash and the name. */
  example: string;
  options: O;
  /** Only the person who asked sees the answer, whatever the options say. */
  private?: true;
  /** For moderators. Platforms that can do it hide the command from all others. */
  moderators?: true;
  /** The right-click action on any picture: its label, and the option that takes the picture. */
  onPicture?: { label: string; option: keyof O & string; form?: true };
  /** The fields that depend on another one, for platforms that can redraw an open form. */
  narrows?: Narrows;
  /** Returns the call that this one stands for, which the bot then runs or shows as a form. */
  standsFor?(context: Context, options: Read<O>): Promise<Call>;
  /** Runs the command and resolves with the answer. Throws `UserError` for mistakes that the person can mend. */
  run?(context: Context, options: Read<O>, call: Call): Promise<Message>;
};

/**
 * Returns its argument. TypeScript infers the types of the options for `run` here, and drops them afterwards, because a
 * list holds commands of every kind. The cast is safe: `readOptions` gives each command the options that it declares.
 */
export function define<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}

/** A call as it arrives, or one that a job keeps. */
export type AnyCall = Call | IncomingCall;
