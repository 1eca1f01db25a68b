/** Facts about the playground that the rest of the bot needs. */
import type { PlatformFacts } from '../../chat.ts';

const mentions = {
  person: /^<@([\w-]{1,64})>$/,
  role: /^<@&([\w-]{1,64})>$/,
  channel: /^<#([\w-]{1,64})>$/,
} as const;

/** The playground's mentions, ids and interval of edits, which is Slack's. Its ids are words: `ada`, `make-pictures`. */
export const playgroundFacts: PlatformFacts = {
  readMention: (text, kind) => mentions[kind].exec(text)?.[1],
  isId: (text) => /^[\w-]{1,64}$/.test(text),
  progressIntervalMs: 10_000,
};
