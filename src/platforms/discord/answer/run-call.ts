/**
 * The way of a call, once it was read:
 * 1. A missing permission ends it, before money is spent.
 * 2. A form opens where one is due and is there in time. The call goes on when the form comes back.
 * 3. The interaction is acknowledged.
 * 4. The bot runs the call, and knows the acknowledging message from then on.
 * 5. The outcome is shown.
 */
import { InteractionResponseType, MessageFlags } from 'discord.js';
import type { Origin } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../../concurrency/with-timeout.ts';
import type { Log } from '../../../log.ts';
import { attachmentOf } from '../read/attachments.ts';
import { mayNeedForm, type ParsedCall, withFiles } from '../read/call.ts';
import type { GatewayCache } from '../read/gateway-cache.ts';
import type { Interaction } from '../read/interaction.ts';
import { channelIdOf, originOf, replyContextOf } from '../read/origin.ts';
import { missingPermissions } from '../read/permissions.ts';
import { contextOfJob, isPublic, messageRef, type ReplyContext } from '../read/reply-context.ts';
import type { LookUpGuild } from '../rest/guilds.ts';
import { missingPermissionsText } from '../sentences.ts';
import { formTimeoutMs, guildLookupTimeoutMs } from '../timings.ts';
import type { Acknowledge, Acknowledgement } from './acknowledge.ts';
import { addFetchButton } from './fetch-button.ts';
import { type Forms, withOffers } from './forms.ts';
import type { ReplyEphemeral } from './reply-ephemeral.ts';
import type { ShowAnswer } from './show-answer.ts';

/** Parts that running a call needs. */
export type RunCallParts = {
  bot: Bot;
  forms: Forms;
  acknowledge: Acknowledge;
  replyEphemeral: ReplyEphemeral;
  showAnswer: ShowAnswer;
  cache: GatewayCache;
  lookUpGuild: LookUpGuild;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  log: Log;
  onAcknowledged?(milliseconds: number): void;
};

/** A call on its way. `isFromEphemeral` is whether it began with a message that only one person sees. */
type PendingCall = {
  interaction: Interaction;
  call: ParsedCall;
  isFromEphemeral: boolean;
  origin: Origin;
  context: ReplyContext;
};

/** Runs a call. `isFromEphemeral` is whether it began with a message that only one person sees. Throws `DiscordError`. */
export type RunCall = (interaction: Interaction, call: ParsedCall, isFromEphemeral: boolean) => Promise<void>;

/** Returns `runCall`. */
export function createRunCall(parts: RunCallParts): RunCall {
  const { bot, forms, acknowledge, replyEphemeral, showAnswer, cache, lookUpGuild, fetch, clock, log } = parts;

  const incomingOf = (call: ParsedCall) => withFiles(call, (file) => attachmentOf(file, fetch));

  function pendingCall(interaction: Interaction, call: ParsedCall, isFromEphemeral: boolean): PendingCall | undefined {
    const hidden = isFromEphemeral || bot.isPrivate(incomingOf(call));
    const context = { ...replyContextOf(interaction, clock.now(), cache), hidden };
    const origin = originOf(interaction, hidden, context, cache);
    return origin && { interaction, call, isFromEphemeral, origin, context };
  }

  /** Returns the first modal of the call's form. Undefined when no form is due, or when it is late. */
  async function modalFor(pending: PendingCall): Promise<object | undefined> {
    if (!mayNeedForm(pending.call, bot.sheets)) return undefined;
    const modal = await withTimeout(drawModal(pending), formTimeoutMs, clock);
    return modal === timedOut ? undefined : modal;
  }

  async function drawModal({ interaction, call, origin, isFromEphemeral }: PendingCall): Promise<object | undefined> {
    const form = await bot.form(incomingOf(call), origin);
    if (!form) return undefined;
    const fields = await withOffers(form, (option) => bot.suggest(form.call.command, option, '', origin));
    return forms.begin(interaction.id, form, fields, call, isFromEphemeral);
  }

  /** Asks Discord whether the bot is in the server, where the gateway says nothing about that. */
  async function canPostLater({ bot: canPost, guild }: ReplyContext): Promise<boolean> {
    if (!canPost || guild === undefined || cache.isMember(guild) !== undefined) return canPost;
    const lookup = lookUpGuild(guild, AbortSignal.timeout(guildLookupTimeoutMs));
    const found = await withTimeout(lookup, guildLookupTimeoutMs, clock);
    return found === timedOut ? true : (found?.isMember ?? true);
  }

  /** Runs the call, shows its outcome, and tells the bot where a job's message stands. */
  async function runAndShow(pending: PendingCall, acknowledged: Acknowledgement, isEphemeral: boolean): Promise<void> {
    const { interaction, call, origin } = pending;
    const context = { ...pending.context, bot: await canPostLater(pending.context) };
    const hidden = acknowledged.isEphemeral ?? isEphemeral;
    const ref = messageRef(channelIdOf(interaction), acknowledged.id, { ...context, hidden });
    const from: Origin = { ...origin, reply: contextOfJob(context), ack: ref };
    const message = await bot.run({ ...incomingOf(call), form: undefined }, from);
    const shown = await showAnswer(addFetchButton(message, context, bot.sheets), from, ref).catch((err: unknown) => {
      log.error({ err, command: call.command }, 'showing an answer failed');
      // A private answer never takes the place of a public message.
      return message.private && isPublic(ref) ? undefined : ref;
    });
    if (message.job !== undefined && shown) await bot.shown(message.job, shown);
  }

  return async function runCall(interaction, call, isFromEphemeral) {
    const arrivedAt = clock.now();
    const pending = pendingCall(interaction, call, isFromEphemeral);
    if (!pending) return;
    const { context } = pending;
    const missing = context.bot && !context.hidden ? missingPermissions(interaction) : [];
    if (missing.length > 0) return replyEphemeral(interaction, { text: missingPermissionsText(missing), tone: 'bad' });
    const modal = await modalFor(pending);
    if (modal) return void (await acknowledge(interaction, InteractionResponseType.Modal, modal));
    // In a direct message only one person reads along, and a message that is not ephemeral can be edited for ever.
    const isEphemeral = context.hidden && !context.alone;
    const acknowledged = await acknowledge(
      interaction,
      InteractionResponseType.DeferredChannelMessageWithSource,
      isEphemeral ? { flags: MessageFlags.Ephemeral } : undefined,
    );
    if (!acknowledged) return;
    parts.onAcknowledged?.(clock.now() - arrivedAt);
    await runAndShow(pending, acknowledged, isEphemeral);
  };
}
