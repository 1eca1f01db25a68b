/** Remaining spending, for `/budget`: the rules and sums that acceptances go by. */
import type { Origin } from '../../chat.ts';
import type { Rules } from '../rules.ts';
import { isExempt, maxOpenJobsFor, type SpendingLimit, spendingLimitsUsed } from './spending-limits.ts';
import type { Spender, Usage } from './spending-store.ts';

/** The sums and limits of a person here. `open` counts their unfinished jobs. `exempt`: no personal limit holds. */
export type RemainingLimit = {
  usage: Usage;
  limits: SpendingLimit[];
  open: { now: number; max: number };
  exempt: boolean;
};

/** Reads the sums and limits of the person who asks. */
export type RemainingSpending = ReturnType<typeof createRemainingSpending>;

/** Returns the function that reads them. `maxOpen` is the operator's limit of unfinished jobs. */
export function createRemainingSpending({
  store,
  rules,
  maxOpen,
}: {
  store: { usage(who: Spender, since: 'month'): Promise<Usage> };
  rules(origin: Origin): Promise<Rules>;
  maxOpen: number;
}) {
  return async (origin: Origin): Promise<RemainingLimit> => {
    const { platform, tenant, person } = origin;
    const [set, usage] = await Promise.all([
      rules(origin),
      store.usage({ platform, tenant, person: person.id }, 'month'),
    ]);
    return {
      usage,
      limits: spendingLimitsUsed(set, origin, usage),
      open: { now: usage.open, max: maxOpenJobsFor(set, origin, maxOpen) },
      exempt: isExempt(set, origin),
    };
  };
}
