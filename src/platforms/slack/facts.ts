/** Facts about Slack that the rest of the bot needs. */
import type { PlatformFacts } from '../../chat.ts';
import { progressIntervalMs } from './timings.ts';

const mentions = {
  person: /^<@([\w-]{1,64})(?:\|[^>]*)?>$/,
  role: /^<!subteam\^([\w-]{1,64})(?:\|[^>]*)?>$/,
  channel: /^<#([\w-]{1,64})(?:\|[^>]*)?>$/,
} as const;

/**
 * Slack's mentions, ids and interval of edits. A mention may carry the name beside the id: `<@U0123456|ada>`,
 * `<!subteam^S0123456|@art>`, `<#C0123456|general>`. Slack takes 50 edits a minute for a whole workspace.
 */
export const slackFacts: PlatformFacts = {
  readMention: (text, kind) => mentions[kind].exec(text)?.[1],
  isId: (text) => /^[A-Z][A-Z0-9]{5,63}$/.test(text),
  progressIntervalMs,
};
