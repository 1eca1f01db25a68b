import { describe, expect, it } from 'vitest';
import type { Call, Origin } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openLivingBot } from '../journeys/living-bot.ts';

const database = useDatabase();

const person = (id: string, moderator = false) => ({ id, name: id, roles: [], moderator });
/** Another member, a moderator, the same id in another workspace, and the same id on another platform. */
const strangers: [string, () => Origin][] = [
  ['another member', () => origin({ person: person('ben') })],
  ['a moderator', () => origin({ person: person('cleo', true) })],
  ['the same id in another workspace', () => origin({ tenant: 'elsewhere' })],
  ['the same id on another platform', () => origin({ platform: 'slack' })],
];

/** A value for every required option, so that a command fails only because the thing is another person's. */
const filler: Call['options'] = { prompt: 'x', use: 'story', driver: 'https://videos.example/a.mp4', name: 'x' };

/** The answer with the number or the id that was asked for taken out. */
const faceless = (text: string, asked: string) => text.replaceAll(asked, '…');

describe('somebody else’s private work', () => {
  it.each(strangers)(
    'is for %s the same as work that does not exist, in every command and button',
    async (_, stranger) => {
      const { bot, finished } = await openLivingBot(database);
      const mine = await finished('imagine', { prompt: 'a secret', private: true, count: 2 });
      const [picture] = mine.message.media ?? [];
      const nothing = { job: 987_654, id: 'A'.repeat(22) };
      const guesses = [
        ...commands
          .filter(({ options }) => 'job' in options)
          .map(({ name }) => ({ name, option: 'job', real: String(mine.job), unreal: String(nothing.job) })),
        ...commands.flatMap(({ name, options }) =>
          Object.entries(options)
            .filter(([, { kind }]) => kind === 'pictures')
            .flatMap(([option]) => [
              { name, option, real: `${mine.job}/1`, unreal: `${nothing.job}/1` },
              { name, option, real: picture?.id ?? '', unreal: nothing.id },
            ]),
        ),
      ];
      expect(guesses.length).toBeGreaterThan(30);

      const asked = async (name: string, option: string, value: string) => {
        const known = commands.find((command) => command.name === name)?.options ?? {};
        const required = Object.entries(filler).filter(([key]) => known[key]?.required);
        const call = { command: name, options: { ...Object.fromEntries(required), [option]: value } };
        const { text, media, facts, private: hidden } = await bot.run(call, stranger());
        const form = await bot.form({ ...call, form: true }, stranger());
        const filled = form?.fields.map((field) => (String(field.value) === value ? '…' : field.value));
        return { text: faceless(text, value), media, facts, hidden, filled };
      };
      for (const { name, option, real, unreal } of guesses) {
        expect(await asked(name, option, real), `/${name} ${option}`).toEqual(await asked(name, option, unreal));
      }

      for (const { label, call } of mine.message.buttons ?? []) {
        const pressed = await bot.run(call, stranger());
        expect(pressed, label).toMatchObject({ tone: 'bad', private: true });
        expect(JSON.stringify(pressed)).not.toContain('a secret');
      }
      const jobs = await bot.run({ command: 'jobs', options: {} }, stranger());
      const gallery = await bot.run({ command: 'gallery', options: {} }, stranger());
      expect(JSON.stringify([jobs, gallery])).not.toMatch(/a secret|\/media\//);
      expect(await bot.suggest('show', 'job', '', stranger())).toEqual([]);
    },
  );

  it('is there for the person whose it is', async () => {
    const { bot, finished } = await openLivingBot(database);
    const mine = await finished('imagine', { prompt: 'a secret', private: true });
    expect(await bot.run({ command: 'show', options: { job: mine.job } }, origin())).toMatchObject({
      tone: 'good',
      quote: 'a secret',
      private: true,
    });
  });
});
