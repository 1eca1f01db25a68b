/** The bot as platforms see it. It runs every call of every platform, and turns every error into a sentence. */
import type { Readable } from 'node:stream';
import type { App } from '../../app.ts';
import type { Attachment, Call, IncomingCall, Message, MessageRef, Origin, PlatformName } from '../../chat.ts';
import { explain, refuse, UserError } from '../../errors/catalogue.ts';
import { callTimeoutMs } from '../timings.ts';
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

/** Most calls that stand for others, one behind the other. No command needs more than two. */
const maxStandIns = 2;

/** Most suggestions that a platform shows. */
const maxSuggestions = 25;

/** Most characters of typed text that suggestions look at. */
const maxTypedCharacters = 100;

/** The operations of the bot that a platform may use. */
export type Bot = {
  /** Every command, as JSON, in the order of the list. */
  sheets: Sheet[];
  /** The right-click actions on a picture. The picture goes into `option` of `command`. */
  pictureActions: PictureAction[];
  /** Whether only the person sees the answer. Immediate, so that platforms can ask before they acknowledge. */
  isPrivate(call: AnyCall): boolean;
  /** Resolves with the form that this call needs. Undefined when the call can run as it is. Never rejects. */
  form(call: AnyCall, origin: Origin): Promise<Form | undefined>;
  /**
   * Returns the form narrowed to its choices (`form.call.options`), for platforms that can redraw an open form.
   * Immediate.
   */
  narrow(form: Form): Form;
  /** Runs a call and resolves with the answer. Never rejects: every error becomes one sentence. */
  run(call: IncomingCall, origin: Origin): Promise<Message>;
  /** Resolves with at most 25 suggestions for one option of a command. Never rejects. */
  suggest(command: string, option: string, typed: string, origin: Origin): Promise<Choice[]>;
  /** Whether this event has made a job already. Such a job goes on by itself. */
  took(origin: Pick<Origin, 'platform' | 'tenant' | 'event'>): Promise<boolean>;
  /** Keeps the position of the message about a job, so that the result can take its place. */
  shown(job: number, ref: MessageRef): Promise<void>;
  /** Opens the bytes of a `Media`, from `start` up to and including `end`. Undefined when they are gone. */
  open(media: string, range?: { start: number; end: number }): Promise<Readable | undefined>;
  /** Logs an error of the adapter under a reference, and returns the message that shows the reference. */
  apologise(error: unknown, where: { platform: PlatformName; command?: string }): Message;
};

