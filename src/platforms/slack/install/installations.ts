/**
 * The workspaces and organisations that the app is installed in, as sealed rows of the keyed store.
 *
 * `installation/T1` holds the token of a workspace or organisation. `organisation/T1` names the organisation of a
 * workspace, and `workspace/E1/T1` a workspace of an organisation.
 */
import { z } from 'zod';
import type { TtlStore } from '../../../chat.ts';
import { expireAtOnceMs, installationLifetimeMs } from '../timings.ts';
import type { Seal } from './seal.ts';

const storedInstallation = z.object({
  tenant: z.string(),
  token: z.string(),
  refresh: z.string().optional(),
  expires: z.number().optional(),
});

/**
 * One installation. `tenant` is the id of a workspace, or of an organisation whose workspaces share it. `refresh`
 * renews the token. `expires` is in seconds since 1970. Both are absent where tokens do not rotate.
 */
export type Installation = z.output<typeof storedInstallation>;

const installationKey = (tenant: string) => `installation/${tenant}`;
const organisationKey = (team: string) => `organisation/${team}`;
const memberKey = (organisation: string, team = '') => `workspace/${organisation}/${team}`;

/** All installations. */
export type Installations = {
  /** Returns the workspace's own installation, or that of its organisation. */
  find(tenant: string): Promise<Installation | undefined>;
  /** Stores an installation in place of an earlier one. */
  save(installation: Installation): Promise<void>;
  /** Removes an installation. Returns every workspace that has none now: of an organisation, all that were seen. */
  remove(tenant: string): Promise<string[]>;
  /** Notes that an organisation's installation speaks for a workspace. */
  linkToOrganisation(team: string, organisation: string): Promise<void>;
};

/** Returns the installations of the database. */
export function createInstallations({ ttlStore, seal }: { ttlStore: TtlStore; seal: Seal }): Installations {
  async function read(tenant: string): Promise<Installation | undefined> {
    const key = installationKey(tenant);
    const sealed = await ttlStore.get(key);
    return typeof sealed === 'string' ? storedInstallation.parse(JSON.parse(seal.open(sealed, key))) : undefined;
  }

  const removeKey = (key: string) => ttlStore.put(key, null, expireAtOnceMs);

  return {
    async find(tenant) {
      const own = await read(tenant);
      if (own) return own;
      const organisation = await ttlStore.get(organisationKey(tenant));
      return typeof organisation === 'string' ? read(organisation) : undefined;
    },
    save(installation) {
      const key = installationKey(installation.tenant);
      return ttlStore.put(key, seal.seal(JSON.stringify(installation), key), installationLifetimeMs);
    },
    async remove(tenant) {
      const members = await ttlStore.list(memberKey(tenant));
      const teams = members.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
      const organisation = await ttlStore.get(organisationKey(tenant));
      if (typeof organisation === 'string') await removeKey(memberKey(organisation, tenant));
      for (const team of [tenant, ...teams]) {
        await removeKey(installationKey(team));
        await removeKey(organisationKey(team));
        await removeKey(memberKey(tenant, team));
      }
      return [tenant, ...teams];
    },
    async linkToOrganisation(team, organisation) {
      await ttlStore.put(organisationKey(team), organisation, installationLifetimeMs);
      await ttlStore.put(memberKey(organisation, team), team, installationLifetimeMs);
    },
  };
}
