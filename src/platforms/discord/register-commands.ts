/** Registers commands: reads those that Discord has, compares them with ours, and writes only the ones that differ. */
import { z } from 'zod';
import type { CommandBody } from './render/commands.ts';
import type { Api } from './rest/api.ts';

const registeredCommands = z.array(z.looseObject({ id: z.string(), type: z.number().default(1), name: z.string() }));
const applicationAnswer = z.object({ id: z.string() });

/** Properties that make a command or an option. The others in Discord's answers are its own bookkeeping. */
const comparedNames = [
  'type',
  'name',
  'description',
  'name_localizations',
  'description_localizations',
  'options',
  'choices',
  'value',
  'required',
  'autocomplete',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'file_types',
  'integration_types',
  'contexts',
  'default_member_permissions',
];
const translationNames = new Set(['name_localizations', 'description_localizations']);

/** Type of a command that Discord itself makes: the entry point of an activity. It must stay. */
const entryPointType = 4;

/** Names of the commands that were written, removed, or left as they were. */
export type Registration = { written: string[]; removed: string[]; same: string[] };

type Where = { guild?: string; signal: AbortSignal };

/**
 * Registers `wanted` and removes all other commands, everywhere or for the server `guild`. Changes in one server are seen
 * at once. Throws `DiscordError`.
 */
export async function registerCommands(
  api: Api,
  wanted: readonly CommandBody[],
  { guild, signal }: Where,
): Promise<Registration> {
  const { id: application } = applicationAnswer.parse(await api({ method: 'GET', route: '/applications/@me', signal }));
  const route = guild
    ? (`/applications/${application}/guilds/${guild}/commands` as const)
    : (`/applications/${application}/commands` as const);
  const query = { with_localizations: 'true' };
  const present = registeredCommands.parse(await api({ method: 'GET', route, query, signal }));
  const result: Registration = { written: [], removed: [], same: [] };
  for (const command of wanted) {
    const body = guild ? forGuild(command) : command;
    const before = present.find(({ type, name }) => type === command.type && name === command.name);
    if (before && fingerprint(before) === fingerprint(body)) {
      result.same.push(command.name);
      continue;
    }
    // A POST replaces the command of that name and type, and keeps the permissions that a server's admins gave it.
    await api({ method: 'POST', route, body, signal });
    result.written.push(command.name);
  }
  for (const { id, type, name } of present) {
    if (type === entryPointType || wanted.some((command) => command.type === type && command.name === name)) continue;
    await api({ method: 'DELETE', route: `${route}/${id}`, signal });
    result.removed.push(name);
  }
  return result;
}

/** Discord takes no other places for a server's own command. */
function forGuild({ integration_types: _, contexts: _contexts, ...body }: CommandBody) {
  return body;
}

/** Returns a text that is the same for two commands of one meaning: absent, null, false and empty are one. */
const fingerprint = (command: object) => JSON.stringify(simplify(command, comparedNames));

/** Returns the value with the properties in `names` only, sorted, and without the empty ones. */
function simplify(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) {
    const all = value.map((item) => simplify(item, comparedNames));
    // Lists of numbers are sets: places of installation, contexts.
    return all.every((item) => typeof item === 'number') ? all.sort() : all;
  }
  if (typeof value !== 'object' || value === null) return value;
  const properties = value as Record<string, unknown>;
  const simplified = names.toSorted().flatMap((name) => {
    const item = simplify(properties[name], namesIn(name, properties[name]));
    return isEmpty(item) ? [] : [[name, item]];
  });
  return Object.fromEntries(simplified);
}

/** Translations count with every language that they have. */
const namesIn = (name: string, value: unknown) =>
  translationNames.has(name) && typeof value === 'object' && value !== null ? Object.keys(value) : comparedNames;

const isEmpty = (item: unknown) =>
  item === undefined || item === null || item === false || ['[]', '{}'].includes(JSON.stringify(item));
