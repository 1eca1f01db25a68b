/** Answers an interaction: acknowledges it, shows a form where one is due, runs the call, shows what came of it. */
import type { Message, MessageRef, Origin, Receipt } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { refuse, UndeliverableError } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import { flags, limits } from '../limits.ts';
import { attachmentOf } from '../read/attachments.ts';
import { type HeldCall, mayNeedForm, readCommand, unfold, withFiles } from '../read/call.ts';
import type { Interaction } from '../read/interaction.ts';
import {
  cameFromHidden,
  channelOf,
  isSeenByAll,
  type Known,
  keptReply,
  originOf,
  refTo,
  replyOf,
} from '../read/origin.ts';
import { missingPermissions, sayMissing } from '../read/permissions.ts';
import { callOf, type TtlStore } from '../render/custom-id.ts';
import { renderMessage, renderPlainly } from '../render/message.ts';
import type { Api } from '../send/api.ts';
import type { Deliver } from '../send/deliver.ts';
import { meaningOf } from '../send/discord-error.ts';
import type { LookAtGuild } from '../send/guilds.ts';
import { answers, createAcknowledge } from './acknowledge.ts';
import { withFetch } from './fetch-button.ts';
import { createForms, withOffers } from './forms.ts';

export type AnswerParts = {
  bot: Bot;
  api: Api;
  deliver: Deliver;
  ttlStore: TtlStore;
  known: Known;
  look: LookAtGuild;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  log: Log;
  onAcknowledged?(milliseconds: number): void;
};

/** A form that is not there by then is too late for Discord's three seconds. Milliseconds. */
const formPatience = 1_500;
/** Whether the bot is in a server must not keep an answer back for long. Milliseconds. */
const guildPatience = 2_000;
/** Showing an answer is tried so often, with these pauses in milliseconds. */
const pauses = [500, 2_000];
const showPatience = 5 * 60_000;

