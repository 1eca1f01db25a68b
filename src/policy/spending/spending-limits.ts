/** What may still be spent: the limits of a place against what was spent, with the sentence for the first that is reached. */
import type { Origin } from '../../chat.ts';
import { refuse, type UserError } from '../../errors/catalogue.ts';
import type { Rules } from '../rules.ts';
import type { Since, Spender, Usage } from './spending-store.ts';

/** Every budget a place can have, and the rule that sets it, in the order in which they are looked at. */
const budgets = [
  { rule: 'person-daily-jobs', whose: 'person', what: 'jobs', per: 'day' },
  { rule: 'person-daily-credits', whose: 'person', what: 'credits', per: 'day' },
  { rule: 'place-daily-jobs', whose: 'place', what: 'jobs', per: 'day' },
  { rule: 'place-daily-credits', whose: 'place', what: 'credits', per: 'day' },
  { rule: 'place-monthly-jobs', whose: 'place', what: 'jobs', per: 'month' },
  { rule: 'place-monthly-credits', whose: 'place', what: 'credits', per: 'month' },
] as const;

/** A budget as it counts for somebody: how much of it is used. */
export type SpendingLimit = (typeof budgets)[number] & { max: number; used: number; resetsIn: number };

/** Personal limits do not hold for those that the moderators exempt; the place's hold for all. */
export const isExempt = (rules: Rules, { person: { id, roles } }: Origin): boolean =>
  rules['exempt-roles'].includes(id) || roles.some((role) => rules['exempt-roles'].includes(role));

/** The budgets that hold for this person here. */
function budgetsOf(rules: Rules, origin: Origin) {
  const exempt = isExempt(rules, origin);
  return budgets.flatMap((budget) => {
    const max = rules[budget.rule];
    return max === undefined || (exempt && budget.whose === 'person') ? [] : [{ ...budget, max }];
  });
}

/** The same with what is used of them. */
export const spendingLimitsUsed = (rules: Rules, origin: Origin, usage: Usage): SpendingLimit[] =>
  budgetsOf(rules, origin).map((budget) => ({
    ...budget,
    used: usage[budget.whose][budget.per][budget.what],
    resetsIn: usage.ends[budget.per],
  }));

/** The most unfinished jobs of this person here; `most` is the operator's. */
export const mostOpen = (rules: Rules, origin: Origin, most: number): number =>
  isExempt(rules, origin) ? most : Math.min(most, rules['open-jobs'] ?? most);

/** What has to be known before work can be accepted: how far back sums go, and with whom nobody may be counted at once. */
export type Counting = { since: Since; alone: string };

/** Only as much as the limits need: a person by themselves where nothing holds for the place. */
export function countingFor(rules: Rules, origin: Origin, { platform, tenant, person }: Spender): Counting {
  const all = budgetsOf(rules, origin);
  const since = all.some(({ per }) => per === 'month') ? 'month' : all.length > 0 ? 'day' : 'now';
  const isShared = all.some(({ whose }) => whose === 'place');
  return { since, alone: JSON.stringify(isShared ? [platform, tenant] : [platform, tenant, person]) };
}

/**
 * Why work cannot be accepted now, or undefined. `expected` is what it will probably cost in credits, where that is known:
 * where it is not, it is let through while anything is left.
 */
export function overdrawn(
  rules: Rules,
  origin: Origin,
  usage: Usage,
  { expected, most }: { expected: number | undefined; most: number },
): UserError | undefined {
  const max = mostOpen(rules, origin, most);
  if (usage.open >= max) return refuse('tooManyOpen', { open: usage.open, max });
  for (const { rule: _, used, ...budget } of spendingLimitsUsed(rules, origin, usage)) {
    const needs = budget.what === 'jobs' ? 1 : (expected ?? 0);
    const left = Math.max(0, budget.max - used);
    // A budget that is used up lets nothing through, even what seems to cost nothing.
    if (left <= 0 || needs > left) return refuse('overBudget', { ...budget, left, needs });
  }
  return undefined;
}
