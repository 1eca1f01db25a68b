/** Which of a workspace's user groups somebody is in, where the workspace lets the bot know. */
import { z } from 'zod';
import type { Clock } from '../../../concurrency/clock.ts';
import { optionalScopes } from '../install/manifest-scopes.ts';
import type { Web } from '../send/web.ts';
import { userGroupsCacheMs } from '../timings.ts';

const kept = 1_000;

const listed = z.object({ usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).optional() })) });
type Groups = z.output<typeof listed>['usergroups'];

/** Returns a function that never rejects: without the scope, nobody is in any group. */
export function createUserGroups({ web, clock }: { web: Web; clock: Clock }) {
  const known = new Map<string, { until: number; groups: Promise<Groups> }>();

  function groupsOf(tenant: string, signal: AbortSignal): Promise<Groups> {
    const before = known.get(tenant);
    if (before && before.until > clock.now()) return before.groups;
    // An organisation's token has to say which workspace is meant.
    const args = { include_users: true, ...(tenant.startsWith('T') ? { team_id: tenant } : {}) };
    const groups = web.call(tenant, 'usergroups.list', args, listed, { signal }).then(
      ({ usergroups }) => usergroups,
      () => [],
    );
    known.delete(tenant);
    known.set(tenant, { until: clock.now() + userGroupsCacheMs, groups });
    const oldest = known.keys().next();
    if (known.size > kept && !oldest.done) known.delete(oldest.value);
    return groups;
  }

  return async function userGroups(tenant: string, person: string, signal: AbortSignal): Promise<string[]> {
    if (!optionalScopes.every((scope) => web.may(tenant, scope))) return [];
    const groups = await groupsOf(tenant, signal);
    return groups.filter(({ users }) => users?.includes(person)).map(({ id }) => id);
  };
}
