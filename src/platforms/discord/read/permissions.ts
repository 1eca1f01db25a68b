/** What the bot has to be allowed in a place before money is spent on something to post there. */
import type { Interaction } from './interaction.ts';

/** Bits and names as Discord's settings show them: topics/permissions. */
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

const needed = ['View Channel', 'Embed Links', 'Attach Files'] as const;
/** Wanted, but not worth a refusal: without it a delivery that was interrupted cannot be looked for. */
const wanted = ['Send Messages', 'Send Messages in Threads', 'Read Message History'] as const;
const threads = [10, 11, 12];

export const isThread = ({ channel }: Interaction) =>
  channel !== null && channel !== undefined && threads.includes(channel.type);

/** The permissions that the bot lacks where this happened, in the words of Discord's settings; none where it is not told. */
export function missingPermissions(interaction: Interaction): string[] {
  if (!interaction.app_permissions || !interaction.guild_id) return [];
  const has = BigInt(interaction.app_permissions);
  if (has & bits.administrator) return [];
  const sending = isThread(interaction) ? ('Send Messages in Threads' as const) : ('Send Messages' as const);
  return [...needed, sending].filter((name) => !(has & bits[name]));
}

/** Whether these are the permissions of somebody who looks after the server or its messages. */
export function isModerator(permissions: string | null | undefined): boolean {
  if (!permissions || !/^\d+$/.test(permissions)) return false;
  return (BigInt(permissions) & (bits.administrator | bits['Manage Server'] | bits['Manage Messages'])) !== 0n;
}

/** The page on which somebody adds the bot to a server, with the permissions it needs and no others. */
export function inviteLink(application: string): string {
  const permissions = [...needed, ...wanted].reduce((sum, name) => sum | bits[name], 0n);
  const query = new URLSearchParams({
    client_id: application,
    scope: 'bot applications.commands',
    permissions: String(permissions),
    integration_type: '0',
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

/** The page on which somebody adds the bot's commands to their own account; it has no permissions anywhere then. */
export function installLink(application: string): string {
  const query = new URLSearchParams({
    client_id: application,
    scope: 'applications.commands',
    integration_type: '1',
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

/** What is missing, and where to give it. */
export function sayMissing(missing: readonly string[]): string {
  const names = missing.map((name) => `**${name}**`).join(', ');
  return (
    `I cannot post results here: I lack ${names}. Nothing was spent. Somebody who manages this channel can give it: ` +
    'Edit Channel → Permissions → Advanced permissions → add me, and allow it. Or ask in another channel.'
  );
}
