/** Follow-ups: further messages to an interaction, which its token allows. Nothing keeps Discord from creating one twice. */
import { MessageFlags } from 'discord.js';
import { z } from 'zod';
import type { Receipt } from '../../../chat.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { hasLiveToken, type ReplyContext } from '../read/reply-context.ts';
import type { Api } from '../rest/api.ts';
import type { MessagePart } from './choose-files.ts';
import type { Attempt, Fallbacks } from './fallbacks.ts';

const createdMessage = z.object({ id: z.string() });

type Parts = { api: Api; fallbacks: Fallbacks; clock: Clock };

/** Returns the two ways of posting a follow-up. Both throw `DiscordError`. */
export function createFollowUps({ api, fallbacks, clock }: Parts) {
  /** Posts a message, ephemeral where the context is `hidden`. Returns its id. Undefined when the interaction is over. */
  async function postFollowUp(
    context: ReplyContext,
    part: MessagePart,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (!hasLiveToken(context, clock.now())) return undefined;
    const answer = await fallbacks.withPlainFallback(part, attempt, (body, uploads) =>
      api({
        method: 'POST',
        route: `/webhooks/${context.app}/${context.token}`,
        query: { wait: 'true' },
        body: { ...body, flags: body.flags | (context.hidden ? MessageFlags.Ephemeral : 0) },
        uploads,
        auth: false,
        signal,
      }),
    );
    return createdMessage.parse(answer).id;
  }

  /**
   * Posts a part at most once, for places where the bot cannot post by itself. Returns whether this or an earlier attempt
   * has begun to post it. False where the bot can post by itself, or when the interaction is over.
   */
  async function postFollowUpOnce(
    context: ReplyContext,
    part: MessagePart,
    key: string,
    receipt: Receipt,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (context.bot || !hasLiveToken(context, clock.now())) return false;
    if (receipt.notes[key]) return true;
    await receipt.note({ [key]: true });
    await postFollowUp(context, part, { key, attempt: receipt.attempt }, signal);
    return true;
  }

  return { postFollowUp, postFollowUpOnce };
}
