/** Brings the commands that Discord has for the bot up to date: reads them, compares, and writes only what differs. */
import { z } from 'zod';
import type { CommandBody } from './render/commands.ts';
import type { Api } from './send/api.ts';

const registered = z.array(z.looseObject({ id: z.string(), type: z.number().default(1), name: z.string() }));
const self = z.object({ id: z.string() });

/** What makes a command or an option; everything else in Discord's answers is its own bookkeeping. */
const compared = [
  ...['type', 'name', 'description', 'name_localizations', 'description_localizations', 'options', 'choices', 'value'],
  ...['required', 'autocomplete', 'min_value', 'max_value', 'min_length', 'max_length', 'file_types'],
  ...['integration_types', 'contexts', 'default_member_permissions'],
];
const translations = new Set(['name_localizations', 'description_localizations']);

/** The entry point of an activity is made by Discord, not by this list. */
const entryPoint = 4;

/** Names of commands by what was done about them. */
export type Registration = { written: string[]; removed: string[]; same: string[] };

type Where = { guild?: string; signal: AbortSignal };

/** `guild` registers for one server only, where changes are seen at once. Throws `DiscordError`. */
export async function registerCommands(
  api: Api,
  wanted: readonly CommandBody[],
  { guild, signal }: Where,
): Promise<Registration> {
  const { id: application } = self.parse(await api({ method: 'GET', route: '/applications/@me', signal }));
  const route = guild
    ? (`/applications/${application}/guilds/${guild}/commands` as const)
    : (`/applications/${application}/commands` as const);
  const query = { with_localizations: 'true' };
  const present = registered.parse(await api({ method: 'GET', route, query, signal }));
  const result: Registration = { written: [], removed: [], same: [] };
  for (const command of wanted) {
    const body = guild ? forGuild(command) : command;
    const before = present.find(({ type, name }) => type === command.type && name === command.name);
    if (before && essence(before) === essence(body)) {
      result.same.push(command.name);
      continue;
    }
    // A POST replaces the command of that name and kind, and keeps what a server's admins decided about it.
    await api({ method: 'POST', route, body, signal });
    result.written.push(command.name);
  }
  for (const { id, type, name } of present) {
    if (type === entryPoint || wanted.some((command) => command.type === type && command.name === name)) continue;
    await api({ method: 'DELETE', route: `${route}/${id}`, signal });
    result.removed.push(name);
  }
  return result;
}

/** A server's own command has no say in where else it is. */
function forGuild({ integration_types: _, contexts: _contexts, ...body }: CommandBody) {
  return body;
}

/** The same text for two commands that mean the same: absent, null, false and empty are one. */
function essence(command: object): string {
  const strip = (value: unknown, isTranslation = false): unknown => {
    if (Array.isArray(value)) {
      const all = value.map((item) => strip(item));
      // Numbers are sets here: places of installation, contexts.
      return all.every((item) => typeof item === 'number') ? all.sort() : all;
    }
    if (typeof value !== 'object' || value === null) return value;
    const names = isTranslation ? Object.keys(value) : compared;
    const kept = names.toSorted().flatMap((name) => {
      const item = strip((value as Record<string, unknown>)[name], translations.has(name));
      const isNothing =
        item === undefined ||
        item === null ||
        item === false ||
        JSON.stringify(item) === '[]' ||
        JSON.stringify(item) === '{}';
      return isNothing ? [] : [[name, item]];
    });
    return Object.fromEntries(kept);
  };
  return JSON.stringify(strip(command));
}
