import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { sheetOf } from '../../../src/commands/sheet.ts';
import { type CommandBody, renderCommands } from '../../../src/platforms/discord/render-commands.ts';
import { createScriptedBot } from '../scripted-bot.ts';
import { judgeRequest } from './openapi.ts';

const onPictures = commands.flatMap(({ name, onPicture: on }) =>
  on ? [{ label: on.label, command: name, option: on.option, form: on.form ?? false }] : [],
);
type Option = NonNullable<CommandBody['options']>[number];

/** The options of a command, or of each of its subcommands. */
function optionLists({ options = [] }: CommandBody): Option[][] {
  const subcommands = options.filter(({ type }) => type === 1);
  if (subcommands.length > 0) expect(subcommands).toHaveLength(options.length);
  return [options, ...subcommands.map((one) => (Array.isArray(one.options) ? (one.options as Option[]) : []))];
}

const ours = renderCommands({ sheets: commands.map(sheetOf), pictureActions: onPictures }, { userInstall: false });

/** Every text that counts towards a command's 8,000 characters. */
function size(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + size(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (['name', 'description', 'value'].includes(key) ? String(item).length : size(item)),
    0,
  );
}

function checkOptions(options: Option[]): void {
  expect(options.length).toBeLessThanOrEqual(25);
  expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
  const required = options.map((option) => option.required === true);
  expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
  for (const option of options) {
    expect(option.name).toMatch(/^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u);
    expect(option.description).toMatch(/^.{1,100}$/);
    const choices = Array.isArray(option.choices) ? option.choices : [];
    expect(choices.length).toBeLessThanOrEqual(25);
    expect(option.autocomplete === true && choices.length > 0).toBe(false);
  }
}

describe('the commands', () => {
  it.each(ours.map((command) => [`${command.name} (${command.type})`, command] as const))(
    'are within Discord’s limits: %s',
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

  it('fit into the numbers that an application may have', () => {
    const count = (type: number) => ours.filter((command) => command.type === type).length;
    expect(count(1)).toBeLessThanOrEqual(100);
    expect(count(2)).toBeLessThanOrEqual(15);
    expect(count(3)).toBeLessThanOrEqual(15);
  });

  it('say where they are installed and used', () => {
    const places = (all: CommandBody[]) => all.map(({ integration_types: where, contexts }) => ({ where, contexts }));
    expect(new Set(places(ours).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"where":[0],"contexts":[0,1]}']),
    );
    const everywhere = renderCommands(createScriptedBot().bot, { userInstall: true });
    expect(places(everywhere)[0]).toEqual({ where: [0, 1], contexts: [0, 1, 2] });
  });

  it('are drawn as they were drawn before', async () => {
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
    await expect(`${JSON.stringify(drawn, null, 2)}\n`).toMatchFileSnapshot('golden/commands.txt');
  });
});
