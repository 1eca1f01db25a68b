/** The README's table of what moderators can decide, made from the list. */
import { defaultChoices } from '../../src/policy/default-choices.ts';
import { type Rule, rules } from '../../src/policy/rules.ts';

function takes(rule: Rule): string {
  switch (rule.kind) {
    case 'flag':
      return 'on or off';
    case 'number':
      return `${rule.min} to ${rule.max}`;
    case 'choice':
      return rule.choices.join(', ');
    case 'list':
      return `up to ${rule.max} ${rule.of === 'roles' ? 'roles or people' : rule.of}`;
    case 'model':
      return `a model for ${rule.of === 'image' ? 'pictures' : 'videos'}`;
    case 'shape':
      return 'a shape';
  }
}

const row = (rule: Rule) => `| \`${rule.name}\` | ${rule.about} | ${takes(rule)} | ${rule.perChannel ? 'yes' : ''} |`;

/** The table in Markdown. */
export const renderRules = (): string =>
  ['| `/settings` | what it does | takes | per channel |', '|---|---|---|---|', ...rules.map(row)].join('\n');

/** The same for `/defaults`, which count for a person, a channel or the whole place. */
export const renderDefaults = (): string =>
  ['| `/defaults` | what it is | takes |', '|---|---|---|']
    .concat(defaultChoices.map((rule) => `| \`${rule.name}\` | ${rule.about} | ${takes(rule)} |`))
    .join('\n');
