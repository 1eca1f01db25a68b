/** The kit: a command is a value, and these functions give it exact types. */
import type { App } from '../../app.ts';
import type { Attachment, Call, IncomingCall, Message, Origin } from '../../chat.ts';

/** Something to choose. `value` is at most 100 characters (Discord's limit), `hint` is shown beside the label. */
export type Choice = { value: string; label: string; hint?: string };

/** What a command knows about the call it answers. `keep` takes in a file that came with it, and gives its id. */
export type Context = {
  app: App;
  origin: Origin;
  signal: AbortSignal;
  keep(attachment: Attachment): Promise<string>;
};

type Shared = {
  /** Shown beside the option: at most 100 characters. */
  description: string;
  required?: true;
  /** Filled in by buttons and shortcuts only; never offered to somebody who types. */
  hidden?: true;
  /** Suggestions while somebody types; answers from memory or the database, never from the API. At most 25 are shown. */
  suggest?(context: Context, typed: string): Choice[] | Promise<Choice[]>;
};

export type TextOption = Shared & { kind: 'text'; max: number; long?: true };
export type NumberOption = Shared & { kind: 'integer' | 'number'; min: number; max: number };
export type FlagOption = Shared & { kind: 'flag' };
type ChoiceOption = Shared & { kind: 'choice'; choices: readonly Choice[] };
/** Attached files, pictures of earlier jobs (`41/2`) or ids of kept pictures; the command reads kept ids. */
export type PicturesOption = Shared & { kind: 'pictures'; max: number };
/** The number of a job that this person may see. */
export type JobOption = Shared & { kind: 'job' };

export type Option = TextOption | NumberOption | FlagOption | ChoiceOption | PicturesOption | JobOption;
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

/** The options as a handler gets them: a required one is never `undefined`, a choice is the union of its values. */
export type Read<O extends Options> = {
  [K in keyof O]: O[K] extends { required: true } ? ValueOf<O[K]> : ValueOf<O[K]> | undefined;
};

/** What is left of a field under another one's value: other choices, tighter limits, or nothing at all. */
export type Narrowed = 'gone' | { choices?: Choice[]; min?: number; max?: number };

/** Fields that follow the field `by`. Undefined for a value that nobody knows; fields that are not named stay. */
export type Narrows = { by: string; to(app: App, chosen: unknown): Record<string, Narrowed> | undefined };

/** The headings of `/help` and of the README's table, in their order. */
export const groups = ['Make', 'Your models', 'Your work', 'The bot', 'For moderators'] as const;

export type Command<O extends Options = Options> = {
  /**
   * 1 to 32 lower-case letters and hyphens (Discord's and Slack's limit), or two such words with a space between:
   * `model create` is the subcommand `create` of `model`.
   */
  name: string;
  /** At most 100 characters. */
  description: string;
  group: (typeof groups)[number];
  /** One call as a person types it, without the slash and the name. */
  example: string;
  options: O;
  /** The answer is for the person who asked only, whatever the options say. */
  private?: true;
  /** For those who look after the server or workspace; a platform that can hides it from everybody else. */
  moderators?: true;
  /** Offered on a right-click on any picture: the label, and the option that takes the picture. */
  onPicture?: { label: string; option: keyof O & string; form?: true };
  /** Which fields of the form depend on another one, for platforms that can redraw a form that is open. */
  narrows?: Narrows;
  /** This call stands for another one, which is then read, shown as a form, or run in its place. */
  standsFor?(context: Context, options: Read<O>): Promise<Call>;
  /** Does it, and returns what to say. Throws `UserError` for what the person should change. */
  run?(context: Context, options: Read<O>, call: Call): Promise<Message>;
};

/**
 * Returns its argument. Its job is to let TypeScript infer the options' types for the handler, and to forget them
 * afterwards: a list holds commands of every kind, and `readOptions` has made sure that each gets what it declared.
 */
export function define<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}

/** A call as it arrives, or one that was kept. */
export type AnyCall = Call | IncomingCall;
