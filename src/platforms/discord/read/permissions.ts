/** Checks the bot's channel permissions before a job starts, and names the permissions that an invitation asks for. */
import { ChannelType } from 'discord.js';
import type { Interaction } from './interaction.ts';

/** Bits by the names that Discord's settings show (topics/permissions). */
const bits = {
  administrator: 1n << 3n,
  'View Channel': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Embed Links': 1n << 14n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
  'Send Messages in Threads': 1n << 38n,
  'Manage Server': 1n << 5n,
  'Manage Messages': 1n << 13n,
} as const;

const neededEverywhere = ['View Channel', 'Embed Links', 'Attach Files'] as const;

/**
 * Permissions that an invitation asks for besides. Without `Read Message History` the bot still works, but it cannot look
 * for a message whose delivery was interrupted.
 */
const invited = ['Send Messages', 'Send Messages in Threads', 'Read Message History'] as const;

const threadTypes: readonly number[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

/** Returns whether the interaction happened in a thread, or in a post of a forum. */
export const isThread = ({ channel }: Interaction) =>
  channel !== null && channel !== undefined && threadTypes.includes(channel.type);

/**
 * Returns the permissions that the bot lacks in the place of the interaction, as Discord's settings name them. Empty where
 * Discord does not tell.
 */
export function missingPermissions(interaction: Interaction): string[] {
  if (!interaction.app_permissions || !interaction.guild_id) return [];
  const granted = BigInt(interaction.app_permissions);
  if (granted & bits.administrator) return [];
  const sending = isThread(interaction) ? ('Send Messages in Threads' as const) : ('Send Messages' as const);
  return [...neededEverywhere, sending].filter((name) => !(granted & bits[name]));
}

/** Returns whether these are the permissions of a person who manages the server or its messages. */
export function isModerator(permissions: string | null | undefined): boolean {
  if (!permissions || !/^\d+$/.test(permissions)) return false;
  return (BigInt(permissions) & (bits.administrator | bits['Manage Server'] | bits['Manage Messages'])) !== 0n;
}

/** Returns the page that adds the bot to a server, with the permissions it needs and no others. */
export function inviteLink(application: string): string {
  const permissions = [...neededEverywhere, ...invited].reduce((sum, name) => sum | bits[name], 0n);
  const query = new URLSearchParams({
    client_id: application,
    scope: 'bot applications.commands',
    permissions: String(permissions),
    integration_type: '0',
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

/** Returns the page that adds the bot's commands to a person's own account. The bot has no permissions then. */
export function installLink(application: string): string {
  const query = new URLSearchParams({
    client_id: application,
    scope: 'applications.commands',
    integration_type: '1',
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
