/** The one door: every call of every platform comes through here, and every error gets its meaning here. */
import type { Readable } from 'node:stream';
import type { App } from '../../app.ts';
import type { Attachment, Call, IncomingCall, Message, MessageRef, Origin, PlatformName } from '../../chat.ts';
import { explain, refuse, UserError } from '../../errors/catalogue.ts';
import type { AnyCall, Choice, Command, Context } from './define.ts';
import { narrowForm } from './narrow.ts';
import { nearest } from './nearest.ts';
import { isTrue, readOptions } from './read.ts';
import {
  type Form,
  formOf,
  isAbsent,
  lacks,
  type PictureAction,
  pictureActionsOf,
  type Sheet,
  sheetOf,
} from './sheet.ts';

/** A call that takes longer than this is not going to be answered in time on any platform. */
const patience = 20_000;

/** What a platform gets of the bot, and all it gets. */
export type Bot = {
  /** Every command, as JSON, in the order of the list. */
  sheets: Sheet[];
  /** What can be done with a picture by right-clicking it; the picture goes into `option` of `command`. */
  pictureActions: PictureAction[];
  /** Whether the answer to this call is for the person only. Immediate, so that it can be asked before acknowledging. */
  isPrivate(call: AnyCall): boolean;
  /** The form this call needs, or undefined when it can be run as it is. Never rejects. */
  form(call: AnyCall, origin: Origin): Promise<Form | undefined>;
  /** The form under what is chosen in it (`form.call.options`), for platforms that can redraw one that is open. Immediate. */
  narrow(form: Form): Form;
  /** Runs a call and returns what to say. Never rejects: every error becomes one sentence. */
  run(call: IncomingCall, origin: Origin): Promise<Message>;
  /** At most 25 suggestions for one option of a command. Never rejects. */
  suggest(command: string, option: string, typed: string, origin: Origin): Promise<Choice[]>;
  /** Whether this event has made a job already, which then goes on by itself. */
  took(origin: Pick<Origin, 'platform' | 'tenant' | 'event'>): Promise<boolean>;
  /** Where the message about a job was shown, so that its result can take its place. */
  shown(job: number, ref: MessageRef): Promise<void>;
  /** The bytes of a `Media`, from `start` up to and including `end`; undefined when they are gone. */
  open(media: string, range?: { start: number; end: number }): Promise<Readable | undefined>;
  /** A message about something that went wrong in the adapter itself, logged under a reference. */
  apologise(error: unknown, where: { platform: PlatformName; command?: string }): Message;
};