/** Returns the bot for an app and a list of commands. */
export function createBot(app: App, commands: readonly Command[]): Bot {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const log = app.log.child({ part: 'bot' });

  function find(name: string): Command {
    const command = byName.get(name);
    if (command) return command;
    throw refuse('unknownCommand', { given: name, near: nearest(name, [...byName.keys()]) });
  }

  /** Throws `UserError` when a call comes too soon. It comes before any look-up, so a flood costs next to nothing. */
  function admit(origin: Origin): void {
    const tooFast = app.rateLimit('calls', origin);
    if (tooFast) throw tooFast;
  }

  function mayCall({ name, moderators }: Command, { person }: Origin): void {
    if (moderators && !person.moderator) throw refuse('moderatorsOnly', { what: `/${name}` });
  }

  /** Returns the context of a call. `keptFiles` collects the ids of its files, for `discard` when the call fails. */
  function contextOf(from: Origin, keptFiles: string[]): Context {
    // Each call has an origin object of its own: the settings that were read for it hang on that object.
    const origin = { ...from };
    let signal: AbortSignal | undefined;
    const context = {
      app,
      origin,
      // Made on first use: most calls wait for nothing, and Node keeps each signal until its time is over.
      get signal() {
        signal ??= AbortSignal.timeout(callTimeoutMs);
        return signal;
      },
      async keep(attachment: Attachment) {
        const id = await app.media.ingest(attachment, origin, context.signal);
        keptFiles.push(id);
        return id;
      },
    };
    return context;
  }

  const discard = (keptFiles: readonly string[], origin: Origin) =>
    app.media
      .discard(keptFiles, origin)
      .catch((err: unknown) => log.warn({ err, kept: keptFiles }, 'discarding files of a refused call failed'));

  /** Follows calls that stand for others, and returns the command that runs. Throws `UserError`. */
  async function resolve(context: Context, call: AnyCall): Promise<{ command: Command; call: AnyCall }> {
    let current = call;
    for (let step = 0; step <= maxStandIns; step += 1) {
      const command = find(current.command);
      mayCall(command, context.origin);
      if (!command.standsFor) return { command, call: current };
      const options = await readOptions(command, current.options, context);
      const next = await command.standsFor(context, options);
      current = { ...next, form: current.form ?? next.form };
    }
    throw refuse('malformedCall', undefined);
  }

  /** Returns six letters and digits, under which the log has an error. */
  const newReference = () =>
    Math.floor(app.random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0');

  function apologise(error: unknown, where: { platform: PlatformName; command?: string }): Message {
    const known = error instanceof UserError ? error : app.userErrorFrom(error);
    if (known) {
      if (known !== error) log.warn({ err: error, ...where }, 'call refused: nothing can be kept');
      return { text: known.message, tone: 'bad', private: true };
    }
    const reference = newReference();
    log.error({ err: error, reference, ...where }, 'call failed');
    return { text: explain('bug', { reference }), tone: 'bad', private: true };
  }

  return {
    sheets: commands.map(sheetOf),
    pictureActions: pictureActionsOf(commands),
    // A call that cannot run gives an error, and only the person sees errors.
    isPrivate: (call) => {
      const command = isCall(call) ? byName.get(call.command) : undefined;
      return command?.private ?? (command === undefined || isTrue(call.options.private));
    },

    async form(call, origin) {
      const keptFiles: string[] = [];
      try {
        if (!isCall(call)) return undefined;
        admit(origin);
        const resolved = await resolve(contextOf(origin, keptFiles), call);
        if (resolved.call.form || lacks(resolved.command, resolved.call.options))
          return formOf(resolved.command, withoutFiles(resolved.call));
      } catch {
        // `run` meets the same error and turns it into a sentence.
      }
      // `run` reads the files again.
      await discard(keptFiles, origin);
      return undefined;
    },

    narrow(form) {
      const narrows = byName.get(form.call.command)?.narrows;
      return narrows ? narrowForm(app, narrows, form) : form;
    },

    async run(call, origin) {
      const keptFiles: string[] = [];
      try {
        if (!isCall(call)) throw refuse('malformedCall', undefined);
        admit(origin);
        const context = contextOf(origin, keptFiles);
        const resolved = await resolve(context, call);
        const options = await readOptions(resolved.command, resolved.call.options, context);
        if (!resolved.command.run) throw refuse('malformedCall', undefined);
        const known = { command: resolved.command.name, options: plainOptions(options) };
        const message = await resolved.command.run(context, options, known);
        return { ...message, private: message.private ?? (resolved.command.private || origin.private || undefined) };
      } catch (error) {
        await discard(keptFiles, origin);
        return apologise(error, { platform: origin.platform, command: isCall(call) ? call.command : undefined });
      }
    },

    async suggest(name, option, typed, origin) {
      try {
        const command = find(name);
        mayCall(command, origin);
        if (app.rateLimit('suggestions', origin)) return [];
        const choices = await command.options[option]?.suggest?.(
          contextOf(origin, []),
          typed.slice(0, maxTypedCharacters),
        );
        return (choices ?? []).slice(0, maxSuggestions);
      } catch (error) {
        if (!(error instanceof UserError)) log.warn({ err: error, command: name, option }, 'suggestions failed');
        return [];
      }
    },

    took: (origin) => app.jobs.took(origin),
    shown: (job, ref) => app.jobs.shown(job, ref),
    open: (media, range) => app.media.open(media, range),
    apologise,
  };
}

/** Returns the options that a job can keep. Files are ids by now, and absent options are left out. */
function plainOptions(options: Record<string, unknown>): Call['options'] {
  const known = Object.entries(options).filter(([, value]) => !isAbsent(value));
  return Object.fromEntries(known) as Call['options'];
}

/** Whether this is a call. Adapters read calls off buttons, which a person may have forged. */
function isCall(call: unknown): call is AnyCall {
  if (typeof call !== 'object' || call === null || !('command' in call) || !('options' in call)) return false;
  const { command, options } = call;
  return typeof command === 'string' && typeof options === 'object' && options !== null && !Array.isArray(options);
}

/** Returns a call without its files: a form cannot be filled in with them. */
function withoutFiles(call: AnyCall): Call {
  const isPlain = (value: unknown): boolean =>
    Array.isArray(value) ? value.every((item) => typeof item === 'string') : typeof value !== 'object';
  const options = Object.entries(call.options).filter(([, value]) => isPlain(value));
  return { command: call.command, options: Object.fromEntries(options) as Call['options'] };
}
