/** The app's manifest: what Slack has to know about the bot before it runs. It is made from the list of commands. */
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
import { truncate } from '../render/truncate.ts';
import { manifestProblems, manifestSentences } from '../sentences.ts';
import { directScopes, manifestScopes, optionalScopes } from './manifest-scopes.ts';
import { redirectPath } from './pages.ts';

const events = ['app_home_opened', 'app_mention', 'app_uninstalled', 'tokens_revoked'];
/** Events of an app that organisations install. One of their workspaces may remove the bot without the others. */
const organisationEvents = ['team_access_revoked'];
/** Events of an app to which people may write without a command. */
const directEvents = ['message.im'];

/** Commands in the order in which they get one of the five shortcuts on messages. People use the first ones most. */
const shortcutOrder = ['edit', 'animate', 'upscale', 'imagine', 'vary'];

type PictureAction = { label: string; command: string; option: string };

/** The operator's choices. */
export type ManifestOptions = {
  /** The bot's name. */
  name?: string;
  /** Stands in front of every command, for workspaces in which another app has the same names. */
  prefix?: string;
  /** The bot's public address, to which Slack sends requests. Without it, the app uses Socket Mode. */
  http?: string;
  /** The address of the pages on which many workspaces install the app. */
  oauth?: string;
  /** Whether people may write to the bot without a command. The bot then reads what they write to it. */
  direct?: boolean;
};

/**
 * Returns the manifest as JSON, for Slack's page “Create an app from a manifest”. Throws a sentence for the operator.
 */
export function renderManifest(
  sheets: readonly Sheet[],
  pictureActions: readonly PictureAction[],
  { name = 'PhotoGPT', prefix = '', http, oauth, direct = false }: ManifestOptions = {},
) {
  checkOptions({ prefix, http, oauth });
  const url = http && new URL(requestPath, http).href;
  return {
    _metadata: { major_version: 1 },
    display_information: {
      name: truncate(name, maxAppNameLength),
      description: manifestSentences.description,
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: name, always_online: true },
      slash_commands: slashCommands(sheets, prefix, url),
      shortcuts: shortcuts(pictureActions),
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

function checkOptions({ prefix, http, oauth }: Pick<ManifestOptions, 'prefix' | 'http' | 'oauth'>): void {
  if (prefix && !/^[a-z0-9]+-$/.test(prefix)) throw new Error(manifestProblems.wrongPrefix);
  for (const address of [http, oauth])
    if (address !== undefined && !/^https:\/\/[^/]/.test(address)) throw new Error(manifestProblems.wrongAddress);
}

function slashCommands(sheets: readonly Sheet[], prefix: string, url: string | undefined) {
  return entries(sheets).map(({ name, description, example }) => ({
    command: truncate(`/${slackName(name, prefix)}`, maxCommandLength),
    description,
    ...(example ? { usage_hint: truncate(example, maxUsageHintLength) } : {}),
    // People and channels then come as ids, which a few options need.
    should_escape: true,
    ...(url ? { url } : {}),
  }));
}

/** Returns one entry for each first word. Slack's commands have one word, and people type the second one after it. */
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
      const secondWords = members.map((member) => member.name.split(' ').slice(1).join(' ')).filter(Boolean);
      const description = members.map((member) => member.description).join('; ');
      const example = secondWords.join(' | ');
      return { name, description: truncate(description, maxCommandDescriptionLength), example };
    })
    .slice(0, maxSlashCommands);
}

function shortcuts(pictureActions: readonly PictureAction[]) {
  // Commands outside of the order come last.
  const rank = ({ command }: PictureAction) =>
    (shortcutOrder.indexOf(command) + shortcutOrder.length + 1) % (shortcutOrder.length + 1);
  const chosen = [...pictureActions].sort((one, other) => rank(one) - rank(other)).slice(0, maxMessageShortcuts);
  const onMessages = chosen.map(({ label, command, option }) => ({
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
  return [create, ...onMessages];
}

/**
 * Returns the manifest as YAML. Texts are in double quotes: readers of YAML 1.1 take a bare `16:9` for a number and a
 * bare `on` for true.
 */
export const manifestToYaml = (manifest: ReturnType<typeof renderManifest>): string =>
  stringify(manifest, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