export function createAnswer(parts: AnswerParts) {
  const { bot, api, deliver, ttlStore, known, look, fetch, clock, log } = parts;
  const acknowledge = createAcknowledge(api);
  /** What is needed for the first word: a database that hangs must not keep the person from hearing that it does. */
  const quick: TtlStore = {
    get: (key) => inTime(ttlStore.get(key)),
    put: (key, content, ttl) => inTime(ttlStore.put(key, content, ttl)),
  };
  const forms = createForms(quick);

  /** Resolves with undefined when it takes too long. */
  async function within<T>(milliseconds: number, something: Promise<T>): Promise<T | undefined> {
    const enough = new AbortController();
    const late = clock.sleep(milliseconds, enough.signal).then(() => undefined);
    return Promise.race([something, late]).finally(() => enough.abort());
  }

  async function inTime<T>(something: Promise<T>): Promise<T> {
    const found = await within(
      formPatience,
      something.then((value) => ({ value })),
    );
    if (!found) throw refuse('unavailable', undefined);
    return found.value;
  }

  /** Says something to the person alone, as the first word. */
  async function sayHidden(interaction: Interaction, message: Message): Promise<void> {
    const say = async (render: typeof renderMessage) => {
      const body = await render(message, `hidden:${interaction.id}`, ttlStore);
      await acknowledge(interaction, answers.message, { ...withoutFiles(body), flags: body.flags | flags.ephemeral });
    };
    await say(renderMessage).catch((error: unknown) => {
      if (meaningOf(error) !== 'components') throw error;
      return say(renderPlainly);
    });
  }

  const sayForgotten = (interaction: Interaction) =>
    sayHidden(interaction, bot.apologise(refuse('malformedCall', undefined), { platform: 'discord' }));

  /** The modal for a call, where its form is due and was there in time. */
  async function formFor(
    interaction: Interaction,
    call: HeldCall,
    origin: Origin,
    hidden: boolean,
  ): Promise<object | undefined> {
    const incoming = withFiles(call, (file) => attachmentOf(file, fetch));
    const form = await bot.form(incoming, origin);
    if (!form) return undefined;
    const fields = await withOffers(form, (option) => bot.suggest(form.call.command, option, '', origin));
    return forms.begin(interaction.id, form, fields, call, hidden);
  }

  /** Where the gateway says nothing about a server, Discord is asked whether the bot may speak there by itself. */
  async function mayPost(guild: string | undefined): Promise<boolean> {
    if (guild === undefined || known.isMember(guild) !== undefined) return true;
    const facts = await within(guildPatience, look(guild, AbortSignal.timeout(guildPatience)));
    return facts?.isMember ?? true;
  }

  /** Tries something a few times. A refusal is final. */
  async function withPauses<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (const pause of pauses) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof UndeliverableError) throw error;
        log.debug({ err: error, pause }, 'an answer is tried again');
        await clock.sleep(pause, signal);
      }
    }
    return work();
  }

  /** Shows what came of a call where its acknowledgement stands, or to the person alone where others see that. */
  async function show(message: Message, origin: Origin, ref: MessageRef): Promise<MessageRef> {
    const signal = AbortSignal.timeout(showPatience);
    const receipt: Receipt = {
      key: `a${origin.event}`,
      attempt: 1,
      replaces: ref,
      notes: {},
      note: async () => {},
    };
    const post = () => withPauses(signal, () => deliver.post(origin, message, receipt, signal));
    if (!message.private || !isSeenByAll(ref)) return post();
    try {
      return await withPauses(signal, () => deliver.aside(origin, message, ref, receipt, signal));
    } catch (err) {
      log.warn({ err }, 'a private answer goes to the direct messages');
      return post();
    }
  }

  async function run(interaction: Interaction, call: HeldCall, fromHidden: boolean): Promise<void> {
    const arrived = clock.now();
    const incoming = withFiles(call, (file) => attachmentOf(file, fetch));
    const hidden = fromHidden || bot.isPrivate(incoming);
    const reply = { ...replyOf(interaction, clock.now(), known), hidden };
    const origin = originOf(interaction, hidden, reply, known);
    if (!origin) return;
    const missing = reply.bot && !hidden ? missingPermissions(interaction) : [];
    if (missing.length > 0) return sayHidden(interaction, { text: sayMissing(missing), tone: 'bad' });
    if (mayNeedForm(call, bot.sheets)) {
      const modal = await within(formPatience, formFor(interaction, call, origin, fromHidden));
      if (modal) return void (await acknowledge(interaction, answers.modal, modal));
    }
    // In a direct message nobody else looks on, and a message that is not ephemeral can be changed for ever.
    const isEphemeral = hidden && !reply.alone;
    const done = await acknowledge(interaction, answers.later, isEphemeral ? { flags: flags.ephemeral } : undefined);
    if (!done) return;
    parts.onAcknowledged?.(clock.now() - arrived);
    const speaks = { ...reply, bot: reply.bot && (await mayPost(reply.guild)) };
    const ref = refTo(channelOf(interaction), done.message, { ...speaks, hidden: done.hidden ?? isEphemeral });
    const from = { ...origin, reply: keptReply(speaks), ack: ref };
    const message = await bot.run({ ...incoming, form: undefined }, from);
    const shown = await show(withFetch(message, speaks, bot.sheets), from, ref).catch((err: unknown) => {
      log.error({ err, command: call.command }, 'an answer could not be shown');
      // What is private never takes the place of something that others see.
      return message.private && isSeenByAll(ref) ? undefined : ref;
    });
    if (message.job !== undefined && shown) await bot.shown(message.job, shown);
  }

  async function suggest(interaction: Extract<Interaction, { type: 4 }>): Promise<void> {
    const { name, options } = unfold(interaction.data);
    const focused = options.find((option) => option.focused);
    const origin = originOf(interaction, false, replyOf(interaction, clock.now(), known), known);
    if (!focused || !origin) return;
    const typed = String(focused.value ?? '');
    const field = bot.sheets.find((sheet) => sheet.name === name)?.fields.find((one) => one.name === focused.name);
    const found =
      field?.kind === 'choice' ? matching(field.choices, typed) : await bot.suggest(name, focused.name, typed, origin);
    const isNumber = field?.kind === 'integer' || field?.kind === 'number';
    const choices = found.slice(0, limits.choices).map(({ value, label, hint }) => ({
      name: (hint && hint !== label ? `${label} · ${hint}` : label).slice(0, limits.choiceName),
      value: isNumber ? Number(value) : value.slice(0, limits.choiceName),
    }));
    await acknowledge(interaction, answers.suggestions, { choices });
  }

  async function submitted(interaction: Extract<Interaction, { type: 5 }>): Promise<void> {
    const outcome = await forms.submitted(interaction);
    if (!outcome) return sayForgotten(interaction);
    if ('ready' in outcome) return run(interaction, outcome.ready.call, outcome.ready.hidden);
    const follows = cameFromHidden(interaction) && interaction.message?.id !== undefined;
    const { ask } = outcome;
    if (follows) await acknowledge(interaction, answers.update, { ...ask, flags: flags.componentsV2 });
    else await acknowledge(interaction, answers.message, ask);
  }

  async function pressed(interaction: Extract<Interaction, { type: 3 }>): Promise<void> {
    const { custom_id: id } = interaction.data;
    const between = await forms.pressed(id);
    if (between === 'forgotten') return sayForgotten(interaction);
    if (between && 'modal' in between) return void (await acknowledge(interaction, answers.modal, between.modal));
    if (between) return run(interaction, between.ready.call, between.ready.hidden);
    const call = await callOf(id, quick);
    if (!call) return sayForgotten(interaction);
    await run(interaction, { ...call, files: {} }, cameFromHidden(interaction));
  }

  /** Never rejects: what goes wrong is logged, and said where nothing was said yet. */
  return async function answer(interaction: Interaction): Promise<void> {
    try {
      if (interaction.type === 4) return await suggest(interaction);
      if (interaction.type === 5) return await submitted(interaction);
      if (interaction.type === 3) return await pressed(interaction);
      const call = readCommand(interaction.data, bot);
      if (call) return await run(interaction, call, false);
      await sayHidden(interaction, { text: 'There is no picture in that. Nothing was spent.', tone: 'bad' });
    } catch (err) {
      log.error({ err, interaction: interaction.id }, 'an interaction could not be answered');
      if (interaction.type === 4) return;
      await sayHidden(interaction, bot.apologise(err, { platform: 'discord' })).catch(() => undefined);
    }
  };
}

/** A first answer takes no files, and `attachments` only describes files. */
function withoutFiles<T extends { attachments: unknown }>({ attachments: _, ...body }: T): Omit<T, 'attachments'> {
  return body;
}

function matching(choices: readonly { value: string; label: string; hint?: string }[], typed: string) {
  return choices.filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(typed.toLowerCase()));
}
