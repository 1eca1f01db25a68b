import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/chat.ts';
import { renderMessage, renderPlainly } from '../../../../src/platforms/discord/render/message.ts';
import { checkMessage } from '../check-body.ts';
import { createFakeTtlStore } from '../fake-ttl-store.ts';
import { anyWords, hostileText } from '../hostile-text.ts';
import { judgeRequest } from '../openapi.ts';

const tone = fc.constantFrom('plain', 'working', 'good', 'bad') as fc.Arbitrary<Message['tone']>;
const message: fc.Arbitrary<Message> = fc.record(
  {
    text: anyWords.filter((text) => text !== ''),
    tone,
    quote: hostileText,
    facts: fc.array(fc.record({ label: fc.string({ minLength: 1, maxLength: 30 }), value: anyWords }), {
      maxLength: 20,
    }),
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

describe('renderMessage', () => {
  it('keeps every limit, also plainly, whatever is in the message', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        const rich = await renderMessage(given, 'key', createFakeTtlStore());
        expect(checkMessage({ ...rich }, [], true)).toEqual([]);
        expect(judgeRequest('POST', '/channels/1/messages', rich, false)).toEqual([]);
        const plain = await renderPlainly(given, 'key', createFakeTtlStore());
        expect(checkMessage({ ...plain }, [], false)).toEqual([]);
        expect(judgeRequest('POST', '/channels/1/messages', plain, false)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('draws the golden message', async () => {
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
    const drawn = await renderMessage(given, 'key', createFakeTtlStore());
    await expect(`${JSON.stringify(drawn, null, 2)}\n`).toMatchFileSnapshot('../golden/message.txt');
  });
});
