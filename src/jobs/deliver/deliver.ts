/**
 * The step of the deliver loop: claims deliveries that are due, and posts them side by side. `post-delivery.ts` does
 * the posting of each.
 *
 * A delivery counts as posting until its message is there, and as under way until the database knows it too.
 */
import { type Partition, wholePartition } from '../replicas/peers.ts';
import type { Job } from '../state/job-store.ts';
import { deliveryLeaseMs } from '../timings.ts';
import type { Delivery } from './deliveries-store.ts';
import { createPostDelivery, type PostDeliveryParts } from './post-delivery.ts';

/** Parts of delivering. `partition` is the part of the due rows that this replica takes at once: all without it. */
export type DeliverParts = PostDeliveryParts & { partition?(): Partition };

/** Deliveries of this process that are posting at a time. */
const maxPosting = 24;
/** Deliveries of this process that are under way at a time. */
const maxUnderWay = 4 * maxPosting;

/** Returns the step of the loop, and a way to wait for what it started. */
export function createDeliver(parts: DeliverParts) {
  const { store, deliveries, platforms, partition = () => wholePartition } = parts;
  const postDelivery = createPostDelivery(parts);
  const underWay = new Set<Promise<void>>();
  /** Whether the last claim was as large as it could be, so that more may be due. */
  let isFull = false;
  let postingCount = 0;

  /** Resolves with whether something may be due in the channel of this delivery now. Never rejects. */
  async function deliverOne(
    delivery: Delivery,
    claimedJobs: Promise<Job[]>,
    stopping: AbortSignal,
    onPosted: () => void,
  ): Promise<boolean> {
    try {
      const job = (await claimedJobs).find(({ id }) => id === delivery.job);
      return !job || (await postDelivery(delivery, job, stopping, onPosted));
    } catch (error) {
      // The database did not answer. The claim expires, and the delivery is posted again with its notes.
      parts.log.error({ err: error, delivery: delivery.id }, 'delivery left to its lease');
      return true;
    }
  }

  function start(delivery: Delivery, claimedJobs: Promise<Job[]>, stopping: AbortSignal, onMore: () => void): void {
    postingCount += 1;
    let isPosting = true;
    const onPosted = () => {
      if (!isPosting) return;
      isPosting = false;
      postingCount -= 1;
      if (isFull) onMore();
    };
    const delivering = deliverOne(delivery, claimedJobs, stopping, onPosted).then((mayBeMore) => {
      onPosted();
      underWay.delete(delivering);
      if (mayBeMore || isFull) onMore();
    });
    underWay.add(delivering);
  }

  return {
    /**
     * Starts what is due, and resolves with whether it started anything. `stopping` aborts the posts under way, each of
     * which can be repeated. `onMore` is called when one has ended and another that is due may have waited for its
     * place or its channel. Until then, a second step finds nothing more.
     */
    async step(stopping: AbortSignal, onMore: () => void): Promise<boolean> {
      const free = Math.min(maxPosting - postingCount, maxUnderWay - underWay.size);
      isFull = free === 0;
      if (isFull) return false;
      const claimed = await deliveries.claim(deliveryLeaseMs, free, [...platforms.keys()], partition());
      isFull = claimed.length === free;
      if (claimed.length === 0) return false;
      // After the claim, so that each job is read with what was shown of it up to then. A later showing posts it again.
      const claimedJobs = store.findAll(claimed.map(({ job }) => job));
      for (const delivery of claimed) start(delivery, claimedJobs, stopping, onMore);
      return true;
    },
    /** Resolves when nothing is under way. */
    idle: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
}
