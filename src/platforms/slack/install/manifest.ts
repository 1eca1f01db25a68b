/** The app's manifest, made from the list of commands: what Slack has to know about the bot before it runs. */
import { stringify } from 'yaml';
import type { Sheet } from '../../../commands/kit/sheet.ts';
import { requestPath } from '../connect.ts';
import {
  maxAppNameLength,
  maxCommandDescriptionLength,
  maxCommandLength,
  maxMessageShortcuts,
  maxShortcutDescriptionLength,
  maxShortcutNameLength,
  maxSlashCommands,
  maxUsageHintLength,
} from '../limits.ts';
import { slackName } from '../render/command-names.ts';
import { truncate } from '../render/message.ts';
import { manifestProblems, manifestSentences } from '../sentences.ts';
import { directScopes, manifestScopes, optionalScopes } from './manifest-scopes.ts';
import { redirectPath } from './pages.ts';

const events = ['app_home_opened', 'app_mention', 'app_uninstalled', 'tokens_revoked'];
/** One workspace of an organisation may go without the others. */
const organisationEvents = ['team_access_revoked'];
const directEvents = ['message.im'];

/** An app has five shortcuts on messages: these come first, in the order of their use, where the bot has them. */
const wanted = ['edit', 'animate', 'upscale', 'imagine', 'vary'];

type PictureAction = { label: string; command: string; option: string };

/**
 * `prefix` goes in front of every command, where a workspace has other apps with the same names. With `http`, the bot's
 * public address, Slack sends requests there; without it, Socket Mode is used. `oauth` is the address of the pages over
 * which many workspaces install the app. With `direct`, people may write to the bot without a command, for which it has
 * to read what they write to it. `name` is the bot's. Throws a sentence for the operator about a wish that cannot be met.
 */
export type ManifestOptions = { name?: string; prefix?: string; http?: string; oauth?: string; direct?: boolean };

/** Commands of two words are one entry: Slack's commands have one word, and what follows is typed. */
function entries(sheets: readonly Sheet[]): { name: string; description: string; example: string }[] {
  const groups = new Map<string, Sheet[]>();
  for (const sheet of sheets) {
    const [first = ''] = sheet.name.split(' ');
    groups.set(first, [...(groups.get(first) ?? []), sheet]);
  }
  return [...groups]
    .map(([name, members]) => {
      const [only] = members;
      if (members.length === 1 && only?.name === name) return only;
      const words = members.map((member) => member.name.split(' ').slice(1).join(' ')).filter(Boolean);
      const description = members.map((member) => member.description).join('; ');
      return { name, description: truncate(description, maxCommandDescriptionLength), example: words.join(' | ') };
    })
    .slice(0, maxSlashCommands);
}

/** The manifest as JSON, for Slack's page “Create an app from a manifest”. */
export function renderManifest(
  sheets: readonly Sheet[],
  pictureActions: readonly PictureAction[],
  { name = 'PhotoGPT', prefix = '', http, oauth, direct = false }: ManifestOptions = {},
) {
  if (prefix && !/^[a-z0-9]+-$/.test(prefix)) throw new Error(manifestProblems.wrongPrefix);
  for (const address of [http, oauth])
    if (address !== undefined && !/^https:\/\/[^/]/.test(address)) throw new Error(manifestProblems.wrongAddress);
  const url = http && new URL(requestPath, http).href;
  const rank = ({ command }: PictureAction) => (wanted.indexOf(command) + wanted.length + 1) % (wanted.length + 1);
  const chosen = [...pictureActions].sort((one, other) => rank(one) - rank(other)).slice(0, maxMessageShortcuts);
  const message = chosen.map(({ label, command, option }) => ({
    type: 'message',
    name: truncate(label, maxShortcutNameLength),
    callback_id: `picture:${command}:${option}`,
    description: truncate(manifestSentences.messageShortcutDescription(label), maxShortcutDescriptionLength),
  }));
  const create = {
    type: 'global',
    name: manifestSentences.createShortcut,
    callback_id: 'create:imagine',
    description: manifestSentences.createShortcutDescription,
  };
  return {
    _metadata: { major_version: 1 },
    display_information: {
      name: truncate(name, maxAppNameLength),
      description: manifestSentences.description,
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: name, always_online: true },
      slash_commands: entries(sheets).map((sheet) => ({
        command: truncate(`/${slackName(sheet.name, prefix)}`, maxCommandLength),
        description: sheet.description,
        ...(sheet.example ? { usage_hint: truncate(sheet.example, maxUsageHintLength) } : {}),
        // People and channels then come as ids, which a few options want.
        should_escape: true,
        ...(url ? { url } : {}),
      })),
      shortcuts: [create, ...message],
    },
    oauth_config: {
      ...(oauth ? { redirect_urls: [new URL(redirectPath, oauth).href] } : {}),
      scopes: { bot: [...manifestScopes, ...(direct ? directScopes : [])], bot_optional: optionalScopes },
    },
    settings: {
      interactivity: { is_enabled: true, ...(url ? { request_url: url, message_menu_options_url: url } : {}) },
      event_subscriptions: {
        bot_events: [...events, ...(oauth ? organisationEvents : []), ...(direct ? directEvents : [])],
        ...(url ? { request_url: url } : {}),
      },
      org_deploy_enabled: oauth !== undefined,
      socket_mode_enabled: !http,
      token_rotation_enabled: oauth !== undefined,
    },
  };
}

/**
 * Returns the manifest as YAML. Texts are in double quotes: readers of YAML 1.1 take a bare `16:9` for a number and a
 * bare `on` for true.
 */
export const manifestToYaml = (manifest: ReturnType<typeof renderManifest>): string =>
  stringify(manifest, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
