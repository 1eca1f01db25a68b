import type { Place } from '../../../src/chat.ts';
import { platformContract } from '../contract.ts';
import { openSlack } from './opened.ts';
import { visit } from './visitor.ts';
import { readPost } from './workspace.ts';

platformContract('Slack', async (bot) => {
  const open = await openSlack(bot);
  const root = open.slack.workspace.post('C1', { text: 'Shall we talk in a thread?' });
  const where = (person: string, place: Place) =>
    place.kind === 'direct'
      ? { channel: `D${person}`, thread: undefined }
      : { channel: place.channel, thread: place.thread };

  return {
    get platform() {
      return open.platform;
    },
    people: { asks: 'UADA', looksOn: 'UBEN' },
    places: {
      channel: { kind: 'channel', channel: 'C1' },
      thread: { kind: 'channel', channel: 'C1', thread: root.ts },
      gone: { kind: 'channel', channel: 'CGONE' },
    },
    async call(person, place, { command, options }) {
      const { channel, thread } = where(person, place);
      const line = Object.entries(options)
        .map(([name, value]) => `--${name} ${value}`)
        .join(' ');
      // Slash commands do not work in threads.
      if (thread) await visit(open.slack, person).mention(channel, `${command} ${line}`, thread);
      else await visit(open.slack, person).slash(channel, command, line);
    },
    async see(person, place) {
      const { channel, thread } = where(person, place);
      return visit(open.slack, person)
        .read(channel, thread)
        .map((post) => ({ id: post.ts, media: post.files.length, ...readPost(post) }));
    },
    restart: () => open.restart(),
    stop: () => open.close(),
  };
});
