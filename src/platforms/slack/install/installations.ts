/** Where the bot is installed: one sealed row for each workspace or organisation. */
import { z } from 'zod';
import { expireAtOnceMs, installationLifetimeMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';
import type { Seal } from './seal.ts';

/** What is kept of an installation. `expires` is in seconds since 1970, and absent where tokens do not rotate. */
const installed = z.object({
  tenant: z.string(),
  token: z.string(),
  refresh: z.string().optional(),
  expires: z.number().optional(),
});
export type Installed = z.output<typeof installed>;

const rowOf = (tenant: string) => `installation/${tenant}`;
const orgOf = (team: string) => `organisation/${team}`;
const memberOf = (organisation: string, team = '') => `workspace/${organisation}/${team}`;

export type Installations = ReturnType<typeof createInstallations>;

/** `tenant` is a workspace’s id, or an organisation’s whose workspaces all share one installation. */
export function createInstallations({ ttlStore, seal }: { ttlStore: TtlStore; seal: Seal }) {
  async function read(tenant: string): Promise<Installed | undefined> {
    const sealed = await ttlStore.get(rowOf(tenant));
    return typeof sealed === 'string' ? installed.parse(JSON.parse(seal.open(sealed, rowOf(tenant)))) : undefined;
  }

  return {
    /** The workspace’s own installation, or that of the organisation it was seen to belong to. */
    async find(tenant: string): Promise<Installed | undefined> {
      const own = await read(tenant);
      if (own) return own;
      const organisation = await ttlStore.get(orgOf(tenant));
      return typeof organisation === 'string' ? read(organisation) : undefined;
    },
    save: (entry: Installed) =>
      ttlStore.put(rowOf(entry.tenant), seal.seal(JSON.stringify(entry), rowOf(entry.tenant)), installationLifetimeMs),
    /** Gives every workspace that has no installation any more: of an organisation, all that were seen. */
    async remove(tenant: string): Promise<string[]> {
      const members = await ttlStore.list(memberOf(tenant));
      const teams = members.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
      const organisation = await ttlStore.get(orgOf(tenant));
      if (typeof organisation === 'string') await ttlStore.put(memberOf(organisation, tenant), null, expireAtOnceMs);
      for (const team of [tenant, ...teams]) {
        await ttlStore.put(rowOf(team), null, expireAtOnceMs);
        await ttlStore.put(orgOf(team), null, expireAtOnceMs);
        await ttlStore.put(memberOf(tenant, team), null, expireAtOnceMs);
      }
      return [tenant, ...teams];
    },
    async belongs(team: string, organisation: string): Promise<void> {
      await ttlStore.put(orgOf(team), organisation, installationLifetimeMs);
      await ttlStore.put(memberOf(organisation, team), team, installationLifetimeMs);
    },
  };
}
