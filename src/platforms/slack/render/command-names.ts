/**
 * The names of commands in a workspace: Slack keeps some names for itself, and some workspaces have a prefix for all.
 */

import type { TtlStore } from '../../../chat.ts';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import { prefixLifetimeMs } from '../timings.ts';

/**
 * Names of Slack's own commands, which always get a prefix. Slack refuses a whole manifest for one of them, and its
 * documentation does not list them. These are the ones that Slack's clients offer.
 */
const slackOwnNames = new Set(
  (
    'active apps archive away call collapse dm dnd expand feed huddle invite join kick leave me msg mute open part prefs ' +
    'pro remind remove rename search shortcuts shrug star status topic unarchive who'
  ).split(' '),
);
const defaultPrefix = 'pg-';

/** Workspaces whose prefix is remembered. */
const maxWorkspaces = 5_000;

/** Returns a command as people type it after the slash. `name` may be two words. */
export function slackName(name: string, prefix = ''): string {
  const [first = ''] = name.split(' ');
  return `${prefix || (slackOwnNames.has(first) ? defaultPrefix : '')}${name}`;
}

/** Puts the names that commands have in one workspace into a text of ours, in which they stand with a slash. */
export type NameCommands = (text: string) => string;

/** The prefixes of all workspaces. */
export type Prefixes = {
  /** Learns the prefix of a workspace from what a person typed there, such as `/pg-imagine`. Never rejects. */
  learn(tenant: string, typed: string): Promise<void>;
  /** Returns the function that names commands for a workspace. Never rejects. */
  nameCommandsFor(tenant: string): Promise<NameCommands>;
};

/** Returns the prefixes. Nothing but what people type tells them. `names` are the first words of all commands. */
export function createPrefixes(ttlStore: TtlStore, names: readonly string[]): Prefixes {
  const ownNames = new Set(names);
  const prefixes = createBoundedMap<string, string>({ maxEntries: maxWorkspaces });

  async function prefixOf(tenant: string): Promise<string> {
    const known = prefixes.get(tenant);
    if (known !== undefined) return known;
    const stored = await ttlStore.get(`prefix/${tenant}`).catch(() => undefined);
    const prefix = typeof stored === 'string' ? stored : '';
    prefixes.set(tenant, prefix);
    return prefix;
  }

  return {
    async learn(tenant, typed) {
      const [, prefix = '', name = ''] = /^\/([a-z0-9]+-)?([a-z0-9-]+)/.exec(typed) ?? [];
      // A name of Slack's own has a prefix everywhere, and says nothing about the others.
      if (slackOwnNames.has(name) || !ownNames.has(name) || (await prefixOf(tenant)) === prefix) return;
      prefixes.set(tenant, prefix);
      await ttlStore.put(`prefix/${tenant}`, prefix, prefixLifetimeMs).catch(() => undefined);
    },

    async nameCommandsFor(tenant) {
      const prefix = await prefixOf(tenant);
      return (text) =>
        text.replace(/(?<![\w/.:-])\/([a-z][a-z0-9-]*)/g, (whole, name: string) =>
          ownNames.has(name) ? `/${slackName(name, prefix)}` : whole,
        );
    },
  };
}
