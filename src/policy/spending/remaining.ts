/** What somebody may still spend here, for `/budget`: the same rules and sums by which work is accepted. */
import type { Origin } from '../../chat.ts';
import type { Rules } from '../rules.ts';
import { isExempt, mostOpen, type SpendingLimit, spendingLimitsUsed } from './spending-limits.ts';
import type { Spender, Usage } from './spending-store.ts';

/** `open` is how many unfinished jobs there are, and may be. */
export type RemainingLimit = {
  usage: Usage;
  budgets: SpendingLimit[];
  open: { now: number; most: number };
  exempt: boolean;
};
export type RemainingSpending = ReturnType<typeof createRemainingSpending>;

/** `most` unfinished jobs are what the operator allows anybody. */
export function createRemainingSpending({
  store,
  rules,
  most,
}: {
  store: { usage(who: Spender, since: 'month'): Promise<Usage> };
  rules(origin: Origin): Promise<Rules>;
  most: number;
}) {
  return async (origin: Origin): Promise<RemainingLimit> => {
    const { platform, tenant, person } = origin;
    const [set, usage] = await Promise.all([
      rules(origin),
      store.usage({ platform, tenant, person: person.id }, 'month'),
    ]);
    return {
      usage,
      budgets: spendingLimitsUsed(set, origin, usage),
      open: { now: usage.open, most: mostOpen(set, origin, most) },
      exempt: isExempt(set, origin),
    };
  };
}
