/** Acknowledges an interaction: the first answer to it, within three seconds, before anything else is done. */
import { type InteractionResponseType, RESTJSONErrorCodes } from 'discord.js';
import { z } from 'zod';
import type { Interaction } from '../read/interaction.ts';
import type { Api } from '../rest/api.ts';
import { DiscordError, meaningOf } from '../rest/discord-error.ts';
import { acknowledgeTimeoutMs } from '../timings.ts';

/**
 * The message that an acknowledgement became. `id` is `@original` where Discord does not say. `isEphemeral` is what
 * Discord has made of it: it hides the message where a server lets no user-installed application speak.
 */
export type Acknowledgement = { id: string; isEphemeral?: boolean };

/**
 * Sends the first answer to an interaction. Returns undefined when another process has this interaction, or when it is too
 * old. Throws `DiscordError`.
 */
export type Acknowledge = (
  interaction: Interaction,
  type: InteractionResponseType,
  data?: object,
) => Promise<Acknowledgement | undefined>;

const callbackAnswer = z.object({
  interaction: z
    .object({ response_message_id: z.string().nullish(), response_message_ephemeral: z.boolean().nullish() })
    .nullish(),
  resource: z.object({ message: z.object({ id: z.string() }).nullish() }).nullish(),
});

/** Returns `acknowledge`. */
export function createAcknowledge(api: Api): Acknowledge {
  return async function acknowledge({ id, token }, type, data) {
    const request = async () =>
      readAcknowledgement(
        await api({
          method: 'POST',
          route: `/interactions/${id}/${token}/callback`,
          query: { with_response: 'true' },
          body: data ? { type, data } : { type },
          auth: false,
          signal: AbortSignal.timeout(acknowledgeTimeoutMs),
        }),
      );
    try {
      return await request();
    } catch (error) {
      if (meaningOf(error) === 'answered') return undefined;
      if (!mayHaveArrived(error)) throw error;
    }
    return acknowledgeAgain(request);
  };
}

/** Only a second request tells whether the first one arrived when Discord gave no answer to it. */
function mayHaveArrived(error: unknown): boolean {
  return !(error instanceof DiscordError) || error.status === 0 || error.status >= 500;
}

async function acknowledgeAgain(request: () => Promise<Acknowledgement>): Promise<Acknowledgement | undefined> {
  try {
    return await request();
  } catch (error) {
    const code = error instanceof DiscordError ? error.code : undefined;
    if (code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged) return { id: '@original' };
    if (meaningOf(error) === 'answered') return undefined;
    throw error;
  }
}

function readAcknowledgement(answer: unknown): Acknowledgement {
  const { interaction, resource } = callbackAnswer.safeParse(answer).data ?? {};
  return {
    id: interaction?.response_message_id ?? resource?.message?.id ?? '@original',
    isEphemeral: interaction?.response_message_ephemeral ?? undefined,
  };
}
