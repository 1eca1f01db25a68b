/** Answers typing into an option with suggestions: from the option's own list, or from the bot. */
import { InteractionResponseType } from 'discord.js';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Choice } from '../../../commands/kit/define.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { maxChoiceNameLength, maxChoices } from '../limits.ts';
import { flattenSubcommand } from '../read/call.ts';
import type { GatewayCache } from '../read/gateway-cache.ts';
import type { AutocompleteInteraction } from '../read/interaction.ts';
import { originOf, replyContextOf } from '../read/origin.ts';
import type { Acknowledge } from './acknowledge.ts';

type Parts = {
  bot: Pick<Bot, 'sheets' | 'suggest'>;
  acknowledge: Acknowledge;
  cache: GatewayCache;
  clock: Pick<Clock, 'now'>;
};

/** Returns the function that answers with suggestions. It throws `DiscordError`. */
export function createSuggest({ bot, acknowledge, cache, clock }: Parts) {
  return async function suggest(interaction: AutocompleteInteraction): Promise<void> {
    const { name: command, options } = flattenSubcommand(interaction.data);
    const focused = options.find((option) => option.focused);
    const origin = originOf(interaction, false, replyContextOf(interaction, clock.now(), cache), cache);
    if (!focused || !origin) return;
    const typed = String(focused.value ?? '');
    const field = bot.sheets.find((sheet) => sheet.name === command)?.fields.find((one) => one.name === focused.name);
    const found =
      field?.kind === 'choice'
        ? matching(field.choices, typed)
        : await bot.suggest(command, focused.name, typed, origin);
    const isNumber = field?.kind === 'integer' || field?.kind === 'number';
    const choices = found.slice(0, maxChoices).map((choice) => ({
      name: nameOf(choice).slice(0, maxChoiceNameLength),
      value: isNumber ? Number(choice.value) : choice.value.slice(0, maxChoiceNameLength),
    }));
    await acknowledge(interaction, InteractionResponseType.ApplicationCommandAutocompleteResult, { choices });
  };
}

const nameOf = ({ label, hint }: Choice) => (hint && hint !== label ? `${label} · ${hint}` : label);

const matching = (choices: readonly Choice[], typed: string) =>
  choices.filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(typed.toLowerCase()));
