/** Spending limits: the rules of a place against its sums, with the sentence for the first limit that is reached. */
import type { Origin } from '../../chat.ts';
import { refuse, type UserError } from '../../errors/catalogue.ts';
import type { Rules } from '../rules.ts';
import type { Since, Spender, Usage } from './spending-store.ts';

/** Every limit that a place can have, and the rule that sets it, in the order of the checks. */
const limits = [
  { rule: 'person-daily-jobs', whose: 'person', what: 'jobs', per: 'day' },
  { rule: 'person-daily-credits', whose: 'person', what: 'credits', per: 'day' },
  { rule: 'place-daily-jobs', whose: 'place', what: 'jobs', per: 'day' },
  { rule: 'place-daily-credits', whose: 'place', what: 'credits', per: 'day' },
  { rule: 'place-monthly-jobs', whose: 'place', what: 'jobs', per: 'month' },
  { rule: 'place-monthly-credits', whose: 'place', what: 'credits', per: 'month' },
] as const;

/** A limit that holds for a person, and how much of it is used. `resetsIn` is in seconds. */
export type SpendingLimit = (typeof limits)[number] & { max: number; used: number; resetsIn: number };

/** Whether the moderators exempt this person from personal limits. The limits of the place hold for all. */
export const isExempt = (rules: Rules, { person: { id, roles } }: Origin): boolean =>
  rules['exempt-roles'].includes(id) || roles.some((role) => rules['exempt-roles'].includes(role));

/** Returns the limits that hold for this person here. */
function limitsFor(rules: Rules, origin: Origin) {
  const exempt = isExempt(rules, origin);
  return limits.flatMap((limit) => {
    const max = rules[limit.rule];
    return max === undefined || (exempt && limit.whose === 'person') ? [] : [{ ...limit, max }];
  });
}

/** Returns the limits that hold for this person here, each with its use. */
export const spendingLimitsUsed = (rules: Rules, origin: Origin, usage: Usage): SpendingLimit[] =>
  limitsFor(rules, origin).map((limit) => ({
    ...limit,
    used: usage[limit.whose][limit.per][limit.what],
    resetsIn: usage.ends[limit.per],
  }));

/** Returns how many unfinished jobs this person may have here. `maxOpen` is the operator's limit. */
export const maxOpenJobsFor = (rules: Rules, origin: Origin, maxOpen: number): number =>
  isExempt(rules, origin) ? maxOpen : Math.min(maxOpen, rules['open-jobs'] ?? maxOpen);

/**
 * The facts that an acceptance needs: the begin of the sums, and the key of a lock. Two acceptances with one key must
 * not be counted at the same time.
 */
export type Counting = { since: Since; alone: string };

/**
 * Returns the least that the limits need. Without a limit of the place, only the person's own calls exclude each other.
 */
export function countingFor(rules: Rules, origin: Origin, { platform, tenant, person }: Spender): Counting {
  const all = limitsFor(rules, origin);
  const since = all.some(({ per }) => per === 'month') ? 'month' : all.length > 0 ? 'day' : 'now';
  const hasPlaceLimit = all.some(({ whose }) => whose === 'place');
  return { since, alone: JSON.stringify(hasPlaceLimit ? [platform, tenant] : [platform, tenant, person]) };
}

/**
 * Returns why work cannot be accepted now. Undefined when it can. `expected` is its expected cost in credits. Work
 * without an expected cost is accepted while anything is left. `most` is the operator's limit of unfinished jobs.
 */
export function overdrawn(
  rules: Rules,
  origin: Origin,
  usage: Usage,
  { expected, most: maxOpen }: { expected: number | undefined; most: number },
): UserError | undefined {
  const max = maxOpenJobsFor(rules, origin, maxOpen);
  if (usage.open >= max) return refuse('tooManyOpen', { open: usage.open, max });
  for (const { rule: _, used, ...limit } of spendingLimitsUsed(rules, origin, usage)) {
    const needs = limit.what === 'jobs' ? 1 : (expected ?? 0);
    const left = Math.max(0, limit.max - used);
    // A limit that is used up stops work without an expected cost as well.
    if (left <= 0 || needs > left) return refuse('overBudget', { ...limit, left, needs });
  }
  return undefined;
}
