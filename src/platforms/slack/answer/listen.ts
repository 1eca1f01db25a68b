/** Turns what Slack sends into calls: each event once, forms where they are due, everything else to be answered. */
import { z } from 'zod';
import type { Attachment, Call, IncomingCall, Message } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../../concurrency/with-timeout.ts';
import type { Log } from '../../../log.ts';
import type { Listeners } from '../connect.ts';
import { maxInputLength, maxOptionsPerSelect } from '../limits.ts';
import { isPicture } from '../read/file.ts';
import {
  type Interaction,
  readDirect,
  readHome,
  readMention,
  readPress,
  readRemoved,
  readShortcut,
  readSlash,
  type SlackFile,
} from '../read/interaction.ts';
import { findCommand, plainWords, readLine, spoken } from '../read/line.ts';
import { readValue } from '../render/button-calls.ts';
import type { Prefixes } from '../render/command-names.ts';
import { optionOf } from '../render/view.ts';
import type { Ephemeral } from '../send/ephemeral.ts';
import { codeOf } from '../send/slack-error.ts';
import { buttonLabels, callSentences } from '../sentences.ts';
import { eventClaimMs, suggestionsTimeoutMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';
import type { Answer } from './answer.ts';
import type { createForms } from './forms.ts';
import type { FilesByOption } from './open-form.ts';

/** Calls that are being answered at a time; each may hold pictures of 50 MB. */
const callsAtOnce = 60;

type Parts = {
  bot: Bot;
  answer: Answer;
  forms: ReturnType<typeof createForms>;
  ephemeral: Ephemeral;
  ttlStore: TtlStore;
  prefixes: Prefixes;
  attach(tenant: string, file: SlackFile): Attachment;
  home(interaction: Interaction): Promise<void>;
  removed(tenant: string): Promise<void>;
  clock: Clock;
  log: Log;
};

const suggestion = z.object({
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), name: z.string().optional() }),
  action_id: z.string(),
  value: z.string().default(''),
});
const sharing = z.object({ channel: z.string(), thread: z.string().optional(), job: z.number() });

