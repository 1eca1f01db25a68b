/** Puts together what decides who may do what, how much of it and how fast. */
import type { PlatformFacts, PlatformName } from '../chat.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Database } from '../db/connect.ts';
import type { Catalogue } from '../photogpt/models/catalogue.ts';
import { createRateLimits, type RateLimits, rateLimitsFor } from './rate-limit.ts';
import type { Layer } from './rules.ts';
import { createSettings, type Settings } from './settings.ts';
import { createSettingsStore } from './settings-store.ts';
import { createExpectedCost } from './spending/expected-cost.ts';
import { createRemainingSpending, type RemainingSpending } from './spending/remaining.ts';
import { createSpendingStore } from './spending/spending-store.ts';

/** What commands may ask: settings, what somebody may still spend, and whether a call comes too soon. */
export type PolicyAccess = { settings: Settings; allowance: RemainingSpending; batchClock: RateLimits };

export type PolicyParts = {
  db: Database;
  catalogue: Catalogue;
  /** Mentions and ids of a platform, for rules that name people, roles or channels. */
  factsOf: (platform: PlatformName) => PlatformFacts;
  /** The most unfinished jobs that the operator allows anybody. */
  maxOpen: number;
  /** The most calls of one person, and in one place, in ten seconds. Without it nothing is too fast. */
  calls?: { person: number; place: number };
  /** What counts where no moderator has set it: the operator's, and all there is outside of servers and workspaces. */
  usual?: Layer;
  /** By which what comes within a moment is gathered. Without it nothing waits for anything. */
  batchClock?: Clock;
  clock: Clock;
};

/** `expected` is what work will probably cost; `tidy` forgets sums that no limit looks at any more. */
export function createPolicy(parts: PolicyParts) {
  const { db, catalogue, factsOf, maxOpen: most, calls, usual = {}, batchClock, clock } = parts;
  const settings = createSettings({ store: createSettingsStore(db, batchClock), catalogue, factsOf, usual });
  const spending = createSpendingStore(db);
  const access: PolicyAccess = {
    settings,
    allowance: createRemainingSpending({ store: spending, rules: settings.rules, most }),
    batchClock: createRateLimits(calls ? rateLimitsFor(calls) : [], clock),
  };
  const expected = createExpectedCost({ catalogue, learned: spending.learned, clock });
  return { access, rules: settings.rules, expected, tidy: spending.forgetOld };
}
