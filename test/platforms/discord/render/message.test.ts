import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call, Json, Message, Value } from '../../../../src/chat.ts';
import { commands } from '../../../../src/commands/index.ts';
import { sheetOf } from '../../../../src/commands/kit/sheet.ts';
import { callOf, customIdOf } from '../../../../src/platforms/discord/render/custom-id.ts';
import { escapeMarkdown, escapeOwnText, truncate } from '../../../../src/platforms/discord/render/escape.ts';
import { inSteps, renderModal } from '../../../../src/platforms/discord/render/form.ts';
import { renderMessage, renderPlainly } from '../../../../src/platforms/discord/render/message.ts';
import { createScriptedBot } from '../../scripted-bot.ts';
import { allComponents, checkMessage, checkModal } from '../check-body.ts';
import { judgeRequest } from '../openapi.ts';

function createTtlStore() {
  const kept = new Map<string, Json>();
  return {
    kept,
    get: async (key: string) => kept.get(key),
    put: async (key: string, json: Json) => void kept.set(key, json),
  };
}

const words = fc.string({ unit: 'grapheme', maxLength: 3_000 });
const hostile = fc.oneof(
  words,
  fc.string({
    unit: fc.constantFrom('*', '_', '`', '@', '<', '>', '\n', '#', '-', '1', '.', ')', '|', '\\', ' ', 'é'),
  }),
);

