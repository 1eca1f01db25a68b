/**
 * Posts one claimed delivery. A post ends in one of five ways:
 * - sent: the message is there, and a ping may follow.
 * - kept: the delivery is given up, because no place is left or it is too old. A result waits until a person asks for it.
 *   A ping is also kept when the platform refuses its place, or when it has no message to point at.
 * - next place: the platform refuses this place for good.
 * - later: the post failed in another way. The next attempt gets the notes of this one.
 * - lost: another process has the claim by now.
 */
import { hash } from 'node:crypto';
import type { Json, Media, Message, MessageRef, Platform, PlatformName, Receipt } from '../../chat.ts';
import { backoff } from '../../concurrency/backoff.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { UndeliverableError, UserError } from '../../errors/catalogue.ts';
import type { Log } from '../../log.ts';
import type { Job, JobStore } from '../state/job-store.ts';
import { deliveryRenewalMs, firstPostRetryMs, maxPostRetryMs } from '../timings.ts';
import type { Delivery, DeliveryStore } from './deliveries-store.ts';
import { placesFor } from './fallback-places.ts';
import { createHoldClaim, LostClaim } from './hold-claim.ts';
import type { Views } from './views.ts';

/** Parts of posting. */
export type PostDeliveryParts = {
  store: JobStore;
  deliveries: DeliveryStore;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'post' | 'edit'>>;
  /** Fetches the outputs of a finished job to our own disk. Throws `UserError` when they are gone for good. */
  results(job: Job, signal: AbortSignal): Promise<Media[]>;
  views: Views;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Called after each post that succeeded. */
  onSent?(job: Job, delivery: Delivery): void;
};

/**
 * Posts `delivery`, which is about `job`. `onPosted` is called when the message is there, before the row says so.
 * Resolves with whether something may be due in its channel now. Rejects when the database does not answer.
 */
export type PostDelivery = (
  delivery: Delivery,
  job: Job,
  stopping: AbortSignal,
  onPosted: () => void,
) => Promise<boolean>;

/** Most results that are fetched from PhotoGPT at one time. Each may have a gigabyte. */
const maxResultFetches = 8;

/** Returns the function that posts. All its deliveries share the limit on fetches. */
export function createPostDelivery(parts: PostDeliveryParts): PostDelivery {
  const { store, deliveries, platforms, results, views, clock, random } = parts;
  const resultFetches = createSemaphore({ permits: maxResultFetches });
  const holdClaim = createHoldClaim({ deliveries, clock });

  /** Returns a log with these fields. Called only before a line, because making a log takes as long as logging. */
  const logFor = (delivery: Delivery, job: Job) =>
    parts.log.child({ job: job.id, delivery: delivery.id, platform: job.platform });

  /** Returns the message to post. Undefined for a ping whose result was never posted. */
  async function compose(delivery: Delivery, job: Job, signal: AbortSignal): Promise<Message | undefined> {
    if (delivery.kind === 'failure') return views.failure(job);
    if (delivery.kind === 'ping') {
      const ref = await deliveries.shownAt(job.id);
      return ref && views.ping(job, ref);
    }
    try {
      return views.result(job, await resultFetches.run(() => results(job, signal)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      await store.lost(job.id, error.failure);
      return views.failure(job, error.failure);
    }
  }

  function receiptFor(delivery: Delivery, job: Job): Receipt {
    const replaces = replacedBy(delivery, job);
    return {
      key: keyOf(job, delivery),
      attempt: delivery.attempts,
      replaces,
      // `note` below wrote them as JSON.
      notes: delivery.notes as Record<string, Json>,
      async note(notes) {
        const askedAt = clock.now();
        const isHeld = await deliveries.note(delivery, replaces ? notes : { ...notes, anew: true });
        // A process that stood still in between may have lost its claim already, or lose it in a moment.
        if (!isHeld || clock.now() - askedAt > deliveryRenewalMs) throw new LostClaim();
      },
    };
  }

  async function keep(delivery: Delivery, reason: string): Promise<boolean> {
    return (await deliveries.kept(delivery, reason)) === 'followed';
  }

  /** Replaces the message if a person deleted the job during the post: a deleted result must not stay in the chat. */
  async function clearDeleted(job: Job, ref: MessageRef, signal: AbortSignal): Promise<void> {
    if (await store.find(job.id)) return;
    await platforms.get(job.origin.platform)?.edit(ref, views.tombstone(job), signal);
  }

  /** Puts a delivery back that could not be posted, or gives it up. */
  async function recordFailure(delivery: Delivery, job: Job, error: unknown): Promise<void> {
    const log = logFor(delivery, job);
    const reason = error instanceof Error ? error.message : String(error);
    const isRefused = error instanceof UndeliverableError;
    const nextPlaceIndex = delivery.rung + 1;
    if (isRefused && delivery.kind !== 'ping' && nextPlaceIndex < placesFor(job.origin).length) {
      log.info({ reason, rung: delivery.rung }, 'place refused');
      await deliveries.moveToPlace(delivery, nextPlaceIndex, reason);
      return;
    }
    if (!isRefused) {
      const waitMs = backoff(delivery.attempts, random, { firstMs: firstPostRetryMs, maxMs: maxPostRetryMs });
      log.warn({ err: error, wait: waitMs }, 'posting failed');
      if (await deliveries.putBack(delivery, waitMs, reason)) return;
    }
    if ((await deliveries.kept(delivery, reason)) !== 'lost') log.warn({ err: error }, 'delivery given up');
  }

  return async function postDelivery(delivery, job, stopping, onPosted) {
    const platform = platforms.get(job.origin.platform);
    if (!platform) return keep(delivery, 'this process has no such platform');
    const place = placesFor(job.origin)[delivery.rung];
    if (!place) return keep(delivery, 'no place left');
    const receipt = receiptFor(delivery, job);
    try {
      const ref = await holdClaim(delivery, stopping, async (signal) => {
        const message = await compose(delivery, job, signal);
        return message && platform.post({ ...job.origin, place }, message, receipt, signal);
      });
      if (!ref) return await keep(delivery, 'nothing to point at');
      onPosted();
      const isEdit = receipt.replaces !== undefined;
      const end = await deliveries.sent(delivery, ref, isEdit && mayBePinged(delivery, job));
      if (end === 'lost') {
        logFor(delivery, job).warn('posted after the claim was lost');
        await clearDeleted(job, ref, stopping);
      }
      parts.onSent?.(job, delivery);
      return end === 'followed';
    } catch (error) {
      if (!(error instanceof LostClaim)) await recordFailure(delivery, job, error);
      return true;
    }
  };
}

/**
 * Returns the acknowledging message that the delivery replaces. Undefined once an attempt began a message of its own,
 * because that message may be there already.
 */
function replacedBy({ rung: placeIndex, kind, notes }: Delivery, job: Job): MessageRef | undefined {
  return placeIndex === 0 && kind !== 'ping' && !notes.anew ? (job.ack ?? undefined) : undefined;
}

/** Returns 22 URL-safe characters: one key for all attempts of a delivery at one place. */
function keyOf(job: Job, delivery: Delivery): string {
  return hash('sha256', `${job.platform}/${job.event}/${delivery.kind}/${delivery.rung}`, 'base64url').slice(0, 22);
}

/** Returns whether a ping may follow. Private results and those in direct messages have none. */
const mayBePinged = (delivery: Delivery, job: Job): boolean =>
  delivery.kind === 'result' && job.origin.place.kind === 'channel' && !job.private;
