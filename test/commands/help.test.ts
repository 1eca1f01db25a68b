import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { openBot } from './open-bot.ts';

const database = useDatabase();

describe('/help', () => {
  it('tells of every command, and of every option that can be typed', async () => {
    const { run } = await openBot(database);
    const all = await run('help');
    const named = all.facts?.flatMap(({ value }) => value.split(', '));
    expect(named?.sort()).toEqual(commands.map(({ name }) => `/${name}`).sort());
    for (const { name, options } of commands) {
      const { text, facts, tone } = await run('help', { command: `/${name.toUpperCase()}` });
      expect(tone).toBe('plain');
      expect(text).toMatch(new RegExp(`^\\*\\*/${name}\\*\\*: .*\`/${name}.*\`$`));
      expect(facts?.map(({ label }) => label)).toEqual(Object.keys(options).filter((key) => !options[key]?.hidden));
    }
  });

  it('says what was probably meant', async () => {
    const { run } = await openBot(database);
    expect((await run('help', { command: 'imagne' })).text).toBe(
      'There is no command “imagne”. Did you mean /imagine?',
    );
  });

  it('gives examples that work', async () => {
    const { bot } = await openBot(database);
    for (const { name, example, fields } of bot.sheets) {
      const [, given] = /^([a-z]+):/.exec(example) ?? [];
      if (given)
        expect(
          fields.map((field) => field.name),
          `/${name} ${example}`,
        ).toContain(given);
    }
  });
});
