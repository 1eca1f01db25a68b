/** SQL about settings: the values of places, channels and people, and the changes that moderators made for others. */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Json } from '../chat.ts';
import type { Clock } from '../concurrency/clock.ts';
import { ticksOf } from '../concurrency/ticks.ts';
import { createBatchedWrites } from '../db/batched-writes.ts';
import type { Database } from '../db/connect.ts';
import { cachedQuery } from '../db/query-cache.ts';
import { settingChanges, settings } from '../db/schema/policy-schema.ts';
import { settingsBatchMs } from './timings.ts';

type Place = { platform: string; tenant: string };
type Kind = (typeof settings.$inferSelect)['kind'];
/** The range of a setting: a place, a channel or a person. */
export type Scope = (typeof settings.$inferSelect)['scope'];
/** The row of settings of a place, a channel or a person. `target` is the channel's or the person's id, else empty. */
export type Where = Place & { kind: Kind; scope: Scope; target: string };
/** The person who changed a setting. */
export type By = { id: string; name: string };
/** One change that was made for others. */
export type Change = typeof settingChanges.$inferSelect;

/** The queries about settings. */
export type SettingsStore = ReturnType<typeof createSettingsStore>;

/** Calls whose settings are read in one statement. */
const maxCallsAtOnce = 50;
/** Returns the queries. Reads that come within a moment by `batchClock` are one statement. */
export function createSettingsStore(db: Database, batchClock?: Clock) {
  const at = ({ platform, tenant, kind, scope, target }: Where) =>
    and(
      eq(settings.platform, platform),
      eq(settings.tenant, tenant),
      eq(settings.kind, kind),
      eq(settings.scope, scope),
      eq(settings.target, target),
    );

  /** Records who changed what, for every row of `changed`. Changes that people make for themselves are not recorded. */
  function noted({ platform, tenant, kind, scope, target }: Where, { id, name }: By, changed: SQL): SQL {
    return sql`insert into setting_changes (platform, tenant, kind, scope, target, name, value, person, person_name, created_at)
      select ${platform}, ${tenant}, ${kind}, ${scope}, ${target}, changed.name, changed.value, ${id}, ${name}, ${db.now}
      from (${changed}) changed where ${scope} <> 'person'`;
  }

  const select = cachedQuery(db, ['given'], ({ given }) =>
    db.orm
      .select({ values: sql<Record<string, Json> | null>`found` })
      // A look-up for each: a join could read all settings of all places.
      .from(
        sql`(select (select s."values" from settings s where s.platform = g.platform and s.tenant = g.tenant
              and s.kind = g.kind and s.scope = g.scope and s.target = g.target) as found
            from jsonb_array_elements(${given}::jsonb) with ordinality as a (one, place),
              jsonb_populate_record(null::settings, one) as g order by place) as looked_up`,
      ),
  );
  const read = createBatchedWrites(
    async (wanted: Where[][]) => {
      const rows = await select({ given: JSON.stringify(wanted.flat()) });
      const values = rows.map((row) => row.values ?? {});
      return wanted.map((some) => some.map(() => values.shift() ?? {}));
    },
    maxCallsAtOnce,
    { ticks: ticksOf(batchClock, settingsBatchMs) },
  );

  return {
    /** Reads the values of each of these rows, in their order. A row that is absent gives an empty object. */
    read: (where: Where[]): Promise<Record<string, Json>[]> => read(where),

    /** Sets one name and keeps the others, even when a person changes those at the same time. */
    async set(where: Where, name: string, value: Json, by: By): Promise<void> {
      const { platform, tenant, kind, scope, target } = where;
      const part = sql`${JSON.stringify({ [name]: value })}::jsonb`;
      await db.run(sql`
        with noted as (${noted(where, by, sql`select ${name}::text as name, ${JSON.stringify(value)}::jsonb as value`)})
        insert into settings (platform, tenant, kind, scope, target, "values", updated_at)
        values (${platform}, ${tenant}, ${kind}, ${scope}, ${target}, ${part}, ${db.now})
        on conflict (platform, tenant, kind, scope, target)
          do update set "values" = settings."values" || ${part}, updated_at = ${db.now}
        returning scope`);
    },

    /** Puts one name back to its default, or all of them. Resolves with how many were set. */
    async reset(where: Where, name: string | undefined, by: By): Promise<number> {
      const { platform, tenant, kind, scope, target } = where;
      const chosen = name === undefined ? sql`true` : sql`key = ${name}`;
      const rest = name === undefined ? sql`'{}'::jsonb` : sql`"values" - ${name}::text`;
      const here = sql`platform = ${platform} and tenant = ${tenant} and kind = ${kind} and scope = ${scope} and target = ${target}`;
      const rows = await db.run(sql`
        with old as (select "values" from settings where ${here} for update),
        gone as (select key from old, jsonb_object_keys(old."values") as key where ${chosen}),
        noted as (${noted(where, by, sql`select key as name, null::jsonb as value from gone`)})
        update settings set "values" = ${rest}, updated_at = ${db.now} where ${here} and exists (select 1 from gone)
        returning (select count(*)::int from gone) as gone`);
      return Number(rows[0]?.gone ?? 0);
    },

    /** Reads the newest changes of a place. */
    changes: ({ platform, tenant }: Place, kind: Kind, limit: number): Promise<Change[]> =>
      db.orm
        .select()
        .from(settingChanges)
        .where(
          and(eq(settingChanges.platform, platform), eq(settingChanges.tenant, tenant), eq(settingChanges.kind, kind)),
        )
        .orderBy(desc(settingChanges.id))
        .limit(limit),

    /** Deletes what a person set for themselves. Resolves with whether there was anything. */
    async forget(where: Place & { person: string }): Promise<boolean> {
      const rows = await db.orm
        .delete(settings)
        .where(at({ ...where, kind: 'defaults', scope: 'person', target: where.person }))
        .returning({ scope: settings.scope });
      return rows.length > 0;
    },
  };
}
