/**
 * Answers an interaction. This file sends each kind of interaction its way, and answers what went wrong.
 * A command and a press become a call, which `run-call.ts` runs. `acknowledge.ts` gives the first answer, within the three
 * seconds that Discord allows.
 * `forms.ts` keeps forms between their modals, and `suggest.ts` answers typing.
 * `reply-ephemeral.ts` says something to one person alone, and `show-answer.ts` shows the outcome of a call.
 * This room may ask the bot and use the other three rooms. None of those imports it.
 */
import { InteractionResponseType, MessageFlags } from 'discord.js';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { refuse } from '../../../errors/catalogue.ts';
import type { Log } from '../../../log.ts';
import { readCommand } from '../read/call.ts';
import type { GatewayCache } from '../read/gateway-cache.ts';
import {
  type ComponentInteraction,
  type Interaction,
  interactionTypes,
  type ModalSubmitInteraction,
} from '../read/interaction.ts';
import { isFromEphemeral } from '../read/origin.ts';
import { type CallStore, callOf } from '../render/custom-id.ts';
import type { Api } from '../rest/api.ts';
import type { LookUpGuild } from '../rest/guilds.ts';
import type { Deliver } from '../send/deliver.ts';
import { noPicture } from '../sentences.ts';
import { createAcknowledge } from './acknowledge.ts';
import { createForms } from './forms.ts';
import { createQuickStore } from './quick-store.ts';
import { createReplyEphemeral } from './reply-ephemeral.ts';
import { createRunCall } from './run-call.ts';
import { createShowAnswer } from './show-answer.ts';
import { createSuggest } from './suggest.ts';

/** Parts of the adapter that answering needs. `onAcknowledged` is told the milliseconds since the call's arrival. */
export type AnswerParts = {
  bot: Bot;
  api: Api;
  deliver: Deliver;
  ttlStore: CallStore;
  cache: GatewayCache;
  lookUpGuild: LookUpGuild;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  log: Log;
  onAcknowledged?(milliseconds: number): void;
};

/** Returns `answer`. */
export function createAnswer(parts: AnswerParts): (interaction: Interaction) => Promise<void> {
  const { bot, api, deliver, ttlStore, cache, lookUpGuild, fetch, clock, log, onAcknowledged } = parts;
  const acknowledge = createAcknowledge(api);
  const quickStore = createQuickStore(ttlStore, clock);
  const forms = createForms(quickStore);
  const replyEphemeral = createReplyEphemeral(acknowledge, ttlStore);
  const showAnswer = createShowAnswer({ deliver, clock, log });
  const suggest = createSuggest({ bot, acknowledge, cache, clock });
  const runCall = createRunCall({
    bot,
    forms,
    acknowledge,
    replyEphemeral,
    showAnswer,
    cache,
    lookUpGuild,
    fetch,
    clock,
    log,
    onAcknowledged,
  });

  const replyForgotten = (interaction: Interaction) =>
    replyEphemeral(interaction, bot.apologise(refuse('malformedCall', undefined), { platform: 'discord' }));

  async function answerModal(interaction: ModalSubmitInteraction): Promise<void> {
    const outcome = await forms.submitted(interaction);
    if (!outcome) return replyForgotten(interaction);
    if ('ready' in outcome) return runCall(interaction, outcome.ready.call, outcome.ready.isFromEphemeral);
    // The message between two modals is edited where there is one. A new one would stand below it.
    const isBetween = isFromEphemeral(interaction) && interaction.message?.id !== undefined;
    if (isBetween) {
      const update = { ...outcome.askForMore, flags: MessageFlags.IsComponentsV2 };
      await acknowledge(interaction, InteractionResponseType.UpdateMessage, update);
    } else {
      await acknowledge(interaction, InteractionResponseType.ChannelMessageWithSource, outcome.askForMore);
    }
  }

  async function answerPress(interaction: ComponentInteraction): Promise<void> {
    const { custom_id: id } = interaction.data;
    const press = await forms.pressed(id);
    if (press === 'forgotten') return replyForgotten(interaction);
    if (press && 'modal' in press)
      return void (await acknowledge(interaction, InteractionResponseType.Modal, press.modal));
    if (press) return runCall(interaction, press.ready.call, press.ready.isFromEphemeral);
    const call = await callOf(id, quickStore);
    if (!call) return replyForgotten(interaction);
    await runCall(interaction, { ...call, files: {} }, isFromEphemeral(interaction));
  }

  /** Answers the interaction. Never rejects: it logs what goes wrong, and says so where it has said nothing yet. */
  return async function answer(interaction) {
    try {
      if (interaction.type === interactionTypes.autocomplete) return await suggest(interaction);
      if (interaction.type === interactionTypes.modalSubmit) return await answerModal(interaction);
      if (interaction.type === interactionTypes.component) return await answerPress(interaction);
      const call = readCommand(interaction.data, bot);
      if (call) return await runCall(interaction, call, false);
      await replyEphemeral(interaction, { text: noPicture, tone: 'bad' });
    } catch (err) {
      log.error({ err, interaction: interaction.id }, 'answering an interaction failed');
      if (interaction.type === interactionTypes.autocomplete) return;
      await replyEphemeral(interaction, bot.apologise(err, { platform: 'discord' })).catch(() => undefined);
    }
  };
}
