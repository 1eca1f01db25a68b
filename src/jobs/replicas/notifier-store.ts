/** A bell between replicas: it wakes them for what another one made, and tells them who shares their work. A hint, never more. */
import { sql } from 'drizzle-orm';
import { type Clock, sleepOver } from '../../concurrency/clock.ts';
import type { Database } from '../../db/connect.ts';
import type { Log } from '../../log.ts';
import { createPeers, type Partition, wholePartition } from './peers.ts';

export type Notifier = {
  /** Wakes the loop of this name in the other replicas, soon. */
  notify(name: string): void;
  /**
   * Calls `heard` with the names that others rang, until the signal aborts. Says meanwhile that this replica does `work`:
   * words without spaces, each the name of a loop and, behind a colon, whatever else must be equal in two replicas so that
   * each can take what is due for either. Never rejects.
   */
  listen(heard: (name: string) => void, signal: AbortSignal, work?: readonly string[]): Promise<void>;
  /** What this replica may take at once of the work of the loop `name`: everything while nobody else does the same. */
  partition(name: string): Partition;
};

const channel = 'photogpt_bot';
/** After a NOTIFY, whatever is rung within this time goes in the next: each takes a lock that the server has once. Milliseconds. */
const together = 50;
/** The bell is rung for oneself this often; when that is not heard for so long, the connection is dead. Milliseconds. */
const [beat, dead] = [5_000, 15_000];
/** Whoever stops keeps nobody waiting for its farewell, in milliseconds. */
const patience = 1_000;
/** Words that older versions take for loops they do not have: what is done, and that one leaves. */
const [does, leaves] = ['+', '-'];

/** For replicas on one Postgres server; `replica` is this one's name. Undefined for an embedded database, which serves one. */
export function createNotifier(parts: { db: Database; replica: string; clock: Clock; log: Log }): Notifier | undefined {
  const { db, replica, clock, log } = parts;
  const { listen } = db;
  if (!listen) return undefined;
  const peers = createPeers({ own: replica, dead, clock });
  const rung = new Set<string>();
  let isSaying = false;
  let own: readonly string[] = [];
  /** Since when this replica hears, and when it last heard itself. */
  let [since, heardAt] = [Number.POSITIVE_INFINITY, clock.now()];

  const say = async (words: Iterable<string>) => {
    await db.run(sql`select pg_notify(${channel}, ${[replica, ...words].join(' ')}) is null as said`);
  };
  async function sayAll(): Promise<void> {
    // What is rung in the same turn goes along.
    await Promise.resolve();
    while (rung.size > 0) {
      const words = [...rung];
      rung.clear();
      // Whoever does not hear it looks by itself within a second.
      const said = say(words).catch((err: unknown) => log.debug({ err }, 'the other replicas were not woken'));
      await Promise.all([said, clock.sleep(together)]);
    }
    isSaying = false;
  }
  function soon(words: readonly string[]): void {
    for (const word of words) rung.add(word);
    if (isSaying) return;
    isSaying = true;
    void sayAll();
  }
  /** Everybody who listens is heard within a beat: there is nobody to be woken. */
  const isAlone = () => clock.now() - since > beat && clock.now() - heardAt <= dead && peers.isAlone();
  const greeting = () => own.map((word) => does + word);

  return {
    notify: (name) => {
      if (!isAlone()) soon([name]);
    },
    partition: (name) => {
      const work = own.find((word) => word.split(':', 1)[0] === name);
      return work === undefined ? wholePartition : peers.partition(work);
    },
    async listen(heard, signal, work = []) {
      own = work;
      function take(said: string): void {
        const [from = '', ...words] = said.split(' ');
        if (from === replica) heardAt = clock.now();
        else if (words.includes(leaves)) peers.left(from);
        else {
          const done = words.flatMap((word) => (word.startsWith(does) ? [word.slice(does.length)] : []));
          // An older version says its name and no more, and shares nothing.
          const isThere = words.length === 0 || done.length > 0;
          const shared = own.filter((word) => done.includes(word));
          // So that it need not wait for the next beat to know of us.
          if (isThere && peers.heard(from, shared) && !signal.aborted) soon(greeting());
          for (const word of words) if (!word.startsWith(does)) heard(word);
        }
      }
      let stop: (() => Promise<void>) | undefined;
      heardAt = clock.now();
      while (!signal.aborted) {
        try {
          if (stop && clock.now() - heardAt > dead) {
            log.warn('the bell between replicas was silent; listening anew');
            const silent = stop;
            stop = undefined;
            await silent();
          }
          if (!stop) {
            stop = await listen(channel, take);
            since = clock.now();
          }
          await say(greeting());
        } catch (err) {
          log.debug({ err }, 'the bell between replicas is out of order');
        }
        await clock.sleep(beat, signal);
      }
      for (const word of greeting()) rung.delete(word);
      const early = new AbortController();
      const farewell = say([leaves]).catch(() => undefined);
      await Promise.race([farewell, clock.sleep(patience, early.signal)]);
      early.abort(sleepOver);
      await stop?.().catch(() => undefined);
    },
  };
}
