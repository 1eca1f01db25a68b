/** Asks Slack for the user groups of a workspace, where the workspace has granted that. */
import { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { optionalScopes } from '../install/manifest-scopes.ts';
import { userGroupsCacheMs } from '../timings.ts';
import type { Web } from '../web/web.ts';

/** Workspaces whose groups are remembered. */
const maxWorkspaces = 1_000;

const groupList = z.object({
  usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).optional() })),
});
type Groups = z.output<typeof groupList>['usergroups'];

/** Returns a function that gives the ids of a person's groups. It never rejects: without the scope, it gives none. */
export function createUserGroups({ web, clock }: { web: Web; clock: Clock }) {
  // Promises, so that calls that arrive together ask Slack once.
  const known = createBoundedMap<string, Promise<Groups>>({
    maxEntries: maxWorkspaces,
    ttlMs: userGroupsCacheMs,
    clock,
  });

  function groupsOf(tenant: string, signal: AbortSignal): Promise<Groups> {
    const before = known.get(tenant);
    if (before) return before;
    // An organisation's token has to say which workspace is meant.
    const workspace = tenant.startsWith('T') ? { team_id: tenant } : {};
    const args = { include_users: true, ...workspace };
    const groups = web.call(tenant, 'usergroups.list', args, groupList, { signal }).then(
      ({ usergroups }) => usergroups,
      () => [],
    );
    known.set(tenant, groups);
    return groups;
  }

  return async function userGroupsOf(tenant: string, person: string, signal: AbortSignal): Promise<string[]> {
    if (!optionalScopes.every((scope) => web.hasScope(tenant, scope))) return [];
    const groups = await groupsOf(tenant, signal);
    return groups.filter(({ users }) => users?.includes(person)).map(({ id }) => id);
  };
}
