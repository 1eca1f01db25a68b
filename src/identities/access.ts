/** Decides who may see, use and change a trained model, and reads how people name a model or an audience. */
import type { Origin, PlatformFacts } from '../chat.ts';

/** The owner of a model. */
type Owned = { platform: string; tenant: string; person: string };

/** An audience of a model besides its owner, by id: a person, the people in a channel, or everybody in the tenant. */
export type Share = { kind: 'person' | 'channel' | 'tenant'; target: string };

/**
 * An audience as a person typed it: one to share with, nobody at all, `no channel` when this place is none, or `unknown`.
 */
type Audience = Share | 'nobody' | 'no channel' | 'unknown';

/** Returns whether a model belongs to the person of this call. */
export const owns = ({ platform, tenant, person }: Owned, origin: Origin): boolean =>
  platform === origin.platform && tenant === origin.tenant && person === origin.person.id;

/** Returns the owner that this person is. */
export const ownerOf = ({ platform, tenant, person }: Origin): Owned => ({ platform, tenant, person: person.id });

/** Returns the shares that open models to this person in this place. Threads count as their channel. */
export function sharesFor({ tenant, place, person }: Origin): Share[] {
  const here: Share[] = place.kind === 'channel' ? [{ kind: 'channel', target: place.channel }] : [];
  return [{ kind: 'person', target: person.id }, { kind: 'tenant', target: tenant }, ...here];
}

/** Returns the name of a model in a kept call: its number, which never changes, and its name, which people can read. */
export const referenceTo = ({ id, name }: { id: number; name: string }) => `#${id} ${name}`;

/** Reads a model as a person typed it: `#7`, `#7 Ada` or `Ada`. The text behind a number does not count. */
export function readReference(typed: string): { id: number } | { name: string } {
  const [, number] = /^#(\d{1,15})(?:\s|$)/.exec(typed) ?? [];
  return number ? { id: Number(number) } : { name: typed };
}

/** Words for an audience, as people type them. */
const audienceWords: Record<string, 'nobody' | 'channel' | 'tenant'> = {
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

/** A person as typed where no platform says otherwise: `ada` or `@ada`. */
const barePerson = /^[\w-]{1,64}$/;

/** Reads an audience as a person typed it: one of the words, a mention as the platform writes it, or a bare id. */
export function readAudience(typed: string, { tenant, place }: Origin, facts: PlatformFacts): Audience {
  const text = typed.trim();
  const word = audienceWords[text.toLowerCase()];
  if (word === 'tenant') return { kind: 'tenant', target: tenant };
  if (word === 'channel') return place.kind === 'channel' ? { kind: 'channel', target: place.channel } : 'no channel';
  if (word) return word;
  const mentioned = facts.readMention(text, 'person');
  if (mentioned) return { kind: 'person', target: mentioned };
  const bare = text.replace(/^@/, '');
  return barePerson.test(bare) || facts.isId(bare) ? { kind: 'person', target: bare } : 'unknown';
}
