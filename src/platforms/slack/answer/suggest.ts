/** Suggests values while a person types into a field of a form. */
import type { PlainTextOption } from '@slack/types';
import { z } from 'zod';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { timedOut, withTimeout } from '../../../concurrency/with-timeout.ts';
import { maxOptionsPerSelect } from '../limits.ts';
import type { Interaction } from '../read/interaction.ts';
import type { OriginOf } from '../read/origin.ts';
import { optionOf } from '../render/field-input.ts';
import { suggestionsTimeoutMs } from '../timings.ts';

type Parts = { bot: Bot; originOf: OriginOf; clock: Clock };

const suggestion = z.object({
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), name: z.string().optional() }),
  /** `suggest:imagine:look`: the command and the option. */
  action_id: z.string(),
  value: z.string().default(''),
});

/** Returns a function that gives the options for a select. If the bot takes too long, only what was typed is left. */
export function createOnSuggest({ bot, originOf, clock }: Parts) {
  return async function onSuggest(body: unknown): Promise<PlainTextOption[]> {
    const { team, user, action_id, value } = suggestion.parse(body);
    const [, command = '', option = ''] = action_id.split(':');
    const interaction: Interaction = {
      event: '',
      tenant: team?.id ?? '',
      user: { id: user.id, name: user.name ?? user.id },
      channel: '',
      isDirect: true,
      isEphemeral: true,
    };
    const asking = originOf(interaction, { command, options: {} }).then((from) =>
      bot.suggest(command, option, value, from),
    );
    const suggested = await withTimeout(asking, suggestionsTimeoutMs, clock);
    const choices = suggested === timedOut ? [] : suggested;
    const typed = value.trim();
    // Other values than the suggested ones are fine, so the typed one is an option as well.
    const own = typed && !choices.some((choice) => choice.value === typed) ? [{ value: typed, label: typed }] : [];
    return [...choices, ...own].slice(0, maxOptionsPerSelect).map(optionOf);
  };
}
