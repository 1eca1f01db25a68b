/** Which of a workspace's user groups somebody is in, where the workspace lets the bot know. */
import { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { optionalScopes } from '../install/manifest-scopes.ts';
import type { Web } from '../send/web.ts';
import { userGroupsCacheMs } from '../timings.ts';

/** Workspaces whose groups are remembered. */
const maxWorkspaces = 1_000;

const listed = z.object({ usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).optional() })) });
type Groups = z.output<typeof listed>['usergroups'];

/** Returns a function that never rejects: without the scope, nobody is in any group. */
export function createUserGroups({ web, clock }: { web: Web; clock: Clock }) {
  const known = createBoundedMap<string, Promise<Groups>>({
    maxEntries: maxWorkspaces,
    ttlMs: userGroupsCacheMs,
    clock,
  });

  function groupsOf(tenant: string, signal: AbortSignal): Promise<Groups> {
    const before = known.get(tenant);
    if (before) return before;
    // An organisation's token has to say which workspace is meant.
    const args = { include_users: true, ...(tenant.startsWith('T') ? { team_id: tenant } : {}) };
    const groups = web.call(tenant, 'usergroups.list', args, listed, { signal }).then(
      ({ usergroups }) => usergroups,
      () => [],
    );
    known.set(tenant, groups);
    return groups;
  }

  return async function userGroups(tenant: string, person: string, signal: AbortSignal): Promise<string[]> {
    if (!optionalScopes.every((scope) => web.may(tenant, scope))) return [];
    const groups = await groupsOf(tenant, signal);
    return groups.filter(({ users }) => users?.includes(person)).map(({ id }) => id);
  };
}
