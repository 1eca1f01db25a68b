import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/chat.ts';
import { commands } from '../../../src/commands/index.ts';
import { formOf } from '../../../src/commands/kit/sheet.ts';
import { renderMessage } from '../../../src/platforms/slack/render/message.ts';
import { noticeView, renderView, withBlocks } from '../../../src/platforms/slack/render/view.ts';
import { blockProblems, viewProblems } from './check-blocks.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const button = (action_id: string, more = {}) => ({ type: 'button', action_id, text: plain('Go'), ...more });
const view = (blocks: unknown[], more = {}) => ({
  type: 'modal',
  title: plain('A'),
  submit: plain('B'),
  blocks,
  ...more,
});
const input = (element: object, more = {}) => ({ type: 'input', block_id: 'b', label: plain('L'), element, ...more });
const choice = (value: string) => ({ text: plain('One'), value });

describe('what Slack would refuse is found', () => {
  it.each([
    ['an unknown block', [{ type: 'markdown_v9' }]],
    ['ids used twice', [{ type: 'actions', elements: [button('a'), button('a')] }]],
    ['too many buttons', [{ type: 'actions', elements: Array.from({ length: 26 }, (_, at) => button(`a${at}`)) }]],
    ['too long a label', [{ type: 'actions', elements: [button('a', { text: plain('x'.repeat(76)) })] }]],
    ['too long a value', [{ type: 'actions', elements: [button('a', { value: 'x'.repeat(2_001) })] }]],
    ['too many blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
    ['an empty text', [{ type: 'section', text: plain('') }]],
    ['an empty text in rich text', [{ type: 'rich_text', elements: [section([{ type: 'text', text: '' }])] }]],
    ['rich text of an unknown kind', [{ type: 'rich_text', elements: [section([{ type: 'video' }])] }]],
    ['a list that is none', 'blocks'],
  ])('%s in a message', (_, blocks) => {
    expect(blockProblems(blocks, 'message')).not.toEqual([]);
  });

  it.each([
    ['no title', view([], { title: undefined })],
    ['too long a title', view([], { title: plain('x'.repeat(25)) })],
    ['inputs and no submit', view([input({ type: 'plain_text_input', action_id: 'a' })], { submit: undefined })],
    ['rich text in a modal', view([{ type: 'rich_text', elements: [{}] }])],
    ['no options', view([input({ type: 'static_select', action_id: 'a', options: [] })])],
    [
      'too many options',
      view([input({ type: 'static_select', action_id: 'a', options: Array(101).fill(choice('x')) })]),
    ],
    [
      'a choice that is none',
      view([input({ type: 'static_select', action_id: 'a', options: [choice('x')], initial_option: choice('y') })]),
    ],
    [
      'a number as a number',
      view([input({ type: 'number_input', action_id: 'a', is_decimal_allowed: true, min_value: 1 })]),
    ],
    ['eleven files', view([input({ type: 'file_input', action_id: 'a', max_files: 11 })])],
    ['too much metadata', view([], { private_metadata: 'x'.repeat(3_001) })],
    ['no view', undefined],
  ])('%s in a view', (_, made) => {
    expect(viewProblems(made)).not.toEqual([]);
  });
});

const section = (elements: object[]) => ({ type: 'rich_text_section', elements });

describe('what the bot draws is what Slack takes', () => {
  const long = fc.string({ maxLength: 5_000, unit: 'grapheme' });
  const message: fc.Arbitrary<Message> = fc.record({
    text: long,
    tone: fc.constantFrom('plain', 'working', 'good', 'bad'),
    quote: fc.option(long, { nil: undefined }),
    facts: fc.array(fc.record({ label: fc.string({ maxLength: 60 }), value: long }), { maxLength: 25 }),
    buttons: fc.array(
      fc.record({ label: fc.string({ maxLength: 200 }), call: fc.constant({ command: 'help', options: {} }) }),
      { maxLength: 40 },
    ),
  });

  it('for messages of any length', () => {
    fc.assert(
      fc.property(message, (given) => {
        const values = given.buttons?.map(() => '{}') ?? [];
        const { blocks, text } = renderMessage(given, { values });
        expect(blockProblems(blocks, 'message')).toEqual([]);
        expect(text.length).toBeLessThanOrEqual(4_000);
      }),
      { numRuns: 60 },
    );
  });

  it.each(commands.filter(({ standsFor }) => !standsFor))('for the form of /$name', (command) => {
    for (const filled of ['', 'x'.repeat(4_500)]) {
      const options = Object.fromEntries(Object.entries(command.options).map(([name]) => [name, filled]));
      const form = formOf(command, { command: command.name, options: filled ? options : {} });
      const made = renderView({ ...form, fields: withBlocks(form.fields) }, 'x'.repeat(24), true);
      expect(viewProblems(JSON.parse(JSON.stringify(made)))).toEqual([]);
    }
    expect(viewProblems(noticeView(`/${command.name}`, 'x'.repeat(5_000)))).toEqual([]);
  });
});
