/**
 * Wakes the loops of other replicas, and tells replicas of each other, through Postgres' LISTEN and NOTIFY.
 *
 * **Purpose.** A replica that made work wakes those that may do it. Heartbeats say who is there and does which work, so
 * that peers divide the rows that are due. See `peers.ts`.
 *
 * **Channel.** All messages go through `photogpt_bot`. The name must not change: older replicas run beside newer ones.
 *
 * **Messages.** `replica-1 submit deliver` wakes two loops. See `notifier-message.ts` for the others.
 *
 * **Delivery.** At most once, to the replicas that listen at that moment. Nothing depends on it. A loop that missed a
 * wake-up finds the work after its interval. Rows of another partition are free for all after a second.
 *
 * **Connection.** Each replica receives its own heartbeats too. After 15 seconds without one it listens anew.
 */
import { sql } from 'drizzle-orm';
import type { Clock } from '../../concurrency/clock.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import type { Database } from '../../db/connect.ts';
import type { Log } from '../../log.ts';
import { deadAfterMs, heartbeatMs, leaveTimeoutMs, notifyBatchMs } from '../timings.ts';
import { formatMessage, heartbeatWords, leaveWords, parseMessage } from './notifier-message.ts';
import { createPeers, type Partition, wholePartition } from './peers.ts';

/** Messages to and from the other replicas. */
export type Notifier = {
  /** Wakes the loop of this name in the other replicas, at most 50 ms later. Does nothing while no other replica listens. */
  notify(loop: string): void;
  /**
   * Calls `wake` with the loops that others notify, until the signal aborts. Tells peers meanwhile which `work` this
   * replica does. A work is a loop's name, a colon, and all that must be equal for two replicas to do each other's part:
   * `deliver:discord,slack`. It has no spaces. Never rejects.
   */
  listen(wake: (loop: string) => void, signal: AbortSignal, work?: readonly string[]): Promise<void>;
  /** Returns which rows of a loop's work this replica takes at once. All of them while no peer does the same work. */
  partition(loop: string): Partition;
};

/** The parts of a notifier. `replica` is the name of this process, without spaces. */
type NotifierParts = { db: Database; replica: string; clock: Clock; log: Log };

/** The channel of all replicas. Older replicas listen to this name. */
const channel = 'photogpt_bot';

/** Gathers words and sends them together: the first at once, and those that come meanwhile after `notifyBatchMs`. */
function createOutbox(send: (words: string[]) => Promise<void>, { clock, log }: Pick<NotifierParts, 'clock' | 'log'>) {
  const waiting = new Set<string>();
  let isSending = false;

  async function sendAll(): Promise<void> {
    // Words that come in the same turn of the event loop go along.
    await Promise.resolve();
    while (waiting.size > 0) {
      const words = [...waiting];
      waiting.clear();
      const sent = send(words).catch((err: unknown) => log.debug({ err }, 'notifying the other replicas failed'));
      await Promise.all([sent, clock.sleep(notifyBatchMs)]);
    }
    isSending = false;
  }

  return {
    add(words: readonly string[]): void {
      for (const word of words) waiting.add(word);
      if (isSending) return;
      isSending = true;
      void sendAll();
    },
    remove(words: readonly string[]): void {
      for (const word of words) waiting.delete(word);
    },
  };
}

/** Returns the notifier, or undefined for an embedded database, which serves one process. */
export function createNotifier(parts: NotifierParts): Notifier | undefined {
  const { db, replica, clock, log } = parts;
  const { listen: subscribe } = db;
  if (!subscribe) return undefined;
  const peers = createPeers({ own: replica, deadAfterMs, clock });
  const outbox = createOutbox(send, { clock, log });
  let ownWork: readonly string[] = [];
  /** When this replica began to listen, in epoch milliseconds. */
  let listeningSince = Number.POSITIVE_INFINITY;
  /** When this replica last received a message of its own, in epoch milliseconds. */
  let heardSelfAt = clock.now();

  async function send(words: readonly string[]): Promise<void> {
    const message = formatMessage(replica, words);
    await db.run(sql`select pg_notify(${channel}, ${message}) is null as said`);
  }

  // A clock that is set back counts as silence too: a dead connection would else go unnoticed for that long.
  const isConnectionDead = () => Math.abs(clock.now() - heardSelfAt) > deadAfterMs;

  /** Returns whether no other replica listens. That is known after one heartbeat interval, if the connection is alive. */
  const isAlone = () => clock.now() - listeningSince > heartbeatMs && !isConnectionDead() && peers.isAlone();

  /** Handles a message. Answers a new peer with a heartbeat, because the next one may be seconds away. */
  function receive(text: string, wake: (loop: string) => void, signal: AbortSignal): void {
    const { from, isLeaving, isHeartbeat, work, loops } = parseMessage(text);
    if (from === replica) {
      heardSelfAt = clock.now();
    } else if (isLeaving) {
      peers.remove(from);
    } else {
      const sharedWork = ownWork.filter((word) => work.includes(word));
      const isNewPeer = isHeartbeat && peers.add(from, sharedWork);
      if (isNewPeer && !signal.aborted) outbox.add(heartbeatWords(ownWork));
      for (const loop of loops) wake(loop);
    }
  }

  return {
    notify(loop) {
      if (!isAlone()) outbox.add([loop]);
    },

    partition(loop) {
      const work = ownWork.find((word) => word.split(':', 1)[0] === loop);
      return work === undefined ? wholePartition : peers.partition(work);
    },

    async listen(wake, signal, work = []) {
      ownWork = work;
      heardSelfAt = clock.now();
      let unsubscribe: (() => Promise<void>) | undefined;

      async function unsubscribeIfDead(): Promise<void> {
        if (!unsubscribe || !isConnectionDead()) return;
        log.warn('the notifier heard nothing and listens anew');
        const end = unsubscribe;
        unsubscribe = undefined;
        await end();
      }

      async function beat(subscribe: NonNullable<Database['listen']>): Promise<void> {
        await unsubscribeIfDead();
        if (!unsubscribe) {
          unsubscribe = await subscribe(channel, (text) => receive(text, wake, signal));
          listeningSince = clock.now();
        }
        await send(heartbeatWords(ownWork));
      }

      while (!signal.aborted) {
        await beat(subscribe).catch((err: unknown) => log.debug({ err }, 'a heartbeat of the notifier failed'));
        await clock.sleep(heartbeatMs, signal);
      }
      outbox.remove(heartbeatWords(ownWork));
      const leaving = send(leaveWords).catch(() => undefined);
      await withTimeout(leaving, leaveTimeoutMs, clock);
      await unsubscribe?.().catch(() => undefined);
    },
  };
}
