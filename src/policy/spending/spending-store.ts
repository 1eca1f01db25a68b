/** SQL about spending: sums of the jobs themselves, and of the rows that stay when jobs are deleted. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/connect.ts';
import { rowsOf } from '../../db/raw-row.ts';

/** A person in a place, whose spending is summed up. */
export type Spender = { platform: string; tenant: string; person: string };

/** Jobs that count, and their credits: the paid ones, and the expected ones of unfinished work. */
type Sum = { jobs: number; credits: number };

/**
 * Sums for a person and for their place. `open` counts the person's unfinished jobs. Days and months are UTC's. `ends`
 * is the seconds that are left of each. `unpriced` counts this person's jobs of today whose cost is not known.
 */
export type Usage = {
  open: number;
  person: { day: Sum; month: Sum };
  place: { day: Sum; month: Sum };
  unpriced: number;
  ends: { day: number; month: number };
};

/** The begin of the sums. An earlier one costs more, and most places have no limits. */
export type Since = 'now' | 'day' | 'month';

type Reading = Pick<Database, 'orm' | 'now'>;
type Orm = Pick<Database['orm'], 'execute'>;

/** Jobs that a model's price is learned from: enough for every model in use, and quick to read. */
const maxRecentJobs = 2_000;

const startOf = (unit: 'day' | 'month', now: SQL) =>
  sql`(date_trunc('${sql.raw(unit)}', ${now} at time zone 'utc') at time zone 'utc')`;
const secondsLeftOf = (unit: 'day' | 'month', now: SQL) =>
  sql`extract(epoch from ${startOf(unit, now)} + interval '1 ${sql.raw(unit)}' - ${now})::float8`;

/** Credits that a job counts for. Unfinished work reserves its expected cost. */
const cost = sql`case when outcome is null then expected else coalesce(credits, expected) end`;

/** The unfinished jobs of a person. An index holds nothing else. */
const unfinished = ({ platform, tenant, person }: Spender) =>
  sql`platform = ${platform} and tenant = ${tenant} and person = ${person} and outcome is null`;

const nothing: Sum = { jobs: 0, credits: 0 };
const nothingSpent = { day: nothing, month: nothing };

/** Returns the usage of a person with `open` unfinished jobs, for places where nothing else is limited. */
export const withOpen = (open: number): Usage => ({
  open,
  person: nothingSpent,
  place: nothingSpent,
  unpriced: 0,
  ends: { day: 0, month: 0 },
});

/** Reads how many unfinished jobs each of these has. */
async function readOpen(orm: Orm, who: Spender[]): Promise<number[]> {
  const given = JSON.stringify(who.map(({ platform, tenant, person }) => ({ platform, tenant, person })));
  const rows = await orm.execute(sql`
    select (select count(*)::int from jobs j where j.platform = one->>'platform' and j.tenant = one->>'tenant'
      and j.person = one->>'person' and j.outcome is null) as open
    from jsonb_array_elements(${given}::jsonb) with ordinality as given (one, place) order by place`);
  return rowsOf(rows).map(({ open }) => Number(open));
}

/** Reads the sums since `since`. The handle may be a transaction's. */
export async function readUsage({ orm, now }: Reading, who: Spender, since: Since): Promise<Usage> {
  if (since === 'now') return withOpen((await readOpen(orm, [who]))[0] ?? 0);
  const { platform, tenant, person } = who;
  const from = startOf(since, now);
  const isPerson = sql`person = ${person}`;
  const jobsWhere = (filter: SQL) => sql<number>`coalesce(sum(jobs) filter (where ${filter}), 0)::int`;
  const creditsWhere = (filter: SQL) => sql<number>`coalesce(sum(credits) filter (where ${filter}), 0)::float8`;
  const [row] = await orm
    .select({
      open: sql<number>`(select count(*)::int from jobs where ${unfinished(who)})`,
      daySecondsLeft: sql<number>`${secondsLeftOf('day', now)}`,
      monthSecondsLeft: sql<number>`${secondsLeftOf('month', now)}`,
      unpriced: jobsWhere(sql`${isPerson} and today and credits is null`),
      personDayJobs: jobsWhere(sql`${isPerson} and today`),
      personDayCredits: creditsWhere(sql`${isPerson} and today`),
      personMonthJobs: jobsWhere(isPerson),
      personMonthCredits: creditsWhere(isPerson),
      placeDayJobs: jobsWhere(sql`today`),
      placeDayCredits: creditsWhere(sql`today`),
      placeMonthJobs: jobsWhere(sql`true`),
      placeMonthCredits: creditsWhere(sql`true`),
    })
    .from(
      sql`(select person, created_at >= ${startOf('day', now)} as today, 1 as jobs, ${cost} as credits from jobs
          where platform = ${platform} and tenant = ${tenant} and created_at >= ${from}
            and (outcome is null or outcome = 'done')
        union all select person, day >= ${startOf('day', now)}, jobs, credits from spent
          where platform = ${platform} and tenant = ${tenant} and day >= ${from}) work`,
    );
  if (!row) throw new Error('a sum has no row');
  const sumOf = (jobs: number, credits: number): Sum => ({ jobs: Number(jobs), credits: Number(credits) });
  return {
    open: Number(row.open),
    person: {
      day: sumOf(row.personDayJobs, row.personDayCredits),
      month: sumOf(row.personMonthJobs, row.personMonthCredits),
    },
    place: {
      day: sumOf(row.placeDayJobs, row.placeDayCredits),
      month: sumOf(row.placeMonthJobs, row.placeMonthCredits),
    },
    unpriced: Number(row.unpriced),
    ends: { day: Number(row.daySecondsLeft), month: Number(row.monthSecondsLeft) },
  };
}

/** Returns the queries about spending. */
export function createSpendingStore(db: Database) {
  return {
    /** Reads what this person and their place have used since `since`. */
    usage: (who: Spender, since: Since) => readUsage(db, who, since),

    /** Returns the average credits for one picture or video by model, of the jobs whose credits PhotoGPT told. */
    async learned(): Promise<Map<string, number>> {
      const rows = await db.run(sql`
        select model, avg(credits / greatest(1, jsonb_array_length(outputs)))::float8 as credits
        from (select model, credits, outputs, outcome from jobs order by id desc limit ${maxRecentJobs}) recent
        where outcome = 'done' and credits is not null group by model`);
      return new Map(rows.map(({ model, credits }) => [String(model), Number(credits)]));
    },

    /** Deletes days that no limit looks at any more. */
    forgetOld: () =>
      db.run(sql`delete from spent where day < ${startOf('month', db.now)} - interval '1 month' returning day`),
  };
}
