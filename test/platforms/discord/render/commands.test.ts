import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/commands/index.ts';
import { pictureActionsOf, sheetOf } from '../../../../src/commands/kit/sheet.ts';
import { translations } from '../../../../src/commands/translations/translations.ts';
import { type CommandBody, renderCommands } from '../../../../src/platforms/discord/render/commands.ts';
import { createScriptedBot } from '../../scripted-bot.ts';
import { judgeRequest } from '../openapi.ts';

type Option = NonNullable<CommandBody['options']>[number];

/** Returns the options of a command, and those of each of its subcommands. */
function optionLists({ options = [] }: CommandBody): Option[][] {
  const subcommands = options.filter(({ type }) => type === 1);
  if (subcommands.length > 0) expect(subcommands).toHaveLength(options.length);
  return [options, ...subcommands.map((one) => (Array.isArray(one.options) ? (one.options as Option[]) : []))];
}

const everything = { sheets: commands.map(sheetOf), pictureActions: pictureActionsOf(commands) };
const ours = renderCommands(everything, { userInstall: false, translations });
const named = (name: string) => ours.find((command) => command.name === name) ?? expect.fail(`no ${name}`);

/** Returns the characters that count towards a command's 8,000: of each text its longest translation. */
function size(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + size(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const all = value as Record<string, unknown>;
  const longest = (key: string) => {
    const translated = Object.values((all[`${key}_localizations`] ?? {}) as Record<string, string>);
    return Math.max(...[String(all[key]), ...translated].map((text) => text.length));
  };
  return Object.entries(all).reduce((sum, [key, item]) => {
    if (key.endsWith('_localizations')) return sum;
    return sum + (['name', 'description', 'value'].includes(key) ? longest(key) : size(item));
  }, 0);
}

function checkOptions(options: Option[]): void {
  expect(options.length).toBeLessThanOrEqual(25);
  expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
  const required = options.map((option) => option.required === true);
  expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
  for (const option of options) {
    expect(option.name).toMatch(/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u);
    expect(option.description).toMatch(/^.{1,100}$/);
    if (option.type === 11) expect(option.file_types).toEqual(['image', '.heic', '.heif']);
    const choices = Array.isArray(option.choices) ? option.choices : [];
    expect(choices.length).toBeLessThanOrEqual(25);
    expect(option.autocomplete === true && choices.length > 0).toBe(false);
  }
}

describe('renderCommands', () => {
  it.each(ours.map((command) => [`${command.name} (${command.type})`, command] as const))(
    'keeps Discord’s limits: %s',
    (_, command) => {
      expect(size(command)).toBeLessThanOrEqual(8_000);
      expect([...command.name].length).toBeLessThanOrEqual(32);
      if (command.type === 1) {
        expect(command.name).toMatch(/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u);
        expect(command.description).toMatch(/^.{1,100}$/);
      } else expect(command.description).toBeUndefined();
      for (const options of optionLists(command)) checkOptions(options);
      expect(judgeRequest('POST', '/applications/1/commands', command, false)).toEqual([]);
    },
  );

  it('makes no more commands than an application may have', () => {
    const count = (type: number) => ours.filter((command) => command.type === type).length;
    expect(count(1)).toBeLessThanOrEqual(100);
    expect(count(2)).toBeLessThanOrEqual(15);
    expect(count(3)).toBeLessThanOrEqual(15);
  });

  it('names the places of installation and use', () => {
    const places = (all: CommandBody[]) => all.map(({ integration_types: where, contexts }) => ({ where, contexts }));
    const forEverybody = ours.filter((command) => command.default_member_permissions === null);
    expect(new Set(places(forEverybody).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"where":[0],"contexts":[0,1]}']),
    );
    const everywhere = renderCommands(createScriptedBot().bot, { userInstall: true });
    expect(places(everywhere)[0]).toEqual({ where: [0, 1], contexts: [0, 1, 2] });
  });

  it('lets models, presets and jobs be suggested', () => {
    const all = ours.flatMap((command) => optionLists(command).flat());
    const typed = all.filter(({ name, type }) => ['model', 'preset', 'job'].includes(name) && type > 1);
    expect(typed.length).toBeGreaterThan(20);
    expect(typed.filter(({ autocomplete }) => autocomplete !== true)).toEqual([]);
  });

  it('requires options unless a form asks better', () => {
    const required = (options: Option[] = []) => options.filter((one) => one.required).map(({ name }) => name);
    const sub = (name: string) =>
      named('model').options?.find((one) => one.name === name)?.options as Option[] | undefined;
    expect(required(named('imagine').options)).toEqual(['prompt']);
    expect(required(sub('train'))).toEqual(['model']);
    expect(required(named('blend').options)).toEqual([]);
    expect(required(sub('create'))).toEqual([]);
    expect(required(sub('photos'))).toEqual([]);
  });

  it('shows moderators’ commands only to people who manage the server', () => {
    const { sheets, pictureActions } = createScriptedBot().bot;
    const [imagine = expect.fail('no sheet')] = sheets;
    const more = ['settings', 'budget set', 'budget show'].map((name) => ({
      ...imagine,
      name,
      moderators: true as const,
    }));
    const mixed = ['notes set', 'notes show'].map((name, index) => ({
      ...{ ...imagine, name },
      ...(index ? { moderators: true as const } : {}),
    }));
    const drawn = renderCommands(
      { sheets: [imagine, ...more, ...mixed], pictureActions },
      { userInstall: true, translations },
    );
    const hidden = drawn.filter((command) => command.default_member_permissions !== null);
    expect(hidden.map(({ name }) => name)).toEqual(['settings', 'budget']);
    for (const command of hidden) {
      expect(command).toMatchObject({ default_member_permissions: '32', contexts: [0], integration_types: [0] });
      expect(judgeRequest('POST', '/applications/1/commands', command, false)).toEqual([]);
    }
  });

  it('draws the golden commands', async () => {
    const { sheets, pictureActions } = createScriptedBot().bot;
    const [first] = sheets;
    const nested = { ...(first ?? expect.fail('no sheet')), name: 'model train' };
    const drawn = renderCommands(
      { sheets: [...sheets, nested], pictureActions },
      {
        userInstall: false,
        translations: { de: { 'Make pictures from words': 'Bilder aus Worten machen', prompt: 'beschreibung' } },
      },
    );
    await expect(`${JSON.stringify(drawn, null, 2)}\n`).toMatchFileSnapshot('../golden/commands.txt');
  });
});

describe('the translations', () => {
  const english = new Set([
    ...commands.flatMap(({ description, group }) => [description, group]),
    ...everything.sheets.flatMap(({ fields }) => fields.map(({ description }) => description)),
    ...everything.pictureActions.map(({ label }) => label),
  ]);
  const languages = Object.entries(translations);

  it('exist for six languages of Discord', () => {
    expect(Object.keys(translations)).toEqual(['de', 'es-ES', 'es-419', 'fr', 'ja', 'pt-BR']);
  });

  it.each(languages)('translate words of the commands: %s', (_, words) => {
    expect(Object.keys(words).filter((key) => !english.has(key))).toEqual([]);
  });

  it.each(languages)('keep Discord’s lengths: %s', (_, words) => {
    const labels = new Set(everything.pictureActions.map(({ label }) => label));
    const tooLong = Object.entries(words).filter(([key, text]) => !text || text.length > (labels.has(key) ? 32 : 100));
    expect(tooLong).toEqual([]);
  });

  it('leave English where a text has none', () => {
    expect(named('imagine').description_localizations).toMatchObject({ de: 'Bilder aus Worten machen' });
    expect(named('model').description_localizations).toMatchObject({ de: expect.stringMatching(/^Deine Modelle: /) });
    const [first = expect.fail('no sheet')] = everything.sheets;
    const [drawn] = renderCommands(
      { sheets: [{ ...first, description: 'Something new' }], pictureActions: [] },
      { userInstall: false, translations },
    );
    expect(drawn).toMatchObject({ description: 'Something new' });
    expect(drawn).not.toHaveProperty('description_localizations');
  });
});
