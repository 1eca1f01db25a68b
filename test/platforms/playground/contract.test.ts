import { afterAll } from 'vitest';
import type { Place } from '../../../src/chat.ts';
import type { View } from '../../../src/platforms/playground/view.ts';
import { openTestDatabase } from '../../db/engine.ts';
import { platformContract, type Seen } from '../contract.ts';
import { openPlayground } from './opened.ts';

const seenIn = ({ id, text, message }: View): Seen => ({
  id: String(id),
  // The page builds text nodes from these (see the browser's tests), so that people read their text.
  text: [text, message?.text, message?.quote, ...(message?.facts ?? []).map(({ value }) => value)].join('\n'),
  media: message?.media?.length ?? 0,
  mentions: message?.mention ? [message.mention.id] : [],
});

const database = await openTestDatabase();
afterAll(() => database.close());

platformContract('the playground', async (bot) => {
  const open = await openPlayground(bot, database);
  await open.visitor('ben').write('make-pictures', 'Shall we talk in a thread?');
  const [root] = await open.visitor('ben').read('make-pictures');
  const where = (person: string, place: Place) =>
    place.kind === 'direct' ? { channel: `dm:${person}` } : { channel: place.channel, thread: place.thread };

  return {
    get platform() {
      return open.platform;
    },
    people: { asks: 'ada', looksOn: 'ben' },
    places: {
      channel: { kind: 'channel', channel: 'make-pictures' },
      thread: { kind: 'channel', channel: 'make-pictures', thread: String(root?.id) },
      gone: { kind: 'channel', channel: 'closed-long-ago' },
    },
    async call(person, place, call) {
      const { channel, thread } = where(person, place);
      const response = await open.visitor(person).call(channel, call, { thread: thread ? Number(thread) : undefined });
      if (response.status !== 202) throw new Error(await response.text());
    },
    async see(person, place) {
      const { channel, thread } = where(person, place);
      return (await open.visitor(person).read(channel, thread)).map(seenIn);
    },
    restart: () => open.again(),
    stop: () => open.close(),
  };
});
