/** Says in chat what must be said, once: claims a delivery, makes its message, hands it to its platform, books the end. */
import { hash } from 'node:crypto';
import type { Json, Media, Message, MessageRef, Platform, PlatformName } from '../../chat.ts';
import { backoff } from '../../concurrency/backoff.ts';
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import { createSemaphore } from '../../concurrency/semaphore.ts';
import { type Failure, UndeliverableError, UserError } from '../../errors/catalogue.ts';
import type { Log } from '../../log.ts';
import { type Partition, wholePartition } from '../replicas/peers.ts';
import type { Job, JobStore } from '../state/job-store.ts';
import type { Delivery, DeliveryStore } from './deliveries-store.ts';
import { placesFor } from './fallback-places.ts';

/** What jobs look like in chat. The words are the commands' business; this part only asks for them. */
export type Views = {
  result(job: Job, media: Media[]): Message;
  failure(job: Job, failure?: Failure): Message;
  ping(job: Job, ref: MessageRef): Message;
  /** What is left of a result that was deleted. */
  tombstone(job: Job): Message;
  /** Times in seconds; `ahead` counts the jobs that wait in front of this one. */
  progress(job: Job, elapsed: number, usual: number, ahead?: number): Message;
};

export type DeliverParts = {
  store: JobStore;
  deliveries: DeliveryStore;
  platforms: ReadonlyMap<PlatformName, Pick<Platform<never>, 'post' | 'edit'>>;
  /** What is this replica's to say at once, where several say the same; everything without it. */
  partition?(): Partition;
  /** The outputs of a finished job on our own disk. Throws `UserError` when they are gone for good. */
  results(job: Job, signal: AbortSignal): Promise<Media[]>;
  views: Views;
  clock: Clock;
  random: () => number;
  log: Log;
  onSent?(job: Job, delivery: Delivery): void;
};

/** A claim is renewed three times in its life; a replica that died is replaced after it. Milliseconds. */
const lease = 60_000;
/** No post takes longer than this. */
const patience = 10 * 60_000;
const parallel = 24;
/** With those that were posted and are being booked. */
const mostUnderWay = 4 * parallel;
/** Results are fetched from PhotoGPT for so many of them: each may be a gigabyte. */
const fetches = 8;

