/** Who may see, use and change a trained model, how people refer to one, and with whom it can be shared. */
import type { Origin } from '../chat.ts';

/** What the decision needs to know of a model. */
type Owned = { platform: string; tenant: string; person: string };

/** A model's audience besides its owner: a person, the people in a channel, or everybody in the tenant, by id. */
export type Share = { kind: 'person' | 'channel' | 'tenant'; target: string };

export const owns = ({ platform, tenant, person }: Owned, origin: Origin): boolean =>
  platform === origin.platform && tenant === origin.tenant && person === origin.person.id;

/** The shares by which somebody may use a model that is not theirs, from where they are. Threads count as their channel. */
export function sharesFor({ tenant, place, person }: Origin): Share[] {
  const here: Share[] = place.kind === 'channel' ? [{ kind: 'channel', target: place.channel }] : [];
  return [{ kind: 'person', target: person.id }, { kind: 'tenant', target: tenant }, ...here];
}

/** How a kept call names a model: its number, which stays, and its name, which a person can read. */
export const referenceTo = ({ id, name }: { id: number; name: string }) => `#${id} ${name}`;

/** A model as somebody typed it: `#7`, `#7 Ada` or `Ada`. What follows a number says nothing. */
export function readReference(typed: string): { id: number } | { name: string } {
  const [, number] = /^#(\d{1,15})(?:\s|$)/.exec(typed) ?? [];
  return number ? { id: Number(number) } : { name: typed };
}

const words: Record<string, 'nobody' | 'channel' | 'tenant'> = {
  nobody: 'nobody',
  'no one': 'nobody',
  channel: 'channel',
  'this channel': 'channel',
  workspace: 'tenant',
  'this workspace': 'tenant',
  server: 'tenant',
  'this server': 'tenant',
  everybody: 'tenant',
  everyone: 'tenant',
};

/** Whom somebody means: the words above, a mention as Slack (`<@U1|ada>`) or Discord (`<@!1>`) writes it, or a bare id. */
export function readAudience(typed: string, { tenant, place }: Origin): Share | 'nobody' | 'no channel' | undefined {
  const word = words[typed.trim().toLowerCase()];
  if (word === 'tenant') return { kind: 'tenant', target: tenant };
  if (word === 'channel') return place.kind === 'channel' ? { kind: 'channel', target: place.channel } : 'no channel';
  if (word) return word;
  const [, mentioned, bare] = /^(?:<@!?([\w-]{1,64})(?:\|[^>]*)?>|@?([\w-]{1,64}))$/.exec(typed.trim()) ?? [];
  const target = mentioned ?? bare;
  return target ? { kind: 'person', target } : undefined;
}
