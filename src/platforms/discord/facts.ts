/** Facts about Discord that the rest of the bot needs. */
import type { PlatformFacts } from '../../chat.ts';

const mentions = {
  person: /^<@!?([\w-]{1,64})>$/,
  role: /^<@&([\w-]{1,64})>$/,
  channel: /^<#([\w-]{1,64})>$/,
} as const;

/**
 * Discord's mentions, ids and interval of edits. Mentions look like `<@1>` (older clients write `<@!1>`), `<@&1>` for a
 * role and `<#1>`. An id is a snowflake of 15 to 22 digits. Ten seconds suit Slack, and Discord takes more edits.
 */
export const discordFacts: PlatformFacts = {
  readMention: (text, kind) => mentions[kind].exec(text)?.[1],
  isId: (text) => /^\d{15,22}$/.test(text),
  progressIntervalMs: 10_000,
};