/** Returns the loop's step: it starts what is due, up to 24 at a time, and tells whether it started anything. */
export function createDeliver(parts: DeliverParts) {
  const { store, deliveries, platforms, partition = () => wholePartition, results, views, clock, random } = parts;
  const underWay = new Set<Promise<void>>();
  /** Whether the last look had to leave something, for want of places. */
  let isFull = false;
  let posting = 0;
  const { run: fetchResult } = createSemaphore({ permits: fetches });

  async function compose(delivery: Delivery, job: Job, signal: AbortSignal): Promise<Message | undefined> {
    if (delivery.kind === 'failure') return views.failure(job);
    if (delivery.kind === 'result') return views.result(job, await fetchResult(() => results(job, signal)));
    const ref = await deliveries.shownAt(job.id);
    return ref && views.ping(job, ref);
  }

  /**
   * Keeps the claim for as long as the work takes, and aborts the work when the claim is lost all the same, or when the
   * work takes too long. `AbortSignal.any` would be kept by Node 20 until its timeout: thousands of them at five a second.
   */
  async function holding<T>(
    delivery: Delivery,
    stopping: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const [over, ended] = [new AbortController(), new AbortController()];
    const stop = () => ended.abort(stopping.reason);
    stopping.addEventListener('abort', stop);
    if (stopping.aborted) stop();
    const renewing = async () => {
      for (let held = lease / 3; ; held += lease / 3) {
        await clock.sleep(lease / 3, over.signal);
        if (over.signal.aborted) return;
        if (held >= patience) ended.abort(new Error('it took too long'));
        if (!(await deliveries.renew(delivery, lease).catch(() => true))) ended.abort(new LostClaim());
      }
    };
    const renewal = renewing();
    try {
      return await work(ended.signal);
    } finally {
      over.abort(sleepOver);
      stopping.removeEventListener('abort', stop);
      await renewal;
    }
  }

  /** Tells whether there may be something to say in its channel now. */
  async function attempt(delivery: Delivery, job: Job, stopping: AbortSignal, posted: () => void): Promise<boolean> {
    // Made where something is said: making one takes as long as saying it.
    const log = () => parts.log.child({ job: job.id, delivery: delivery.id, platform: job.platform });
    const platform = platforms.get(job.origin.platform);
    const places = placesFor(job.origin);
    const place = places[delivery.rung];
    if (!platform || !place) {
      const reason = platform ? 'no place left' : 'this process has no such platform';
      return (await deliveries.kept(delivery, reason)) === 'followed';
    }
    // Begun as a message of its own, before there was anything to replace, it stays one: it may be there already.
    const replaces =
      delivery.rung === 0 && delivery.kind !== 'ping' && !delivery.notes.anew ? (job.ack ?? undefined) : undefined;
    const receipt = {
      key: keyOf(job, delivery),
      attempt: delivery.attempts,
      replaces,
      // Written as JSON by `note` below, and read back as it was.
      notes: delivery.notes as Record<string, Json>,
      note: async (notes: Record<string, Json>) => {
        const asked = clock.now();
        if (!(await deliveries.note(delivery, replaces ? notes : { ...notes, anew: true }))) throw new LostClaim();
        // Stopped for so long in between, this process may be a moment from losing its claim, or past it.
        if (clock.now() - asked > lease / 3) throw new LostClaim();
      },
    };
    try {
      const ref = await holding(delivery, stopping, async (signal) => {
        const message = await compose(delivery, job, signal).catch(async (error: unknown) => {
          if (!(error instanceof UserError)) throw error;
          await store.lost(job.id, error.failure);
          return views.failure(job, error.failure);
        });
        return message && platform.post({ ...job.origin, place }, message, receipt, signal);
      });
      if (!ref) return (await deliveries.kept(delivery, 'nothing to point at')) === 'followed';
      posted();
      const isPinged = receipt.replaces !== undefined && mayBePinged(delivery, job);
      const end = await deliveries.sent(delivery, ref, isPinged);
      if (end === 'lost') {
        log().warn('posted after the claim was lost');
        // Deleted while it was being posted: what was deleted must not stay in the chat.
        if (!(await store.find(job.id))) await platform.edit(ref, views.tombstone(job), stopping);
      }
      parts.onSent?.(job, delivery);
      return end === 'followed';
    } catch (error) {
      if (error instanceof LostClaim) return true;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof UndeliverableError && delivery.rung + 1 < places.length && delivery.kind !== 'ping') {
        log().info({ reason, rung: delivery.rung }, 'refused here; trying the next place');
        await deliveries.elsewhere(delivery, delivery.rung + 1, reason);
        return true;
      }
      const wait = backoff(delivery.attempts, random, { firstMs: 1_000, maxMs: 300_000 });
      if (!(error instanceof UndeliverableError)) {
        log().warn({ err: error, wait }, 'posting failed');
        if (await deliveries.later(delivery, wait, reason)) return true;
      }
      if ((await deliveries.kept(delivery, reason)) !== 'lost') log().warn({ err: error }, 'delivery given up');
      return true;
    }
  }

  async function run(
    delivery: Delivery,
    found: Promise<Job[]>,
    stopping: AbortSignal,
    posted: () => void,
  ): Promise<boolean> {
    try {
      const job = (await found).find(({ id }) => id === delivery.job);
      return !job || (await attempt(delivery, job, stopping, posted));
    } catch (error) {
      // The database did not answer: the claim runs out, and the delivery is tried again with its notes.
      parts.log.error({ err: error, delivery: delivery.id }, 'a delivery was left to its lease');
      return true;
    }
  }

  return {
    /**
     * `stopping` aborts the posts under way: each can be repeated. `onMore` is called when one has ended and another
     * that is due may have been waiting for its place or its channel; until then, a second step finds nothing more.
     */
    async step(stopping: AbortSignal, onMore: () => void): Promise<boolean> {
      const free = Math.min(parallel - posting, mostUnderWay - underWay.size);
      isFull = free === 0;
      if (isFull) return false;
      const claimed = await deliveries.claim(lease, free, [...platforms.keys()], partition());
      isFull = claimed.length === free;
      if (claimed.length === 0) return false;
      // Read after they were claimed: what was shown of a job up to then is seen, what comes later has it said again.
      const found = store.findAll(claimed.map(({ job }) => job));
      for (const delivery of claimed) {
        posting += 1;
        let isPosting = true;
        const posted = () => {
          if (!isPosting) return;
          isPosting = false;
          posting -= 1;
          if (isFull) onMore();
        };
        const running = run(delivery, found, stopping, posted).then((mayBeMore) => {
          posted();
          underWay.delete(running);
          if (mayBeMore || isFull) onMore();
        });
        underWay.add(running);
      }
      return true;
    },
    /** Resolves when nothing is under way. */
    idle: async () => {
      await Promise.all(underWay);
    },
  };
}

/** Somebody else has this delivery now, so nothing more may be done for it here. */
class LostClaim extends Error {
  override readonly name = 'LostClaim';
}

/** 22 URL-safe characters, the same for every attempt and different for every delivery. */
function keyOf(job: Job, delivery: Delivery): string {
  return hash('sha256', `${job.platform}/${job.event}/${delivery.kind}/${delivery.rung}`, 'base64url').slice(0, 22);
}

const mayBePinged = (delivery: Delivery, job: Job) =>
  delivery.kind === 'result' && job.origin.place.kind === 'channel' && !job.private;
