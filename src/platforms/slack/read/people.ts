/** Who somebody is: name, language, user groups and whether they run the workspace, interaction for once in a while. */
import { z } from 'zod';
import type { Person } from '../../../chat.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import type { Web } from '../send/web.ts';
import { profileCacheMs, profileTimeoutMs } from '../timings.ts';
import { createUserGroups } from './user-groups.ts';

/** People whose profile is remembered. */
const maxProfiles = 5_000;

const info = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    locale: z.string().optional(),
    is_admin: z.boolean().optional(),
    is_owner: z.boolean().optional(),
    is_primary_owner: z.boolean().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
  }),
});

export type Known = { person: Person; locale: string };

/** Returns a function that never rejects: what Slack does not tell is what the payload said. */
export function createPeople({ web, clock }: { web: Web; clock: Clock }) {
  const userGroups = createUserGroups({ web, clock });
  // Without a time-to-live: an old profile is better than none when Slack does not answer.
  const known = createBoundedMap<string, { until: number; who: Known }>({ maxEntries: maxProfiles });

  return async function who(tenant: string, { id, name }: { id: string; name: string }): Promise<Known> {
    const key = `${tenant}/${id}`;
    const before = known.get(key);
    if (before && before.until > clock.now()) return before.who;
    try {
      const args = { user: id, include_locale: true };
      const signal = AbortSignal.timeout(profileTimeoutMs);
      const { user } = await web.call(tenant, 'users.info', args, info, { signal });
      const roles = await userGroups(tenant, id, signal);
      const moderator = Boolean(user.is_admin || user.is_owner || user.is_primary_owner);
      const shown = user.profile?.display_name || user.real_name || user.name || name;
      const who = { person: { id, name: shown, roles, moderator }, locale: user.locale ?? 'en-US' };
      known.set(key, { until: clock.now() + profileCacheMs, who });
      return who;
    } catch {
      return before?.who ?? { person: { id, name, roles: [], moderator: false }, locale: 'en-US' };
    }
  };
}
