/** The first word to an interaction, within three seconds, before anything else is done. */
import { z } from 'zod';
import type { Interaction } from '../read/interaction.ts';
import type { Api } from '../send/api.ts';
import { DiscordError, meaningOf } from '../send/discord-error.ts';

/** Numbers of the answers: receiving-and-responding, "Interaction Callback Type". */
export const answers = { message: 4, later: 5, update: 7, suggestions: 8, modal: 9 } as const;

/** Two tries of this many milliseconds are within Discord's three seconds. */
const patience = 1_400;

const callback = z.object({
  interaction: z
    .object({ response_message_id: z.string().nullish(), response_message_ephemeral: z.boolean().nullish() })
    .nullish(),
  resource: z.object({ message: z.object({ id: z.string() }).nullish() }).nullish(),
});

/**
 * The message that the answer became, as far as Discord says, and whether Discord has hidden it, as it does where a server
 * does not let guests speak. Undefined when somebody else has this interaction.
 */
export type Acknowledged = { message: string; hidden?: boolean } | undefined;

export function createAcknowledge(api: Api) {
  return async function acknowledge({ id, token }: Interaction, type: number, data?: object): Promise<Acknowledged> {
    const ask = () =>
      api({
        method: 'POST',
        route: `/interactions/${id}/${token}/callback`,
        query: { with_response: 'true' },
        body: data ? { type, data } : { type },
        auth: false,
        signal: AbortSignal.timeout(patience),
      });
    try {
      return read(await ask());
    } catch (error) {
      if (meaningOf(error) === 'answered') return undefined;
      // An answer is not to be had, but the acknowledgement may have arrived: only a second try can tell.
      const isSilent = !(error instanceof DiscordError) || error.status === 0 || error.status >= 500;
      if (!isSilent) throw error;
    }
    try {
      return read(await ask());
    } catch (error) {
      if (error instanceof DiscordError && error.code === 40060) return { message: '@original' };
      if (meaningOf(error) === 'answered') return undefined;
      throw error;
    }
  };
}

function read(answer: unknown): Acknowledged {
  const { data } = callback.safeParse(answer);
  const { response_message_id: id, response_message_ephemeral: hidden } = data?.interaction ?? {};
  return { message: id ?? data?.resource?.message?.id ?? '@original', hidden: hidden ?? undefined };
}
