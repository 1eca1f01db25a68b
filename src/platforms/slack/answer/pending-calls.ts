/**
 * Pending calls: calls that were acknowledged and have no answer yet, as rows of the keyed store. If a process dies,
 * another one finds the row after its deadline, removes the placeholder, and asks the person to try again.
 *
 * A row, under `unanswered/T1/slash:12.34`: `{ until: 1700000045000, event: 'slash:12.34', tenant: 'T1', ack: … }`. Its
 * keys stay as they are: a new version of the bot reads the rows of an older one.
 */
import { z } from 'zod';
import type { MessageRef, TtlStore } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import type { Log } from '../../../log.ts';
import type { Interaction } from '../read/interaction.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import { readRef } from '../send/message-ref.ts';
import type { Messages } from '../send/messages.ts';
import { placeholderSentences } from '../sentences.ts';
import {
  expireAtOnceMs,
  filesDeadlineMs,
  pendingCallLifetimeMs,
  pendingCallsIntervalMs,
  wordsDeadlineMs,
} from '../timings.ts';

const storedCall = z.object({
  /** The deadline of the answer, in milliseconds since 1970. */
  until: z.number(),
  /** The answer stands elsewhere. Only the placeholder is left, and has to go. */
  isDone: z.boolean().optional(),
  event: z.string(),
  tenant: z.string(),
  user: z.object({ id: z.string(), name: z.string() }),
  channel: z.string(),
  thread: z.string().optional(),
  isDirect: z.boolean(),
  isHidden: z.boolean(),
  /** The placeholder. */
  ack: z.object({ platform: z.literal('slack'), channel: z.string(), id: z.string(), data: z.json() }).optional(),
});
type StoredCall = z.output<typeof storedCall>;

type Parts = {
  bot: Bot;
  ttlStore: TtlStore;
  messages: Messages;
  sayEphemeral: SayEphemeral;
  clock: Clock;
  log: Log;
};

/** How far a call is. Without any of them, it was only acknowledged. */
type Progress = {
  /** The placeholder, once it stands. */
  placeholder?: MessageRef;
  /** Whether files are being posted, for which the deadline is later. */
  hasFiles?: boolean;
  /** Whether the answer stands elsewhere, so that only the placeholder has to go. */
  isAnswered?: boolean;
};

/** The pending calls of all workspaces. */
export type PendingCalls = {
  /** Stores a call, or how far it is now. Never rejects. */
  record(interaction: Interaction, progress?: Progress): Promise<void>;
  /** Removes a call that has its answer. It stays if its placeholder could not be removed. Never rejects. */
  remove(interaction: Interaction): Promise<void>;
  /** Looks for interrupted calls until the signal aborts. Never rejects. */
  watch(signal: AbortSignal): Promise<void>;
};

const keyOf = (tenant: string, event: string) => `unanswered/${tenant}/${event}`;

/** Removes a call whose answer, or the result of whose job, is there. Never rejects. */
export const forgetPendingCall = (ttlStore: TtlStore, tenant: string, event: string): Promise<void> =>
  ttlStore.put(keyOf(tenant, event), null, expireAtOnceMs).catch(() => undefined);

/** Returns the pending calls. */
export function createPendingCalls({ bot, ttlStore, messages, sayEphemeral, clock, log }: Parts): PendingCalls {
  /** Events whose placeholder could not be removed yet. */
  const leftPlaceholders = new Set<string>();

  async function sweep(): Promise<void> {
    for (const { key, content } of await ttlStore.list('unanswered/')) {
      const { data: call } = storedCall.safeParse(content);
      if (!call || call.until > clock.now()) continue;
      if (await ttlStore.claim(`apology/${key}`, pendingCallsIntervalMs)) await clearUp(call);
    }
  }

  /** Removes the placeholder of an interrupted call and tells the person. Both are tried again if they fail. */
  async function clearUp(call: StoredCall): Promise<void> {
    const { tenant, event, ack: placeholder, isDone } = call;
    // A job that was stored before the process died goes on by itself, with the placeholder.
    const hasJob = !isDone && (await bot.took({ platform: 'slack', tenant, event }));
    const instead = isDone ? placeholderSentences.answered : placeholderSentences.interrupted;
    if (!hasJob && placeholder && !(await messages.remove(placeholder, instead))) return;
    if (!hasJob && !isDone) await apologise(call);
    await forgetPendingCall(ttlStore, tenant, event);
  }

  const apologise = (call: StoredCall) =>
    sayEphemeral(call, { text: placeholderSentences.interrupted, tone: 'bad', private: true }).catch((err: unknown) =>
      log.warn({ err }, 'apologising for an interrupted call failed'),
    );

  return {
    async record(interaction, { placeholder, hasFiles, isAnswered } = {}) {
      const { event, tenant, user, channel, thread, isDirect, isEphemeral } = interaction;
      if (isAnswered) leftPlaceholders.add(event);
      const row = {
        event,
        tenant,
        user,
        channel,
        thread,
        isDirect,
        isHidden: isEphemeral,
        until: clock.now() + (hasFiles ? filesDeadlineMs : wordsDeadlineMs),
        isDone: isAnswered,
        ack: placeholder && { ...placeholder, data: readRef(placeholder) },
      };
      const content = JSON.parse(JSON.stringify(row));
      await ttlStore.put(keyOf(tenant, event), content, pendingCallLifetimeMs).catch((err: unknown) => {
        log.warn({ err }, 'storing a pending call failed');
      });
    },
    async remove({ tenant, event }) {
      if (!leftPlaceholders.delete(event)) await forgetPendingCall(ttlStore, tenant, event);
    },
    async watch(signal) {
      while (!signal.aborted) {
        await sweep().catch((err: unknown) => log.warn({ err }, 'sweeping the pending calls failed'));
        await clock.sleep(pendingCallsIntervalMs, signal);
      }
    },
  };
}