/** `listeners` for the connection, and `settled` for the end of everything under way. */
export function createListeners(parts: Parts) {
  const { bot, answer, forms, ephemeral, ttlStore, prefixes, attach, home, removed, clock, log } = parts;
  const underWay = new Set<Promise<void>>();

  /** Runs something that was acknowledged already. Whatever goes wrong in it ends in the log. */
  function later(work: () => Promise<void>): void {
    if (underWay.size >= callsAtOnce) {
      log.warn('too many calls at once: one was dropped');
      return;
    }
    const running = work()
      .catch((err: unknown) => log.error({ err }, 'a call of Slack’s ended badly'))
      .finally(() => underWay.delete(running));
    underWay.add(running);
  }

  /** Whether nobody took this event before. If the store does not answer, the bot itself refuses a second job. */
  const isFirst = (event: string) => ttlStore.claim(`event/${event}`, eventClaimMs).catch(() => true);

  async function take(interaction: Interaction, call: IncomingCall, held: FilesByOption = {}): Promise<void> {
    const isDue = forms.isDue(call, held);
    // Forms come first and need no claim: a second one finds its trigger used up.
    if (isDue && interaction.triggerId && (await opened(interaction, call, held))) return;
    if (!(await isFirst(interaction.event))) return;
    // Only a button can open a form for what was written in a thread.
    if (isDue && !interaction.triggerId && Object.keys(held).length === 0)
      return ephemeral(interaction, fillingIn(call));
    const options = { ...call.options };
    for (const [name, list] of Object.entries(held))
      options[name] = list.map((file) => attach(interaction.tenant, file));
    await answer.answer({ ...interaction, call: { ...call, options } });
  }

  async function opened(interaction: Interaction, call: IncomingCall, held: FilesByOption): Promise<boolean> {
    try {
      return await forms.open(interaction, call, held);
    } catch (error) {
      // The trigger was used already: the form is open, and this is the same event once more.
      if (codeOf(error) === 'exchanged_trigger_id') return true;
      log.warn({ err: error, command: call.command }, 'a form could not be opened');
      const again: Call = { ...plainCall(call), form: true };
      if (!(await isFirst(interaction.event))) return true;
      await ephemeral(interaction, {
        text: callSentences.formTooLate,
        tone: 'bad',
        buttons: [{ label: buttonLabels.openForm, call: again, style: 'primary' }],
      });
      return true;
    }
  }

  /** The pictures of a message, as many of them as the option takes. */
  function picturesFor(command: string, option: string, files: SlackFile[]): FilesByOption {
    const fields = bot.sheets.find(({ name }) => name === command)?.fields;
    const most = fields?.find(({ name }) => name === option)?.max ?? 1;
    return { [option]: files.filter(isPicture).slice(0, most) };
  }

  async function onShortcut(body: unknown): Promise<void> {
    const { name, files, ...interaction } = readShortcut(body);
    const [kind, command = '', option = ''] = name.split(':');
    if (kind === 'create') return take(interaction, { command, options: {}, form: true });
    const action = bot.pictureActions.find((each) => each.command === command && each.option === option);
    if (!action) return;
    const held = picturesFor(command, option, files);
    if (!held[option]?.length) {
      await ephemeral(interaction, { text: callSentences.noPicture, tone: 'bad' });
      return;
    }
    await take(interaction, { command, options: {}, form: action.form }, held);
  }

  /** Words to the bot, in a channel or between the two of them. */
  async function onWords({
    text,
    files,
    ...interaction
  }: Interaction & { text: string; files: SlackFile[] }): Promise<void> {
    const words = plainWords(text).trim();
    const { command, rest } = findCommand(words || 'help', bot.sheets);
    const sheet = bot.sheets.find(({ name }) => name === command);
    if (!sheet) return (await isFirst(interaction.event)) ? onUnknown(interaction, command, words) : undefined;
    const field = sheet.fields.find(({ kind }) => kind === 'pictures');
    const held = field && files.some(isPicture) ? picturesFor(command, field.name, files) : {};
    await take(interaction, readLine(command, rest, bot.sheets), held);
  }

  /** What is no command may be half of one, or a prompt: nothing is spent before somebody says so. */
  async function onUnknown(interaction: Interaction, command: string, words: string): Promise<void> {
    const members = bot.sheets.filter(({ name }) => name.startsWith(`${command} `));
    if (members.length) return ephemeral(interaction, { ...halfCommand(command, members), private: true });
    const from = await answer.origin(interaction, { command, options: {} });
    const said = await bot.run({ command, options: {} }, from);
    const prompt = spoken(words).slice(0, maxInputLength);
    const canMake = prompt && bot.sheets.some(({ name }) => name === 'imagine');
    const make = { label: buttonLabels.makePicture, call: { command: 'imagine', options: { prompt } } };
    await ephemeral(interaction, { ...said, buttons: canMake ? [make] : [] });
  }

  async function onPress(body: unknown): Promise<void> {
    const { action, value, ...interaction } = readPress(body);
    if (action === 'share') {
      const { job, ...place } = sharing.parse(JSON.parse(value));
      if (await isFirst(interaction.event))
        await answer.answer({ ...interaction, ...place, isDirect: false, call: { command: 'show', options: { job } } });
      return;
    }
    const call = await readValue(value, ttlStore);
    if (!call) {
      await ephemeral(interaction, { text: callSentences.buttonTooOld, tone: 'bad' });
      return;
    }
    if (action !== 'direct') return take(interaction, call);
    if (await isFirst(interaction.event)) await answer.answer({ ...interaction, call }, true);
  }

  const listeners: Listeners = {
    slash: (body) =>
      later(async () => {
        const { line, ...interaction } = readSlash(body);
        const { command, rest } = findCommand(plainWords(line), bot.sheets);
        const members = bot.sheets.filter(({ name }) => name.startsWith(`${command} `));
        const seen = prefixes.saw(interaction.tenant, line);
        if (members.length && !bot.sheets.some(({ name }) => name === command))
          await ephemeral(interaction, halfCommand(command, members));
        else await take(interaction, readLine(command, rest, bot.sheets));
        await seen;
      }),
    press: (body) => later(() => onPress(body)),
    reshape: (body) => later(() => forms.reshape(body)),
    shortcut: (body) => later(() => onShortcut(body)),
    mention: (body) => later(() => onWords(readMention(body))),
    message: (body) =>
      later(async () => {
        const read = readDirect(body);
        if (read) await onWords(read);
      }),
    home: (body) =>
      later(async () => {
        const interaction = readHome(body);
        if (interaction) await home(interaction);
      }),
    removed: (body) =>
      later(async () => {
        for (const tenant of readRemoved(body)) await removed(tenant);
      }),
    async submit(body) {
      const read = await forms.submit(body);
      if ('problems' in read) return read.problems;
      const { interaction, call } = read;
      later(async () => {
        if (await isFirst(interaction.event)) await answer.answer({ ...interaction, call });
      });
      return {};
    },
    async suggest(body) {
      const { team, user, action_id, value } = suggestion.parse(body);
      const [, command = '', option = ''] = action_id.split(':');
      const who = { id: user.id, name: user.name ?? user.id };
      const interaction = { event: '', tenant: team?.id ?? '', user: who, channel: '', isDirect: true, isHidden: true };
      const asking = answer
        .origin(interaction, { command, options: {} })
        .then((origin) => bot.suggest(command, option, value, origin));
      const suggested = await withTimeout(asking, suggestionsTimeoutMs, clock);
      const choices = suggested === timedOut ? [] : suggested;
      const typed = value.trim();
      // What somebody typed is offered as it is: suggestions are not the only values there are.
      const own = typed && !choices.some((choice) => choice.value === typed) ? [{ value: typed, label: typed }] : [];
      return [...choices, ...own].slice(0, maxOptionsPerSelect).map(optionOf);
    },
  };

  const settled = async () => {
    await Promise.allSettled(underWay);
  };
  return { listeners, settled };
}

/** A button opens what a line could not. */
const fillingIn = (call: IncomingCall): Message => ({
  text: callSentences.needsMore(call.command),
  tone: 'plain',
  private: true,
  buttons: [{ label: buttonLabels.fillIn, call: { ...plainCall(call), form: true }, style: 'primary' }],
});

/** `/model` alone, or with a word that is none of its own. */
const halfCommand = (command: string, members: readonly Sheet[]): Message => ({
  text: callSentences.severalCommands(command),
  tone: 'plain',
  private: true,
  facts: members.map(({ name, description }) => ({ label: `${name}:`, value: description })),
  buttons: members.map(({ name }) => ({ label: name, call: { command: name, options: {} } })),
});

function plainCall({ command, options }: IncomingCall): Call {
  const plain = Object.entries(options).flatMap(([name, value]) =>
    typeof value !== 'object' || (Array.isArray(value) && value.every((item) => typeof item === 'string'))
      ? [[name, value] as const]
      : [],
  );
  return { command, options: Object.fromEntries(plain) as Call['options'] };
}
