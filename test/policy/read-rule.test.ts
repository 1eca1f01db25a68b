import { describe, expect, it } from 'vitest';
import type { PlatformFacts, PlatformName } from '../../src/chat.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { discordFacts } from '../../src/platforms/discord/facts.ts';
import { playgroundFacts } from '../../src/platforms/playground/facts.ts';
import { slackFacts } from '../../src/platforms/slack/facts.ts';
import { defaultChoices } from '../../src/policy/default-choices.ts';
import { readRule } from '../../src/policy/read-rule.ts';
import { type Rule, rules } from '../../src/policy/rules.ts';
import { origin } from '../jobs/world.ts';

const catalogue = createCatalogue();
const facts: Record<PlatformName, PlatformFacts> = {
  discord: discordFacts,
  slack: slackFacts,
  playground: playgroundFacts,
};
const all: Rule[] = [...rules, ...defaultChoices];
const ruleOf = (name: string) => all.find((rule) => rule.name === name) ?? expect.fail(`no rule ${name}`);
const read = (name: string, typed: string, platform: PlatformName = 'playground') =>
  readRule(ruleOf(name), typed, { origin: origin({ platform }), facts: facts[platform], catalogue });

const understood: [name: string, typed: string, value: unknown, platform?: PlatformName][] = [
  ['paused', 'on', true],
  ['paused', ' Off ', false],
  ['person-daily-jobs', '20', 20],
  ['place-monthly-credits', '12,500', 12_500],
  ['place-monthly-credits', '0.5', 0.5],
  ['private', 'FORCED', 'forced'],
  ['models', 'Nano Banana 2, seedream', ['nanobanana-2', 'seedream']],
  ['denied-models', 'upscale, veo 3.1, veo-3.1', ['upscale', 'veo-3.1']],
  ['channels', '#make-pictures direct', ['make-pictures', 'direct']],
  ['channels', 'here', ['make-pictures']],
  ['channels', '<#123456789012345678>', ['123456789012345678'], 'discord'],
  ['channels', '<#C0123456|general>, <#C0999999>', ['C0123456', 'C0999999'], 'slack'],
  [
    'video-roles',
    '<@&123456789012345678> <@!223456789012345678>',
    ['123456789012345678', '223456789012345678'],
    'discord',
  ],
  ['identity-roles', '<@U0123456|ada> <!subteam^S0123456|@art>', ['U0123456', 'S0123456'], 'slack'],
  ['video-roles', 'nobody', ['nobody']],
  ['blocked-words', 'Grim Reaper, gore,\ngore', ['grim reaper', 'gore']],
  ['image-model', 'Seedream', 'seedream'],
  ['shape', '16:9', '16:9'],
];

const refused: [name: string, typed: string, says: string, platform?: PlatformName][] = [
  ['paused', 'maybe', 'paused is either true or false'],
  ['person-daily-jobs', 'many', 'has to be a number'],
  ['person-daily-jobs', '-1', 'It goes from 0 to 1000000.'],
  ['person-daily-jobs', '', 'has to be a number'],
  ['open-jobs', '0', 'It goes from 1 to 1000.'],
  ['private', 'perhaps', 'Choose allowed, forbidden or forced.'],
  ['models', 'dall-e', '“dall-e” is not something models can be.'],
  ['blocked-words', ' , ', 'There is nothing in the new blocked-words.'],
  ['channels', '#general', '“#general” is not something that I can recognise later.', 'discord'],
  ['channels', '#general', 'write “here” in the channel that you mean', 'slack'],
  ['video-roles', 'artists!', 'is not something that I can recognise later'],
  ['blocked-words', Array.from({ length: 201 }, (_, index) => `w${index}`).join(), 'blocked-words cannot be 201.'],
  ['image-model', 'veo-3.1', '“veo-3.1” is not something image-model can be.'],
  ['shape', 'wide', '“wide” is not something shape can be.'],
  ['count', '9', 'It goes from 1 to 4.'],
];

describe('readRule', () => {
  it.each(understood)('reads %s %j', (name, typed, value, platform) => {
    expect(read(name, typed, platform)).toEqual(value);
  });

  it.each(refused)('refuses %s %j', (name, typed, says, platform) => {
    expect(() => read(name, typed, platform)).toThrow(says);
    expect(() => read(name, typed, platform)).toThrow('Nothing was spent.');
  });
});

describe('the lists of rules and defaults', () => {
  it('have each name once', () => {
    for (const list of [rules, defaultChoices]) {
      expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
    }
  });

  it('have names and words that fit every platform', () => {
    for (const { name, about } of all) {
      expect(name).toMatch(/^[a-z][a-z-]{0,31}$/);
      expect(`${name}: ${about}`).toMatch(/^.{10,75}$/);
    }
  });
});
