/** Holds the claim of a delivery while it is being posted. */
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import { deliveryLeaseMs, deliveryRenewalMs, postTimeoutMs } from '../timings.ts';
import type { Delivery, DeliveryStore } from './deliveries-store.ts';

/** Another process may post this delivery by now, so this process must do nothing more for it. */
export class LostClaim extends Error {
  override readonly name = 'LostClaim';
}

type HoldClaimParts = { deliveries: Pick<DeliveryStore, 'renew'>; clock: Clock };

/** Runs `work` under the claim of a delivery. Rejects as `work` does. */
type HoldClaim = <T>(
  delivery: Delivery,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/**
 * Returns a function that renews the claim until `work` ends. The signal of `work` aborts with `stopping`, when the
 * claim is lost all the same, and when the work takes too long.
 */
export function createHoldClaim({ deliveries, clock }: HoldClaimParts): HoldClaim {
  async function renewUntil(over: AbortSignal, delivery: Delivery, abortWork: (reason: Error) => void): Promise<void> {
    for (let heldMs = deliveryRenewalMs; ; heldMs += deliveryRenewalMs) {
      await clock.sleep(deliveryRenewalMs, over);
      if (over.aborted) return;
      if (heldMs >= postTimeoutMs) abortWork(new Error('it took too long'));
      // A database that does not answer says nothing about the claim.
      const isHeld = await deliveries.renew(delivery, deliveryLeaseMs).catch(() => true);
      if (!isHeld) abortWork(new LostClaim());
    }
  }

  return async function holdClaim(delivery, stopping, work) {
    const over = new AbortController();
    // Not `AbortSignal.any`: Node 20 would keep its signals until their timeouts, thousands at five deliveries a
    // second.
    const ended = new AbortController();
    const stop = () => ended.abort(stopping.reason);
    stopping.addEventListener('abort', stop);
    if (stopping.aborted) stop();
    const renewal = renewUntil(over.signal, delivery, (reason) => ended.abort(reason));
    try {
      return await work(ended.signal);
    } finally {
      over.abort(sleepOver);
      stopping.removeEventListener('abort', stop);
      await renewal;
    }
  };
}
