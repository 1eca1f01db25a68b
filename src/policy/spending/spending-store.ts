/** What has been spent, in SQL: summed up from the jobs themselves, and from what is left of those that were deleted. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { rowsOf } from '../../db/raw-row.ts';

/** Who asks, where. */
export type Spender = { platform: string; tenant: string; person: string };
/** Jobs that were not for nothing, and credits: what was paid, and what unfinished work is expected to cost. */
type Sum = { jobs: number; credits: number };
/**
 * `open` are the person's unfinished jobs. Days and months are UTC's; `ends` says how many seconds are left of each.
 * `unpriced` counts this person's jobs of today whose cost nobody knows.
 */
export type Usage = {
  open: number;
  person: { day: Sum; month: Sum };
  place: { day: Sum; month: Sum };
  unpriced: number;
  ends: { day: number; month: number };
};

/** How far back a sum has to go: further costs more, and most places have no limits. */
export type Since = 'now' | 'day' | 'month';

type Reading = Pick<Database, 'orm' | 'now'>;
type Orm = Pick<Database['orm'], 'execute'>;

const start = (unit: 'day' | 'month', now: SQL) =>
  sql`(date_trunc('${sql.raw(unit)}', ${now} at time zone 'utc') at time zone 'utc')`;
const left = (unit: 'day' | 'month', now: SQL) =>
  sql`extract(epoch from ${start(unit, now)} + interval '1 ${sql.raw(unit)}' - ${now})::float8`;

/** What a job counts as: what failed is free, what is on the way is reserved at what it will probably cost. */
const cost = sql`case when outcome is null then expected else coalesce(credits, expected) end`;

/** How many unfinished jobs somebody has: an index holds nothing else. */
const unfinished = ({ platform, tenant, person }: Spender) =>
  sql`platform = ${platform} and tenant = ${tenant} and person = ${person} and outcome is null`;

const nothing: Sum = { jobs: 0, credits: 0 };
const nothingSpent = { day: nothing, month: nothing };

/** What counts where nothing but unfinished jobs is limited. */
export const withOpen = (open: number): Usage => ({
  ...{ open, person: nothingSpent, place: nothingSpent },
  ...{ unpriced: 0, ends: { day: 0, month: 0 } },
});

/** How many unfinished jobs each of them has. */
async function readOpen(orm: Orm, who: Spender[]): Promise<number[]> {
  const given = JSON.stringify(who.map(({ platform, tenant, person }) => ({ platform, tenant, person })));
  const rows = await orm.execute(sql`
    select (select count(*)::int from jobs j where j.platform = one->>'platform' and j.tenant = one->>'tenant'
      and j.person = one->>'person' and j.outcome is null) as open
    from jsonb_array_elements(${given}::jsonb) with ordinality as given (one, place) order by place`);
  return rowsOf(rows).map(({ open }) => Number(open));
}

/** Reads it inside a transaction too: `db.orm` may be one. */
export async function readUsage({ orm, now }: Reading, who: Spender, since: Since): Promise<Usage> {
  if (since === 'now') return withOpen((await readOpen(orm, [who]))[0] ?? 0);
  const { platform, tenant, person } = who;
  const from = start(since, now);
  const mine = sql`person = ${person}`;
  const sums = (filter: SQL) => ({
    jobs: sql<number>`coalesce(sum(jobs) filter (where ${filter}), 0)::int`,
    credits: sql<number>`coalesce(sum(credits) filter (where ${filter}), 0)::float8`,
  });
  const [myDay, myMonth, day, month] = [sums(sql`${mine} and today`), sums(mine), sums(sql`today`), sums(sql`true`)];
  const [row] = await orm
    .select({
      open: sql<number>`(select count(*)::int from jobs where ${unfinished(who)})`,
      dayLeft: sql<number>`${left('day', now)}`,
      monthLeft: sql<number>`${left('month', now)}`,
      unpriced: sql<number>`coalesce(sum(jobs) filter (where ${mine} and today and credits is null), 0)::int`,
      ...{ a: myDay.jobs, b: myDay.credits, c: myMonth.jobs, d: myMonth.credits },
      ...{ e: day.jobs, f: day.credits, g: month.jobs, h: month.credits },
    })
    .from(
      sql`(select person, created_at >= ${start('day', now)} as today, 1 as jobs, ${cost} as credits from jobs
          where platform = ${platform} and tenant = ${tenant} and created_at >= ${from}
            and (outcome is null or outcome = 'done')
        union all select person, day >= ${start('day', now)}, jobs, credits from spent
          where platform = ${platform} and tenant = ${tenant} and day >= ${from}) work`,
    );
  if (!row) throw new Error('a sum has no row');
  const sum = (count: number, credits: number): Sum => ({ jobs: Number(count), credits: Number(credits) });
  return {
    open: Number(row.open),
    person: { day: sum(row.a, row.b), month: sum(row.c, row.d) },
    place: { day: sum(row.e, row.f), month: sum(row.g, row.h) },
    unpriced: Number(row.unpriced),
    ends: { day: Number(row.dayLeft), month: Number(row.monthLeft) },
  };
}

/** Newer jobs than this say what a model costs: enough for every model in use, and quick to read. */
const recent = 2_000;

export function createSpendingStore(db: Database) {
  return {
    usage: (who: Spender, since: Since) => readUsage(db, who, since),

    /** What one picture or video of each model has lately cost on average, in credits, as far as PhotoGPT told. */
    async learned(): Promise<Map<string, number>> {
      const rows = await db.run(sql`
        select model, avg(credits / greatest(1, jsonb_array_length(outputs)))::float8 as credits
        from (select model, credits, outputs, outcome from jobs order by id desc limit ${recent}) lately
        where outcome = 'done' and credits is not null group by model`);
      return new Map(rows.map(({ model, credits }) => [String(model), Number(credits)]));
    },

    /** Forgets days that no limit looks at any more. */
    forgetOld: () =>
      db.run(sql`delete from spent where day < ${start('month', db.now)} - interval '1 month' returning day`),
  };
}
