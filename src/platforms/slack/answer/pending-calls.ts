/** Calls that were acknowledged and not answered yet, in the database: a process that dies leaves nobody waiting. */
import { z } from 'zod';
import type { MessageRef } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import type { Log } from '../../../log.ts';
import type { Interaction } from '../read/interaction.ts';
import { readRef } from '../send/channels.ts';
import type { Ephemeral } from '../send/ephemeral.ts';
import type { Messages } from '../send/messages.ts';
import { placeholderSentences } from '../sentences.ts';
import {
  expireAtOnceMs,
  filesDeadlineMs,
  pendingCallLifetimeMs,
  pendingCallsIntervalMs,
  wordsDeadlineMs,
} from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';

const entry = z.object({
  until: z.number(),
  /** Answered elsewhere: only the acknowledgement is left, and has to go. */
  isDone: z.boolean().optional(),
  event: z.string(),
  tenant: z.string(),
  user: z.object({ id: z.string(), name: z.string() }),
  channel: z.string(),
  thread: z.string().optional(),
  isDirect: z.boolean(),
  isHidden: z.boolean(),
  ack: z.object({ platform: z.literal('slack'), channel: z.string(), id: z.string(), data: z.json() }).optional(),
});

type Parts = { bot: Bot; ttlStore: TtlStore; messages: Messages; ephemeral: Ephemeral; clock: Clock; log: Log };

export type PendingCalls = ReturnType<typeof createPendingCalls>;
const rowOf = (tenant: string, event: string) => `unanswered/${tenant}/${event}`;

/** Takes a call off the list: its answer, or the result of its job, is there. */
export const answered = (ttlStore: TtlStore, tenant: string, event: string) =>
  ttlStore.put(rowOf(tenant, event), null, expireAtOnceMs).catch(() => undefined);

export function createPendingCalls({ bot, ttlStore, messages, ephemeral, clock, log }: Parts) {
  const leftOver = new Set<string>();

  /** The message goes, or says what happened; whoever interaction is told where none is known. */
  async function apologise(left: z.output<typeof entry>): Promise<void> {
    const { tenant, event, ack, isDone } = left;
    // Its job was written down before the process died, and goes on by itself.
    const goesOn = !isDone && (await bot.took({ platform: 'slack', tenant, event }));
    if (
      !goesOn &&
      ack &&
      !(await messages.remove(ack, isDone ? placeholderSentences.answered : placeholderSentences.interrupted))
    )
      return;
    if (!goesOn && !isDone)
      await ephemeral(left, { text: placeholderSentences.interrupted, tone: 'bad', private: true }).catch(
        (err: unknown) => log.warn({ err }, 'nobody could be told of a call that was left'),
      );
    await answered(ttlStore, tenant, event);
  }

  async function sweep(): Promise<void> {
    for (const { key, content } of await ttlStore.list('unanswered/')) {
      const left = entry.safeParse(content).data;
      if (!left || left.until > clock.now()) continue;
      if (await ttlStore.claim(`apology/${key}`, pendingCallsIntervalMs)) await apologise(left);
    }
  }

  return {
    /** Notes a call; again with `ack` once its message stands, and with `slow` before pictures are posted. */
    async note(
      interaction: Interaction,
      { ack, slow, isDone }: { ack?: MessageRef; slow?: boolean; isDone?: boolean } = {},
    ) {
      const { event, tenant, user, channel, thread, isDirect, isHidden } = interaction;
      if (isDone) leftOver.add(event);
      const until = clock.now() + (slow ? filesDeadlineMs : wordsDeadlineMs);
      const message = ack && { ...ack, data: readRef(ack) };
      const row = { event, tenant, user, channel, thread, isDirect, isHidden, until, isDone, ack: message };
      await ttlStore
        .put(rowOf(tenant, event), JSON.parse(JSON.stringify(row)), pendingCallLifetimeMs)
        .catch((err: unknown) => {
          log.warn({ err }, 'a call could not be noted');
        });
    },
    /** The call was answered; the note stays only where an acknowledgement could not be taken away. */
    async answered({ tenant, event }: Interaction): Promise<void> {
      if (!leftOver.delete(event)) await answered(ttlStore, tenant, event);
    },
    /** Looks for calls that were left, until the signal aborts. */
    async watch(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        await sweep().catch((err: unknown) => log.warn({ err }, 'calls that were left could not be looked for'));
        await clock.sleep(pendingCallsIntervalMs, signal);
      }
    },
  };
}
