/** Words of people on their way into each chat: they are shown, and do nothing else. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Json, Message } from '../../src/chat.ts';
import { views } from '../../src/commands/views.ts';
import { explain } from '../../src/errors/catalogue.ts';
import { renderMessage as drawOnDiscord, renderPlainly } from '../../src/platforms/discord/render/message.ts';
import { renderMessage as drawOnSlack } from '../../src/platforms/slack/render/message.ts';
import { allComponents } from '../platforms/discord/check-body.ts';
import { blockProblems } from '../platforms/slack/check-blocks.ts';

const hostile = [
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@&42>',
  '<#42>',
  '<!channel>',
  '<!here|x>',
  '<!subteam^S1>',
  '<@U123>',
  '**bold**',
  '*',
  '`code`',
  '```\nblock',
  '||spoiler||',
  '# heading',
  '-# small',
  '> quote',
  '1. list',
  '- list',
  '~~no~~',
  '[click](https://evil.example)',
  '<https://evil.example|bank>',
  'https://evil.example',
  '</imagine:1>',
  '<t:0>',
  '<:x:1>',
  '&lt;!channel&gt;',
  '\\',
  '\\@everyone',
  '\\\\@everyone',
  '“”',
  "'; drop table jobs; --",
  '{"type":"actions"}',
  '$&',
  '$1',
  'line\nbreak',
  '\r\n\r\n',
  '\n# heading',
  '\n> out',
  '\n\n-# me',
  '\t',
  '\0',
  '\u001b[31m',
  'a'.repeat(4_000),
  '@everyone '.repeat(400),
  '*'.repeat(4_000),
  '\n'.repeat(4_000),
  '🧑‍🚀'.repeat(500),
  '"'.repeat(4_000),
];
/** Overrides of the writing direction, which would turn the words around them, and characters without width. */
const unseen = ['\u202e', '\u202d', '\u2066', '\u2067', '\u2069', '\u200b', '\u2060', '\ufeff'];

const person = { id: '500000000000000001', name: '<!channel> @everyone **x**', roles: [], moderator: false };
const said = (words: string): Message => ({
  text: explain('notAChoice', { option: 'ratio', given: words, allowed: ['16:9'] }),
  tone: 'bad',
  quote: words,
  facts: [
    { label: 'model', value: words },
    { label: words.slice(0, 80), value: 'x' },
  ],
  by: { ...person, id: words.slice(0, 40) },
  buttons: [{ label: words, call: { command: 'again', options: { job: 41 } } }],
});
const ttlStore = { get: async (): Promise<Json | undefined> => undefined, put: async () => {} };

describe('hostile words on Discord', () => {
  /** Returns the part that Discord would still read as markup: all that is not behind a backslash. */
  const alive = (markdown: string) => markdown.replace(/\\[^\w\s]/g, '');

  it.each(hostile)('mention nobody and format nothing: %j', async (words) => {
    for (const render of [drawOnDiscord, renderPlainly]) {
      const body = await render(said(words), 'key', ttlStore);
      expect(body.allowed_mentions).toEqual({ parse: [], users: [] });
      const shown = allComponents(body.components).flatMap(({ type, content }) =>
        type === 10 ? [String(content)] : [],
      );
      for (const text of [...shown, body.content ?? '']) {
        // Our own: bold labels, the small line, the quotation.
        const others = alive(text)
          .replace(/\*\*[^*]*\*\*/g, '')
          .replace(/^(-# |> )/gm, '');
        expect(others).not.toMatch(/[<@#*_~`|[\]]|^>|^\s*[-+] |^\s*\d+[.)] |https?:\/\//m);
      }
    }
  });
});

describe('hostile words on Slack', () => {
  /** Returns every element of a rich text, however deep. */
  const elements = (value: unknown): { type: string; text?: unknown }[] => {
    if (Array.isArray(value)) return value.flatMap(elements);
    if (typeof value !== 'object' || value === null) return [];
    const own = 'type' in value ? [value as { type: string }] : [];
    return [...own, ...Object.values(value).flatMap(elements)];
  };

  it.each(hostile)('stay words in blocks that Slack takes: %j', (words) => {
    const { text, blocks } = drawOnSlack(said(words), { values: ['v'] });
    const kinds = new Set(elements(blocks).map(({ type }) => type));
    const harmless = [
      'rich_text',
      'rich_text_section',
      'rich_text_quote',
      'text',
      'emoji',
      'actions',
      'button',
      'plain_text',
    ];
    expect([...kinds].filter((kind) => !harmless.includes(kind))).toEqual([]);
    // In a notification's plain text only these could be anything.
    expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    if (words.trim()) expect(blockProblems(blocks, 'message')).toEqual([]);
  });
});

it('no script of the playground’s page makes markup of words', async () => {
  const folder = new URL('../../src/platforms/playground/page/', import.meta.url);
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.js'))) {
    const script = await readFile(new URL(name, folder), 'utf8');
    expect(script, name).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function/,
    );
  }
});

it('unseen directions and widths are removed, and letters stay', () => {
  const job = {
    request: { prompt: `safe${unseen.join('')}?gnp.exe نه‌ 👩‍🚀` },
    origin: { person },
    facts: [],
    call: { options: {} },
  };
  const { quote } = views.failure(job as never, { code: 'empty', details: undefined });
  expect(quote).toBe('safe?gnp.exe نه‌ 👩‍🚀');
  const sentence = explain('notAPicture', { name: `x${unseen.join('')}.png`, allowed: ['PNG'] });
  expect(sentence).toContain('“x.png”');
});
