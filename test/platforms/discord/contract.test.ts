import type { Place } from '../../../src/chat.ts';
import { platformContract } from '../contract.ts';
import { openDiscord } from './opened.ts';
import { textOf } from './visitor.ts';

platformContract('Discord', async (bot) => {
  const open = await openDiscord(bot);
  const { general, thread } = open.channels;
  const people = { asks: '500000000000000001', looksOn: '500000000000000002' };
  const visitor = (person: string) => (person === people.asks ? open.ada : open.ben);
  const where = (place: Place) => {
    if (place.kind === 'direct') return open.world.direct(people.asks);
    return open.world.channel(place.thread ?? place.channel);
  };

  return {
    get platform() {
      return open.platform;
    },
    people,
    places: {
      channel: { kind: 'channel', channel: general.id },
      thread: { kind: 'channel', channel: general.id, thread: thread.id },
      gone: { kind: 'channel', channel: '400000000000000099' },
    },
    async call(person, place, call) {
      await visitor(person).call(where(place), call);
    },
    async see(person, place) {
      return visitor(person)
        .see(where(place))
        .map((message) => ({
          ...{ id: message.id, text: textOf(message), media: message.attachments.length },
          mentions: message.mentions,
        }));
    },
    restart: () => open.again(),
    async stop() {
      await open.close();
      if (open.fake.violations.length > 0) throw new Error(open.fake.violations.join('\n'));
    },
  };
});
