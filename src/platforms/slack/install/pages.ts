/** Slack’s installation pages, over which workspaces add the bot themselves: Bolt’s, with our store behind them. */
import type { Installation, InstallationQuery } from '@slack/bolt';
import type { Credentials } from './credentials.ts';
import type { Installations } from './installations.ts';
import { manifestScopes, optionalScopes } from './manifest-scopes.ts';

/** An app that many workspaces may install. `stateSecret` signs the way through Slack’s page and back. */
export type AppCredentials = { clientId: string; clientSecret: string; stateSecret: string; publicUrl: string };

/** Where somebody goes to add the bot, and where Slack sends them back to. */
export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

/** Options for either of Bolt’s receivers. */
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
      async storeInstallation({ team, enterprise, isEnterpriseInstall, bot }: Installation): Promise<void> {
        const tenant = isEnterpriseInstall ? enterprise?.id : team?.id;
        if (!tenant || !bot) throw new Error('Slack sent an installation without a bot');
        await installations.save({ tenant, token: bot.token, refresh: bot.refreshToken, expires: bot.expiresAt });
      },
      /**
       * Bolt asks for this before it acknowledges, and wants a token, which it has no use for: calls get theirs from
       * `credentials`. Nothing is waited for here, because a renewal takes longer than Slack does.
       */
      async fetchInstallation(query: InstallationQuery<boolean>): Promise<Installation> {
        const { teamId, enterpriseId, isEnterpriseInstall } = query;
        if (isEnterpriseInstall && teamId && enterpriseId) credentials.belongs(teamId, enterpriseId);
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
