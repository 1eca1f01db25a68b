/** What commands and jobs can ask of settings: what counts here, who set it, and to set it otherwise. */
import type { Json, Origin, PlatformFacts, PlatformName } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import type { Catalogue } from '../photogpt/models/catalogue.ts';
import { identityRefusal } from './allow.ts';
import { type Defaults, defaultChoices } from './default-choices.ts';
import { readRule, showValue } from './read-rule.ts';
import { firstOf, type Layer, type Rule, type Rules, rules, rulesFrom } from './rules.ts';
import type { Scope, SettingsStore, Where } from './settings-store.ts';

/** One that is set: its value in words, and for whom it was set. */
export type Shown = { name: string; about: string; value: string; scope: Scope };
/** A change in words: `value` is absent where it was put back to its default. */
export type ShownChange = { name: string; value: string | undefined; scope: Scope; by: string; at: Date };

const shownChanges = 5;

/** What is set for the place, the channel and the person, of each kind. */
type Layers = Record<Where['kind'], Record<Scope, Record<string, Json>>>;

export type Settings = ReturnType<typeof createSettings>;

/** `usual` is what counts where nobody has set anything. */
export function createSettings({
  store,
  catalogue,
  factsOf,
  usual = {},
}: {
  store: SettingsStore;
  catalogue: Catalogue;
  factsOf: (platform: PlatformName) => PlatformFacts;
  usual?: Layer;
}) {
  const channelOf = ({ place }: Origin) => (place.kind === 'channel' ? place.channel : undefined);
  /** What each call found. A call asks several times, and goes by what was set when it asked first. */
  let found = new WeakMap<Origin, Promise<Layers>>();

  /** Everything that is set where this was asked, of both kinds. */
  async function read(origin: Origin): Promise<Layers> {
    const { platform, tenant, person } = origin;
    const channel = channelOf(origin) ?? '';
    const [place, here, usualPlace, usualHere, own] = await store.read([
      { platform, tenant, kind: 'rules', scope: 'place', target: '' },
      { platform, tenant, kind: 'rules', scope: 'channel', target: channel },
      { platform, tenant, kind: 'defaults', scope: 'place', target: '' },
      { platform, tenant, kind: 'defaults', scope: 'channel', target: channel },
      { platform, tenant, kind: 'defaults', scope: 'person', target: person.id },
    ]);
    return {
      rules: { place: place ?? {}, channel: here ?? {}, person: {} },
      defaults: { place: usualPlace ?? {}, channel: usualHere ?? {}, person: own ?? {} },
    };
  }

  async function layers(kind: Where['kind'], origin: Origin): Promise<Layers[Where['kind']]> {
    const known = found.get(origin) ?? read(origin);
    found.set(origin, known);
    try {
      return (await known)[kind];
    } catch (error) {
      found.delete(origin);
      throw error;
    }
  }
  /** Of every call: one that sets something may be in the middle of another. */
  const forgetFound = () => {
    found = new WeakMap();
  };

  const rulesFor = async (origin: Origin): Promise<Rules> => rulesFrom({ ...(await layers('rules', origin)), usual });

  const listOf = (kind: Where['kind']): readonly Rule[] => (kind === 'rules' ? rules : defaultChoices);

  function ruleOf(kind: Where['kind'], name: string): Rule {
    const list = listOf(kind);
    const rule = list.find((one) => one.name === name);
    if (rule) return rule;
    throw refuse('notAChoice', { option: 'name', given: name, allowed: list.map((one) => one.name) });
  }

  /** Where something is set. Throws `UserError` where that is no channel, or not for this person to do. */
  function whereOf(kind: Where['kind'], scope: Scope, origin: Origin): Where {
    const { platform, tenant, person } = origin;
    if (scope !== 'person' && !person.moderator) {
      throw refuse('moderatorsOnly', { what: `What counts for everybody in the ${scope}` });
    }
    const target = { place: '', channel: channelOf(origin), person: person.id }[scope];
    if (target === undefined) throw refuse('notAChannel', undefined);
    return { platform, tenant, kind, scope, target };
  }

  return {
    /** The rules that count where this was asked. */
    rules: rulesFor,

    /** Throws `UserError` where this person may not use trained models. */
    async mayUseModels(origin: Origin): Promise<void> {
      const refusal = identityRefusal(await rulesFor(origin), origin);
      if (refusal) throw refusal;
    },

    /** What was set to be used when nobody says otherwise: a person's own first, then the channel's, then the place's. */
    async defaults(origin: Origin): Promise<Defaults> {
      const { person, channel, place } = await layers('defaults', origin);
      const set = defaultChoices.flatMap((rule: Rule) => {
        const found = firstOf(rule, [person, channel, place]);
        return found ? [[rule.name, found.value]] : [];
      });
      // Every value went through its own schema, in the order of the list that `Defaults` goes by.
      return Object.fromEntries(set) as Defaults;
    },

    /** Everything that is set where this was asked, the one that counts of each, and the names of what is not set. */
    async shown(kind: Where['kind'], origin: Origin): Promise<{ set: Shown[]; unset: string[] }> {
      const { person, channel, place } = await layers(kind, origin);
      const scopes: Scope[] = ['person', 'channel', 'place'];
      const set = listOf(kind).flatMap((rule): Shown[] => {
        const found = firstOf(rule, [person, kind === 'defaults' || rule.perChannel ? channel : {}, place]);
        if (!found) return [];
        const { name, about } = rule;
        return [{ name, about, value: showValue(found.value), scope: scopes[found.layer] ?? 'place' }];
      });
      const names = set.map(({ name }) => name);
      const unset = listOf(kind).map(({ name }) => name);
      return { set, unset: unset.filter((name) => !names.includes(name)) };
    },

    /** The newest changes that were made for others. */
    async changes(kind: Where['kind'], origin: Origin): Promise<ShownChange[]> {
      const rows = await store.changes(origin, kind, shownChanges);
      return rows.map(({ name, value, scope, personName, createdAt }) => ({
        name,
        value: value === null ? undefined : showValue(value),
        scope,
        by: personName,
        at: createdAt,
      }));
    },

    /** Gives the value as it was understood. Throws `UserError`. */
    async set(kind: Where['kind'], name: string, typed: string, scope: Scope, origin: Origin): Promise<string> {
      const rule = ruleOf(kind, name);
      const where = whereOf(kind, scope, origin);
      if (kind === 'rules' && scope === 'channel' && !rule.perChannel) throw refuse('notPerChannel', { setting: name });
      const value: Json = readRule(rule, typed, { origin, facts: factsOf(origin.platform), catalogue });
      await store.set(where, name, value, origin.person);
      forgetFound();
      return showValue(value);
    },

    /** Puts one, or all, back to the default; gives how many were set. Throws `UserError`. */
    async reset(kind: Where['kind'], name: string | undefined, scope: Scope, origin: Origin): Promise<number> {
      const rule = name === undefined ? undefined : ruleOf(kind, name);
      const count = await store.reset(whereOf(kind, scope, origin), rule?.name, origin.person);
      forgetFound();
      return count;
    },

    /** Forgets what this person set for themselves. */
    async forget({ platform, tenant, person }: Origin): Promise<boolean> {
      const hadAny = await store.forget({ platform, tenant, person: person.id });
      forgetFound();
      return hadAny;
    },

    /** What can be set, for choosing. */
    choices: (kind: Where['kind']) => listOf(kind).map(({ name, about }) => ({ name, about })),
  };
}
