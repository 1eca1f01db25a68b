/** Puts policy together: the rules of places, the spending of people and places, and the rate limits of calls. */
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

/** The policy that commands use: settings, remaining spending, and the check whether a call comes too soon. */
export type PolicyAccess = { settings: Settings; remainingSpending: RemainingSpending; rateLimit: RateLimits };

/** The needs of policy. */
export type PolicyParts = {
  db: Database;
  catalogue: Catalogue;
  /** Facts of a platform, for rules that name people, roles or channels. */
  factsOf: (platform: PlatformName) => PlatformFacts;
  /** The operator's limit of unfinished jobs of one person. */
  maxOpen: number;
  /** Calls that one person, and all people of one place, may make in ten seconds. No limit without it. */
  calls?: { person: number; place: number };
  /** The operator's rules. They hold where no moderator has set one, and outside of servers and workspaces. */
  usual?: Layer;
  /** Clock by which reads gather, so that calls that come together ask together. Reads wait for nothing without it. */
  batchClock?: Clock;
  clock: Clock;
};

/** Returns the parts. `expected` estimates the cost of work. `tidy` deletes sums that no limit looks at any more. */
export function createPolicy(parts: PolicyParts) {
  const { db, catalogue, factsOf, maxOpen, calls, usual = {}, batchClock, clock } = parts;
  const settings = createSettings({ store: createSettingsStore(db, batchClock), catalogue, factsOf, usual });
  const spending = createSpendingStore(db);
  const access: PolicyAccess = {
    settings,
    remainingSpending: createRemainingSpending({ store: spending, rules: settings.rules, maxOpen }),
    rateLimit: createRateLimits(calls ? rateLimitsFor(calls) : [], clock),
  };
  const expected = createExpectedCost({ catalogue, learned: spending.learned, clock });
  return { access, rules: settings.rules, expected, tidy: spending.forgetOld };
}