/** Makes the bot from the application and the list of commands. */
export function createBot(app: App, commands: readonly Command[]): Bot {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const log = app.log.child({ part: 'bot' });

  function find(name: string): Command {
    const command = byName.get(name);
    if (command) return command;
    throw refuse('unknownCommand', { given: name, near: nearest(name, [...byName.keys()]) });
  }

  /** Before anything is looked up. Throws `UserError` when there were too many calls. */
  function admit(origin: Origin): void {
    const tooFast = app.rateLimit('calls', origin);
    if (tooFast) throw tooFast;
  }

  function mayCall({ name, moderators }: Command, { person }: Origin): void {
    if (moderators && !person.moderator) throw refuse('moderatorsOnly', { what: `/${name}` });
  }

  /** `kept` collects the ids of the files that the call brings, so that they can go again when nothing comes of it. */
  function contextOf(from: Origin, kept: string[]): Context {
    // Each call has an origin of its own, by which what was looked up for it is known.
    const origin = { ...from };
    let signal: AbortSignal | undefined;
    const context = {
      app,
      origin,
      /** From when somebody first asks for it: most calls wait for nothing, and Node keeps each until its time has come. */
      get signal() {
        signal ??= AbortSignal.timeout(patience);
        return signal;
      },
      async keep(attachment: Attachment) {
        const id = await app.media.keep(attachment, origin, context.signal);
        kept.push(id);
        return id;
      },
    };
    return context;
  }

  const discard = (kept: readonly string[], origin: Origin) =>
    app.media.discard(kept, origin).catch((err: unknown) => log.warn({ err, kept }, 'files of a refused call stay'));

  /** Follows calls that stand for others. Two steps are the most that any command needs. */
  async function resolve(context: Context, call: AnyCall): Promise<{ command: Command; call: AnyCall }> {
    let current = call;
    for (let step = 0; step < 3; step += 1) {
      const command = find(current.command);
      mayCall(command, context.origin);
      if (!command.standsFor) return { command, call: current };
      const options = await readOptions(command, current.options, context);
      const next = await command.standsFor(context, options);
      current = { ...next, form: current.form ?? next.form };
    }
    throw refuse('malformedCall', undefined);
  }

  function apologise(error: unknown, where: { platform: PlatformName; command?: string }): Message {
    const known = error instanceof UserError ? error : app.userErrorFrom(error);
    if (known) {
      if (known !== error) log.warn({ err: error, ...where }, 'a call was refused: nothing can be kept');
      return { text: known.message, tone: 'bad', private: true };
    }
    const reference = Math.floor(app.random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0');
    log.error({ err: error, reference, ...where }, 'call failed');
    return { text: explain('bug', { reference }), tone: 'bad', private: true };
  }

  return {
    sheets: commands.map(sheetOf),
    pictureActions: pictureActionsOf(commands),
    // What cannot be run is answered with an error, and errors are for the person only.
    isPrivate: (call) => {
      const command = isCall(call) ? byName.get(call.command) : undefined;
      return command?.private ?? (command === undefined || isTrue(call.options.private));
    },

    async form(call, origin) {
      const kept: string[] = [];
      try {
        if (!isCall(call)) return undefined;
        admit(origin);
        const resolved = await resolve(contextOf(origin, kept), call);
        if (resolved.call.form || lacks(resolved.command, resolved.call.options))
          return formOf(resolved.command, withoutFiles(resolved.call));
      } catch {
        // `run` meets the same error and says it.
      }
      // And `run` reads the files again.
      await discard(kept, origin);
      return undefined;
    },

    narrow(form) {
      const narrows = byName.get(form.call.command)?.narrows;
      return narrows ? narrowForm(app, narrows, form) : form;
    },

    async run(call, origin) {
      const kept: string[] = [];
      try {
        if (!isCall(call)) throw refuse('malformedCall', undefined);
        admit(origin);
        const context = contextOf(origin, kept);
        const resolved = await resolve(context, call);
        const options = await readOptions(resolved.command, resolved.call.options, context);
        if (!resolved.command.run) throw refuse('malformedCall', undefined);
        const known = { command: resolved.command.name, options: plain(options) };
        const message = await resolved.command.run(context, options, known);
        return { ...message, private: message.private ?? (resolved.command.private || origin.private || undefined) };
      } catch (error) {
        await discard(kept, origin);
        return apologise(error, { platform: origin.platform, command: isCall(call) ? call.command : undefined });
      }
    },

    async suggest(name, option, typed, origin) {
      try {
        const command = find(name);
        mayCall(command, origin);
        if (app.rateLimit('suggestions', origin)) return [];
        const choices = await command.options[option]?.suggest?.(contextOf(origin, []), typed.slice(0, 100));
        return (choices ?? []).slice(0, 25);
      } catch (error) {
        if (!(error instanceof UserError)) log.warn({ err: error, command: name, option }, 'no suggestions');
        return [];
      }
    },

    took: (origin) => app.jobs.took(origin),
    shown: (job, ref) => app.jobs.shown(job, ref),
    open: (media, range) => app.media.open(media, range),
    apologise,
  };
}

/** The options of a call that can be kept: files have been read by then, and what is absent is left out. */
function plain(options: Record<string, unknown>): Call['options'] {
  const known = Object.entries(options).filter(([, value]) => !isAbsent(value));
  return Object.fromEntries(known) as Call['options'];
}

/** Calls come from adapters, which read them off buttons that somebody may have forged. */
function isCall(call: unknown): call is AnyCall {
  if (typeof call !== 'object' || call === null || !('command' in call) || !('options' in call)) return false;
  const { command, options } = call;
  return typeof command === 'string' && typeof options === 'object' && options !== null && !Array.isArray(options);
}

/** A call without its files: a form cannot be filled in with them. */
function withoutFiles(call: AnyCall): Call {
  const isPlain = (value: unknown): boolean =>
    Array.isArray(value) ? value.every((item) => typeof item === 'string') : typeof value !== 'object';
  const options = Object.entries(call.options).filter(([, value]) => isPlain(value));
  return { command: call.command, options: Object.fromEntries(options) as Call['options'] };
}
