import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { groups, type Option } from '../../src/commands/kit/define.ts';
import { sheetOf } from '../../src/commands/kit/sheet.ts';

const options = commands.flatMap((command) =>
  Object.entries<Option>(command.options).map(([name, option]): [string, string, Option] => [
    command.name,
    name,
    option,
  ]),
);

// https://discord.com/developers/docs/interactions/application-commands, https://api.slack.com/reference/block-kit
describe.each(commands.map((command) => [command.name, command] as const))(
  '/%s fits Discord and Slack',
  (name, command) => {
    it('by its name and description', () => {
      // A name of two words is a subcommand. Each word has the limit of a name.
      expect(name).toMatch(/^[a-z][a-z-]{0,31}( [a-z][a-z-]{0,31})?$/);
      expect(command.description).toMatch(/^[A-Z].{9,98}[^.]$/);
      expect(groups).toContain(command.group);
    });

    it('by the number of its options', () => {
      expect(Object.values<Option>(command.options).filter(({ hidden }) => !hidden).length).toBeLessThanOrEqual(25);
    });

    it('by what it can do: run, or stand for another call', () => {
      expect([command.run, command.standsFor].filter(Boolean)).toHaveLength(1);
    });

    it('by its right-click action', () => {
      const { onPicture: on } = command;
      if (!on) return;
      expect(on.label.length).toBeLessThanOrEqual(24);
      expect(command.options[on.option]?.kind).toBe('pictures');
    });

    it('as plain JSON', () => {
      const sheet = sheetOf(command);
      expect(JSON.parse(JSON.stringify(sheet))).toEqual(JSON.parse(JSON.stringify(sheet, undefined, 1)));
      expect(sheet.fields.map((field) => field.name)).toEqual(
        Object.entries<Option>(command.options).flatMap(([key, { hidden }]) => (hidden ? [] : [key])),
      );
    });
  },
);

it.each(options)('/%s %s fits Discord and Slack', (_, name, option) => {
  expect(name).toMatch(/^[a-z][a-z-]{0,31}$/);
  expect(option.description).toMatch(/^.{5,100}$/);
  if (option.kind === 'text') expect(option.max).toBeLessThanOrEqual(option.long ? 4_000 : 6_000);
  if (option.kind === 'integer' || option.kind === 'number') {
    expect(option.min).toBeLessThanOrEqual(option.max);
    expect(Math.max(Math.abs(option.min), Math.abs(option.max))).toBeLessThanOrEqual(2 ** 53);
  }
  if (option.kind !== 'choice') return;
  expect(option.choices.length).toBeLessThanOrEqual(25);
  expect(new Set(option.choices.map(({ value }) => value)).size).toBe(option.choices.length);
  for (const { value, label } of option.choices) {
    expect(value).toMatch(/^.{1,100}$/);
    expect(label).toMatch(/^.{1,75}$/);
  }
});

it('the list has each name once and fits Slack’s manifest and Discord’s subcommands', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  const words = commands.map(({ name }) => name.split(' ')[0] ?? '');
  expect(new Set(words).size).toBeLessThanOrEqual(50);
  for (const word of words) expect(words.filter((other) => other === word).length).toBeLessThanOrEqual(25);
  expect(new Set(commands.flatMap(({ onPicture }) => onPicture?.label ?? [])).size).toBe(
    commands.filter(({ onPicture }) => onPicture).length,
  );
});
