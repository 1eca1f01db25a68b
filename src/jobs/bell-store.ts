/** A bell between replicas: work that one of them made need not wait for the next look of another. A hint, never more. */
import { sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import type { Log } from '../log.ts';

export type Bell = {
  /** Wakes the loop of this name in the other replicas, soon. */
  ring(name: string): void;
  /** Calls `heard` with the names that others rang, until the signal aborts. Never rejects. */
  listen(heard: (name: string) => void, signal: AbortSignal): Promise<void>;
};

const channel = 'photogpt_bot';
/** Whatever is rung within this time goes in one NOTIFY: each takes a lock that the whole server has once. Milliseconds. */
const together = 50;
/** The bell is rung for oneself this often; when that is not heard for so long, the connection is dead. Milliseconds. */
const [beat, dead] = [5_000, 15_000];

/** For replicas on one Postgres server; `replica` is this one's name. Undefined for an embedded database, which serves one. */
export function createBell(parts: { db: Database; replica: string; clock: Clock; log: Log }): Bell | undefined {
  const { db, replica, clock, log } = parts;
  const { hear } = db;
  if (!hear) return undefined;
  const rung = new Set<string>();
  let isSaying = false;

  const say = async (words: Iterable<string>) => {
    await db.run(sql`select pg_notify(${channel}, ${[replica, ...words].join(' ')}) is null as said`);
  };
  async function sayAll(): Promise<void> {
    await clock.sleep(together);
    const words = [...rung];
    rung.clear();
    isSaying = false;
    // Whoever does not hear it looks by itself within a second.
    await say(words).catch((err: unknown) => log.debug({ err }, 'the other replicas were not woken'));
  }

  return {
    ring(name) {
      rung.add(name);
      if (isSaying) return;
      isSaying = true;
      void sayAll();
    },
    async listen(heard, signal) {
      let stop: (() => Promise<void>) | undefined;
      let heardAt = clock.now();
      while (!signal.aborted) {
        try {
          if (stop && clock.now() - heardAt > dead) {
            log.warn('the bell between replicas was silent; listening anew');
            const silent = stop;
            stop = undefined;
            await silent();
          }
          stop ??= await hear(channel, (said) => {
            const [from, ...names] = said.split(' ');
            if (from === replica) heardAt = clock.now();
            else for (const name of names) heard(name);
          });
          await say([]);
        } catch (err) {
          log.debug({ err }, 'the bell between replicas is out of order');
        }
        await clock.sleep(beat, signal);
      }
      await stop?.().catch(() => undefined);
    },
  };
}
