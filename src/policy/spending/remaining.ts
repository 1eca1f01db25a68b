/** What somebody may still spend here, for `/budget`: the same rules and sums by which work is accepted. */
import type { Origin } from '../../chat.ts';
import type { Rules } from '../rules.ts';
import { type Budget, budgetsUsed, isExempt, mostOpen } from './spending-limits.ts';
import type { Spender, Usage } from './spending-store.ts';

/** `open` is how many unfinished jobs there are, and may be. */
export type Allowed = { usage: Usage; budgets: Budget[]; open: { now: number; most: number }; exempt: boolean };
export type Allowance = ReturnType<typeof createAllowance>;

/** `most` unfinished jobs are what the operator allows anybody. */
export function createAllowance({
  store,
  rules,
  most,
}: {
  store: { usage(who: Spender, since: 'month'): Promise<Usage> };
  rules(origin: Origin): Promise<Rules>;
  most: number;
}) {
  return async (origin: Origin): Promise<Allowed> => {
    const { platform, tenant, person } = origin;
    const [set, usage] = await Promise.all([
      rules(origin),
      store.usage({ platform, tenant, person: person.id }, 'month'),
    ]);
    return {
      usage,
      budgets: budgetsUsed(set, origin, usage),
      open: { now: usage.open, most: mostOpen(set, origin, most) },
      exempt: isExempt(set, origin),
    };
  };
}
