/** What commands are called in a workspace: some names are Slack's own, and some workspaces have a prefix for all. */

import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import { prefixLifetimeMs } from '../timings.ts';
import type { TtlStore } from '../ttl-store.ts';

/**
 * Slack refuses a whole manifest for one command with a name of its own, which its documentation does not list: these
 * are the ones that Slack's clients buttonBlock. They get a prefix whatever the operator wants.
 */
const slackOwn = new Set(
  (
    'active apps archive away call collapse dm dnd expand feed huddle invite join kick leave me msg mute open part prefs ' +
    'pro remind remove rename search shortcuts shrug star status topic unarchive who'
  ).split(' '),
);
const usualPrefix = 'pg-';

/** A command as it is typed after the slash; `name` may be two words. */
export function slackName(name: string, prefix = ''): string {
  const [first = ''] = name.split(' ');
  return `${prefix || (slackOwn.has(first) ? usualPrefix : '')}${name}`;
}

/** Puts the names of this workspace into a text of ours, in which commands stand with a slash. */
export type NameCommands = (text: string) => string;

/** Workspaces whose prefix is remembered. */
const maxWorkspaces = 5_000;

export type Prefixes = ReturnType<typeof createPrefixes>;

/** The prefix of each workspace, learned from what its people type. `names` are the first words of all commands. */
export function createPrefixes(ttlStore: TtlStore, names: readonly string[]) {
  const all = new Set(names);
  const known = createBoundedMap<string, string>({ maxEntries: maxWorkspaces });

  async function prefixOf(tenant: string): Promise<string> {
    const before = known.get(tenant);
    if (before !== undefined) return before;
    const found = await ttlStore.get(`prefix/${tenant}`).catch(() => undefined);
    known.set(tenant, typeof found === 'string' ? found : '');
    return typeof found === 'string' ? found : '';
  }

  return {
    /** Somebody typed this, such as `/pg-imagine`. */
    async saw(tenant: string, typed: string): Promise<void> {
      const [, prefix = '', name = ''] = /^\/([a-z0-9]+-)?([a-z0-9-]+)/.exec(typed) ?? [];
      // A name of Slack's own has a prefix everywhere, and says nothing about the others.
      if (slackOwn.has(name) || !all.has(name) || (await prefixOf(tenant)) === prefix) return;
      known.set(tenant, prefix);
      await ttlStore.put(`prefix/${tenant}`, prefix, prefixLifetimeMs).catch(() => undefined);
    },

    async nameCommands(tenant: string): Promise<NameCommands> {
      const prefix = await prefixOf(tenant);
      return (text) =>
        text.replace(/(?<![\w/.:-])\/([a-z][a-z0-9-]*)/g, (whole, name: string) =>
          all.has(name) ? `/${slackName(name, prefix)}` : whole,
        );
    },
  };
}
