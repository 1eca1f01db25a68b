/** Reads values of rules as people type them, and shows values in words. */
import type { Json, Origin, PlatformFacts } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import type { Catalogue } from '../photogpt/models/catalogue.ts';
import type { Items, Rule } from './rules.ts';

/** Work outside of the catalogue's models that can be denied like one. */
const otherWork = ['upscale'];

const truths = { true: true, yes: true, on: true, false: false, no: false, off: false };
const maxWordCharacters = 60;

/** The surroundings of a typed value: its origin, the facts of the platform there, and the models. */
type Around = { origin: Origin; facts: PlatformFacts; catalogue: Catalogue };

/** Returns the value that a person typed for a rule. Throws a `UserError` that names what the rule takes. */
export function readRule(rule: Rule, typed: string, around: Around): Json {
  const text = typed.trim();
  switch (rule.kind) {
    case 'flag': {
      const flag = Object.entries(truths).find(([word]) => word === text.toLowerCase());
      if (!flag) throw refuse('notAFlag', { option: rule.name, given: text });
      return flag[1];
    }
    case 'number': {
      const number = Number(text.replace(/(?<=\d)[ ,_](?=\d{3}\b)/g, ''));
      if (text === '' || !Number.isFinite(number)) {
        throw refuse('notANumber', { option: rule.name, given: text, whole: false });
      }
      if (number < rule.min || number > rule.max) {
        throw refuse('outOfRange', { option: rule.name, given: number, min: rule.min, max: rule.max });
      }
      return number;
    }
    case 'choice': {
      const found = rule.choices.find((choice) => choice === text.toLowerCase());
      if (!found) throw refuse('notAChoice', { option: rule.name, given: text, allowed: [...rule.choices] });
      return found;
    }
    case 'list':
      return listFrom(rule, text, around);
    case 'model': {
      const model = around.catalogue.find(text);
      if (model?.kind === rule.of) return model.id;
      const allowed = around.catalogue.models.filter(({ kind }) => kind === rule.of).map(({ id }) => id);
      throw refuse('notAChoice', { option: rule.name, given: text, allowed });
    }
    case 'shape':
      if (/^\d{1,3}:\d{1,3}$/.test(text)) return text;
      throw refuse('notAChoice', { option: rule.name, given: text, allowed: ['1:1', '16:9', '9:16', 'the like'] });
  }
}

function listFrom(rule: Rule & { kind: 'list' }, text: string, around: Around): string[] {
  // Mentions and ids of channels and roles have no spaces. Words and names of models may have some.
  const apart = rule.of === 'words' || rule.of === 'models' ? /[,\n]/ : /[\s,]+/;
  const items = text.split(apart).map((item) => item.trim());
  const read = items.filter((item) => item !== '').map((item) => readers[rule.of](item, around, rule.name));
  const once = [...new Set(read)];
  if (once.length === 0) throw refuse('settingEmpty', { setting: rule.name });
  if (once.length > rule.max)
    throw refuse('outOfRange', { option: rule.name, given: once.length, min: 1, max: rule.max });
  return once;
}

const readers: Record<Items, (item: string, around: Around, rule: string) => string> = {
  channels(item, { origin, facts }) {
    if (/^(direct|dm|dms)$/i.test(item)) return 'direct';
    if (/^here$/i.test(item)) {
      if (origin.place.kind !== 'channel') throw refuse('notAChannel', undefined);
      return origin.place.channel;
    }
    return idIn(item, facts.readMention(item, 'channel'), facts);
  },
  roles(item, { facts }) {
    if (/^(nobody|none)$/i.test(item)) return 'nobody';
    return idIn(item, facts.readMention(item, 'role') ?? facts.readMention(item, 'person'), facts);
  },
  models(item, { catalogue }, rule) {
    const known = otherWork.find((one) => one === item.toLowerCase()) ?? catalogue.find(item)?.id;
    if (known) return known;
    throw refuse('notAChoice', {
      option: rule,
      given: item,
      allowed: [...catalogue.models.map(({ id }) => id), ...otherWork],
    });
  },
  words: (item) => [...item.toLowerCase()].slice(0, maxWordCharacters).join(''),
};

/**
 * Returns the id in a mention, or the id that was typed by itself. Throws `UserError` for text that is no id on this
 * platform: a name in its place would never match anything.
 */
function idIn(item: string, mentioned: string | undefined, facts: PlatformFacts): string {
  const id = mentioned ?? item.replace(/^[#@]/, '');
  if (!facts.isId(id)) throw refuse('notAnId', { given: item });
  return id;
}

/** Returns a value in a few words. */
export function showValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