describe('words of others', () => {
  it('lose nothing and keep no meaning when they are escaped', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped.replace(/\\([^0-9A-Za-z\s])/g, '$1')).toBe(text);
        expect(escaped.replace(/\\[^0-9A-Za-z\s]/g, 'x')).not.toMatch(/[*_~`|<>@[\]()]|^\s*(#|-|\+|\d+\.)/m);
      }),
    );
  });

  it('leave our own bold and code as they are', () => {
    expect(escapeOwnText('You asked for **imagine**: `/show 41` “*x* @everyone”')).toBe(
      'You asked for **imagine**\\: `/show 41` “\\*x\\* \\@everyone”',
    );
  });

  it('are cut between characters', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 50 }), (text, length) => {
        const cut = truncate(text, length, length * 2 + 3);
        expect(cut.length).toBeLessThanOrEqual(Math.max(length, 1));
        expect(cut).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      }),
    );
  });
});

describe('a button’s id', () => {
  const value: fc.Arbitrary<Value> = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string()),
  );
  const name = fc.stringMatching(/^[a-z]{1,15}( [a-z]{1,15})?$/);
  const call: fc.Arbitrary<Call> = fc.record({
    command: name,
    options: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), value),
  });

  it('brings its call back, and never has more than 100 characters', async () => {
    await fc.assert(
      fc.asyncProperty(call, fc.boolean(), async (given, form) => {
        const ttlStore = createTtlStore();
        const whole = form ? { ...given, form } : given;
        const id = await customIdOf(whole, 'AAAAAAAA', 24, ttlStore);
        expect(id.length).toBeLessThanOrEqual(100);
        expect(await callOf(id, ttlStore)).toEqual(whole);
      }),
    );
  });

  it('that was made up makes no call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (id) => {
        expect(await callOf(id, createTtlStore())).toBeUndefined();
      }),
    );
  });
});

const tone = fc.constantFrom('plain', 'working', 'good', 'bad') as fc.Arbitrary<Message['tone']>;
const message: fc.Arbitrary<Message> = fc.record(
  {
    text: words.filter((text) => text !== ''),
    tone,
    quote: hostile,
    facts: fc.array(fc.record({ label: fc.string({ minLength: 1, maxLength: 30 }), value: words }), { maxLength: 20 }),
    by: fc.constant({ id: '5', name: 'Ada', roles: [], moderator: false }),
    mention: fc.constant({ id: '6', name: 'Ben', roles: [], moderator: false }),
    buttons: fc.array(
      fc.record({
        label: fc.string({ minLength: 1, maxLength: 120 }),
        call: fc.constant({ command: 'x', options: { y: 1 } }),
      }),
      { maxLength: 40 },
    ),
    link: fc.constant({ platform: 'discord' as const, channel: '1', id: '2' }),
  },
  { requiredKeys: ['text', 'tone'] },
);

describe('a message', () => {
  it('keeps every limit, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        const rich = await renderMessage(given, 'key', createTtlStore());
        expect(checkMessage({ ...rich }, [], true)).toEqual([]);
        expect(judgeRequest('POST', '/channels/1/messages', rich, false)).toEqual([]);
        const plain = await renderPlainly(given, 'key', createTtlStore());
        expect(checkMessage({ ...plain }, [], false)).toEqual([]);
        expect(judgeRequest('POST', '/channels/1/messages', plain, false)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is drawn as it was drawn before', async () => {
    const person = { id: '500000000000000001', name: 'Ada', roles: [], moderator: false };
    const given: Message = {
      text: 'Made **one picture** in 9 s.',
      tone: 'good',
      quote: 'a lighthouse\nat *dusk* @everyone',
      facts: [{ label: 'job', value: '#41' }],
      by: person,
      mention: person,
      media: [
        {
          id: 'm',
          kind: 'image',
          name: 'a b.png',
          type: 'image/png',
          bytes: 9,
          width: 4,
          height: 3,
          alt: 'dusk',
          spoiler: true,
        },
      ],
      buttons: [{ label: 'Upscale', call: { command: 'upscale', options: { job: 41, image: 1 } }, style: 'primary' }],
      link: { platform: 'discord', channel: '1', id: '2' },
    };
    const drawn = await renderMessage(given, 'key', createTtlStore());
    await expect(`${JSON.stringify(drawn, null, 2)}\n`).toMatchFileSnapshot('../golden/message.txt');
  });
});

describe('every form of the bot', () => {
  const forms = commands.map(sheetOf).filter(({ fields }) => fields.length > 0);

  it.each(forms.map((sheet) => [sheet.name, sheet] as const))('is one that Discord takes: %s', (name, { fields }) => {
    const known = fields.map((field) => ({ ...field, value: field.kind === 'text' ? 'x'.repeat(6_000) : undefined }));
    for (const given of [fields, known]) {
      const steps = inSteps(given);
      expect(
        steps
          .flat()
          .map((field) => field.name)
          .sort(),
      ).toEqual(fields.map((field) => field.name).sort());
      for (const [index, step] of steps.entries()) {
        const place = { step: index + 1, steps: steps.length, held: new Set<string>() };
        const modal = renderModal(`/${name}`, `form:1:${index + 1}`, step, place);
        expect(checkModal(modal)).toEqual([]);
        expect(judgeRequest('POST', '/interactions/1/t/callback', { type: 9, data: modal }, false)).toEqual([]);
      }
    }
  });

  it('has radio buttons, a list, a box to tick, and room for ten files', () => {
    const kinds = forms.flatMap(({ name, fields }) =>
      inSteps(fields).flatMap((step, index) =>
        allComponents(
          renderModal(`/${name}`, 'form:1:1', step, { step: index + 1, steps: 1, held: new Set() }).components,
        ),
      ),
    );
    expect(new Set(kinds.map(({ type }) => type))).toEqual(new Set([3, 4, 18, 19, 21, 23]));
    expect(Math.max(...kinds.map(({ type, max_values: most }) => (type === 19 ? Number(most) : 0)))).toBe(10);
  });
});

describe('a modal', () => {
  it('is drawn as it was drawn before, and keeps every limit', async () => {
    const { sheets } = createScriptedBot().bot;
    const drawn = sheets
      .filter(({ fields }) => fields.length > 0)
      .map(({ name, fields }) => {
        const [first = []] = inSteps(fields);
        return renderModal(`/${name}`, `form:1:1`, first, { step: 1, steps: 1, held: new Set() });
      });
    for (const modal of drawn) {
      expect(checkModal(modal)).toEqual([]);
      expect(judgeRequest('POST', '/interactions/1/t/callback', { type: 9, data: modal }, false)).toEqual([]);
    }
    await expect(`${JSON.stringify(drawn, null, 2)}\n`).toMatchFileSnapshot('../golden/modals.txt');
  });
});
