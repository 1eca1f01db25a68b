/** Asks Slack about people: name, language, user groups, and whether they run the workspace. Remembers the answers. */
import { z } from 'zod';
import type { Person } from '../../../chat.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { profileCacheMs, profileTimeoutMs } from '../timings.ts';
import type { Web } from '../web/web.ts';
import { createUserGroups } from './user-groups.ts';

/** People whose profile is remembered. */
const maxProfiles = 5_000;

const userInfo = z.object({
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

/** A person, and the language that they use Slack in. Administrators and owners of the workspace are moderators. */
type Profile = { person: Person; locale: string };

/** Returns the profile of a person in a workspace. */
export type ReadProfile = (tenant: string, user: { id: string; name: string }) => Promise<Profile>;

/**
 * Returns a function that reads a profile and never rejects. If Slack does not answer in time, it gives the last known
 * profile, or else only what the payload said.
 */
export function createReadProfile({ web, clock }: { web: Web; clock: Clock }): ReadProfile {
  const userGroupsOf = createUserGroups({ web, clock });
  // Without a time-to-live: an old profile is better than none when Slack does not answer.
  const profiles = createBoundedMap<string, { freshUntil: number; profile: Profile }>({ maxEntries: maxProfiles });

  async function fetchProfile(tenant: string, id: string, payloadName: string): Promise<Profile> {
    const args = { user: id, include_locale: true };
    const signal = AbortSignal.timeout(profileTimeoutMs);
    const { user } = await web.call(tenant, 'users.info', args, userInfo, { signal });
    const roles = await userGroupsOf(tenant, id, signal);
    const moderator = Boolean(user.is_admin || user.is_owner || user.is_primary_owner);
    const name = user.profile?.display_name || user.real_name || user.name || payloadName;
    return { person: { id, name, roles, moderator }, locale: user.locale ?? 'en-US' };
  }

  return async function readProfile(tenant, { id, name }) {
    const key = `${tenant}/${id}`;
    const known = profiles.get(key);
    if (known && known.freshUntil > clock.now()) return known.profile;
    try {
      const profile = await fetchProfile(tenant, id, name);
      profiles.set(key, { freshUntil: clock.now() + profileCacheMs, profile });
      return profile;
    } catch {
      return known?.profile ?? { person: { id, name, roles: [], moderator: false }, locale: 'en-US' };
    }
  };
}
