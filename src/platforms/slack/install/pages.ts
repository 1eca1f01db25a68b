/** The pages on which workspaces add the bot themselves. Bolt serves them, and our store keeps what they give. */
import type { Installation as BoltInstallation, InstallationQuery } from '@slack/bolt';
import type { Credentials } from './credentials.ts';
import type { Installations } from './installations.ts';
import { manifestScopes, optionalScopes } from './manifest-scopes.ts';

/** The credentials of an app that many workspaces may install. `stateSecret` signs the way to Slack's page and back. */
export type AppCredentials = { clientId: string; clientSecret: string; stateSecret: string; publicUrl: string };

/** The path of the page on which a person adds the bot. */
export const installPath = '/slack/install';

/** The path to which Slack sends a person back. */
export const redirectPath = '/slack/oauth_redirect';

/** Returns the options for the pages that either of Bolt's receivers takes. */
export function installOptions(
  { clientId, clientSecret, stateSecret, publicUrl }: AppCredentials,
  installations: Installations,
  credentials: Credentials,
) {
  return {
    clientId,
    clientSecret,
    stateSecret,
    scopes: [...manifestScopes, ...optionalScopes],
    redirectUri: new URL(redirectPath, publicUrl).href,
    installationStore: {
      async storeInstallation({ team, enterprise, isEnterpriseInstall, bot }: BoltInstallation): Promise<void> {
        const tenant = isEnterpriseInstall ? enterprise?.id : team?.id;
        if (!tenant || !bot) throw new Error('Slack sent an installation without a bot');
        await installations.save({ tenant, token: bot.token, refresh: bot.refreshToken, expires: bot.expiresAt });
      },
      /**
       * Returns an installation with an unused token. Bolt needs one before it acknowledges, but our calls take theirs
       * from `credentials`. It waits for nothing, because a renewal takes longer than Slack waits for the
       * acknowledgement.
       */
      async fetchInstallation(query: InstallationQuery<boolean>): Promise<BoltInstallation> {
        const { teamId, enterpriseId, isEnterpriseInstall } = query;
        if (isEnterpriseInstall && teamId && enterpriseId) credentials.linkToOrganisation(teamId, enterpriseId);
        return {
          team: teamId ? { id: teamId } : undefined,
          enterprise: enterpriseId ? { id: enterpriseId } : undefined,
          isEnterpriseInstall,
          user: { id: '', token: undefined, scopes: undefined },
          bot: { token: 'unused', scopes: manifestScopes, id: '', userId: '' },
        };
      },
    },
  };
}
