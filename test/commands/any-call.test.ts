import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IncomingCall, Message } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import type { Option } from '../../src/commands/kit/define.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openBot } from './open-bot.ts';

const database = useDatabase();

/** Values that are about right for an option, and just as often anything at all. */
function valueFor(option: Option): fc.Arbitrary<unknown> {
  const wild = fc.oneof(fc.anything(), fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 60 }));
  const fitting: Record<Option['kind'], fc.Arbitrary<unknown>> = {
    text: fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('a\0b', 'half a \ud83e', '\u200b', 'a {1,2} {3,4} b')),
    integer: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.integer().map(String)),
    number: fc.double(),
    flag: fc.oneof(fc.boolean(), fc.constantFrom('true', 'no', 'on')),
    choice: option.kind === 'choice' ? fc.constantFrom(...option.choices.map(({ value }) => value)) : fc.constant(''),
    job: fc.oneof(fc.integer({ min: -1, max: 30 }), fc.constantFrom('#1', '2', '1e99')),
    pictures: fc.array(fc.constantFrom('1/1', '#2/1', '99', 'AAAAAAAAAAAAAAAAAAAAAA'), { maxLength: 6 }),
  };
  return fc.oneof({ weight: 2, arbitrary: fitting[option.kind] }, { weight: 1, arbitrary: wild });
}

const isMessage = ({ text, tone }: Message) =>
  typeof text === 'string' &&
  text.length > 0 &&
  text.length <= 2_000 &&
  ['plain', 'working', 'good', 'bad'].includes(tone);

it.each(commands.map((command) => [command.name, command] as const))(
  'answers any call of /%s with a message, and asks PhotoGPT to make nothing by itself',
  async (name, command) => {
    const { bot, sandbox, lines } = await openBot(database, { maxOpen: 3 });
    const known = fc.record(
      Object.fromEntries(Object.entries<Option>(command.options).map(([key, option]) => [key, valueFor(option)])),
      { requiredKeys: [] },
    );
    const person = { id: 'ada', name: 'Ada', roles: [], moderator: command.moderators ?? false };
    const options = fc.oneof(
      { weight: 8, arbitrary: known },
      { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.anything()) },
      { weight: 1, arbitrary: fc.anything() },
    );
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), async (given, form) => {
        const call = { command: name, options: given, form } as IncomingCall;
        expect(typeof bot.isPrivate(call)).toBe('boolean');
        const asked = await bot.form(call, origin({ person }));
        if (asked) expect(JSON.parse(JSON.stringify(asked.call)).command).toBeTypeOf('string');
        const message = await bot.run(call, origin({ person }));
        expect(isMessage(message), JSON.stringify(message)).toBe(true);
        expect(message.text).not.toContain('went wrong inside');
      }),
      { numRuns: 200 },
    );
    expect(sandbox.ledger.jobs()).toEqual([]);
    expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  },
);
