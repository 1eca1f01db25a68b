/** Reads and changes rules and defaults: the values that hold somewhere, and who set them. */
import type { Json, Origin, PlatformFacts, PlatformName } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import type { Catalogue } from '../photogpt/models/catalogue.ts';
import { identityRefusal } from './allow.ts';
import { type Defaults, defaultChoices } from './default-choices.ts';
import { readRule, showValue } from './read-rule.ts';
import { firstOf, type Layer, type Rule, type Rules, rules, rulesFrom } from './rules.ts';
import type { Scope, SettingsStore, Where } from './settings-store.ts';

/** A rule or default that is set: its value in words, and the scope that it was set for. */
export type Shown = { name: string; about: string; value: string; scope: Scope };

/** A change in words. `value` is absent when the change put it back to its default. */
export type ShownChange = { name: string; value: string | undefined; scope: Scope; by: string; at: Date };

const maxShownChanges = 5;

/** The stored values of each kind, for the place, the channel and the person. */
type Layers = Record<Where['kind'], Record<Scope, Record<string, Json>>>;

/** The operations on rules and defaults. */
export type Settings = ReturnType<typeof createSettings>;

/** Returns the operations. `usual` holds the operator's rules, for places without their own. */
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
  /** The values of each call. A call reads them several times, and all reads give the values of the first. */
  let valuesOf = new WeakMap<Origin, Promise<Layers>>();

  /** Reads the values of both kinds for one origin, in one statement. */
  async function read(origin: Origin): Promise<Layers> {
    const { platform, tenant, person } = origin;
    const channel = channelOf(origin) ?? '';
    const [placeRules, channelRules, placeDefaults, channelDefaults, ownDefaults] = await store.read([
      { platform, tenant, kind: 'rules', scope: 'place', target: '' },
      { platform, tenant, kind: 'rules', scope: 'channel', target: channel },
      { platform, tenant, kind: 'defaults', scope: 'place', target: '' },
      { platform, tenant, kind: 'defaults', scope: 'channel', target: channel },
      { platform, tenant, kind: 'defaults', scope: 'person', target: person.id },
    ]);
    return {
      rules: { place: placeRules ?? {}, channel: channelRules ?? {}, person: {} },
      defaults: { place: placeDefaults ?? {}, channel: channelDefaults ?? {}, person: ownDefaults ?? {} },
    };
  }

  async function layers(kind: Where['kind'], origin: Origin): Promise<Layers[Where['kind']]> {
    const known = valuesOf.get(origin) ?? read(origin);
    valuesOf.set(origin, known);
    try {
      return (await known)[kind];
    } catch (error) {
      valuesOf.delete(origin);
      throw error;
    }
  }

  /** Drops the values of all calls: a change may come in the middle of another call. */
  const dropValues = () => {
    valuesOf = new WeakMap();
  };

  const rulesFor = async (origin: Origin): Promise<Rules> => rulesFrom({ ...(await layers('rules', origin)), usual });

  const listOf = (kind: Where['kind']): readonly Rule[] => (kind === 'rules' ? rules : defaultChoices);

  function ruleOf(kind: Where['kind'], name: string): Rule {
    const list = listOf(kind);
    const rule = list.find((one) => one.name === name);
    if (rule) return rule;
    throw refuse('notAChoice', { option: 'name', given: name, allowed: list.map((one) => one.name) });
  }

  /** Returns the row for a change. Throws `UserError` outside of channels, or when this person may not change it. */
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
    /** Returns the rules that hold for this origin. */
    rules: rulesFor,

    /** Throws `UserError` when this person may not use trained models here. */
    async mayUseModels(origin: Origin): Promise<void> {
      const refusal = identityRefusal(await rulesFor(origin), origin);
      if (refusal) throw refusal;
    },

    /** Returns the defaults for this origin: the person's own first, then the channel's, then the place's. */
    async defaults(origin: Origin): Promise<Defaults> {
      const { person, channel, place } = await layers('defaults', origin);
      const set = defaultChoices.flatMap((rule: Rule) => {
        const first = firstOf(rule, [person, channel, place]);
        return first ? [[rule.name, first.value]] : [];
      });
      // Every value has passed the schema of its name, and `Defaults` has these names and types.
      return Object.fromEntries(set) as Defaults;
    },

    /** Returns each value that holds for this origin, and the names of those that nobody has set. */
    async shown(kind: Where['kind'], origin: Origin): Promise<{ set: Shown[]; unset: string[] }> {
      const { person, channel, place } = await layers(kind, origin);
      const scopes: Scope[] = ['person', 'channel', 'place'];
      const set = listOf(kind).flatMap((rule): Shown[] => {
        const first = firstOf(rule, [person, kind === 'defaults' || rule.perChannel ? channel : {}, place]);
        if (!first) return [];
        const { name, about } = rule;
        return [{ name, about, value: showValue(first.value), scope: scopes[first.layer] ?? 'place' }];
      });
      const setNames = set.map(({ name }) => name);
      const allNames = listOf(kind).map(({ name }) => name);
      return { set, unset: allNames.filter((name) => !setNames.includes(name)) };
    },

    /** Returns the newest changes that moderators made for others. */
    async changes(kind: Where['kind'], origin: Origin): Promise<ShownChange[]> {
      const rows = await store.changes(origin, kind, maxShownChanges);
      return rows.map(({ name, value, scope, personName, createdAt }) => ({
        name,
        value: value === null ? undefined : showValue(value),
        scope,
        by: personName,
        at: createdAt,
      }));
    },

    /** Sets a value that a person typed. Resolves with the value in words. Throws `UserError`. */
    async set(kind: Where['kind'], name: string, typed: string, scope: Scope, origin: Origin): Promise<string> {
      const rule = ruleOf(kind, name);
      const where = whereOf(kind, scope, origin);
      if (kind === 'rules' && scope === 'channel' && !rule.perChannel) throw refuse('notPerChannel', { setting: name });
      const value: Json = readRule(rule, typed, { origin, facts: factsOf(origin.platform), catalogue });
      await store.set(where, name, value, origin.person);
      dropValues();
      return showValue(value);
    },

    /** Puts one value, or all, back to the default. Resolves with how many were set. Throws `UserError`. */
    async reset(kind: Where['kind'], name: string | undefined, scope: Scope, origin: Origin): Promise<number> {
      const rule = name === undefined ? undefined : ruleOf(kind, name);
      const count = await store.reset(whereOf(kind, scope, origin), rule?.name, origin.person);
      dropValues();
      return count;
    },

    /** Deletes what this person set for themselves. Resolves with whether there was anything. */
    async forget({ platform, tenant, person }: Origin): Promise<boolean> {
      const hadAny = await store.forget({ platform, tenant, person: person.id });
      dropValues();
      return hadAny;
    },

    /** Returns everything that can be set, for choosing. */
    choices: (kind: Where['kind']) => listOf(kind).map(({ name, about }) => ({ name, about })),
  };
}
