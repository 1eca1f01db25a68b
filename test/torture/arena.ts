/** The database that one worker tortures. Each run empties it, and a trigger records all changes of states. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../src/db/connect.ts';
import { type Engine, gated } from './gate.ts';

/** A change of the state or the fence of a job. */
type Move = { job: number; before: string; after: string; fenceBefore: number; fenceAfter: number };

/** The database, and ways to read it past the events of the world. */
export type Arena = {
  engine: Engine;
  empty(): Promise<void>;
  /** Returns all changes since the last `empty`, in their order. */
  moves(): Promise<Move[]>;
  /** Returns the end of the pause that the database has now, in epoch milliseconds. */
  pausedUntil(): Promise<number | undefined>;
  db: Database;
  close(): Promise<void>;
};

const watch = `
  create table if not exists torture_moves (
    id bigserial primary key, job bigint, before text, after text, fence_before int, fence_after int);
  create or replace function torture_watch() returns trigger language plpgsql as $$
    begin
      if old.state <> new.state or old.fence <> new.fence then
        insert into torture_moves (job, before, after, fence_before, fence_after)
          values (new.id, old.state, new.state, old.fence, new.fence);
      end if;
      return new;
    end $$;
  create or replace trigger torture_watch after update on jobs for each row execute function torture_watch();`;

/** Opens an arena on an engine whose tables are up to date. `run` is for several statements at once. */
export async function openArena(
  engine: Engine,
  run: (statements: string) => Promise<unknown>,
  close: () => Promise<void>,
): Promise<Arena> {
  await run(watch);
  const db = gated({ ...engine, fast: undefined } as Engine, (_what, effect) => effect(), Date.now);
  return {
    engine,
    db,
    close,
    async empty() {
      if (engine.kind === 'embedded') engine.fast?.idle.forget();
      await run(
        'truncate jobs, deliveries, keys, orphans, leases, durations, media, uploads, torture_moves restart identity cascade',
      );
    },
    async pausedUntil() {
      const [row] = await db.run(sql`select extract(epoch from max(paused_until))::float8 * 1000 as until from keys`);
      return row?.until == null ? undefined : Number(row.until);
    },
    async moves() {
      const rows = await db.run(
        sql`select job, before, after, fence_before, fence_after from torture_moves order by id`,
      );
      return rows.map((row) => ({
        job: Number(row.job),
        before: String(row.before),
        after: String(row.after),
        fenceBefore: Number(row.fence_before),
        fenceAfter: Number(row.fence_after),
      }));
    },
  };
}
