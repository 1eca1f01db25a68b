/** The playground: a chat in a web page, in which people can try the bot without an account. */
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import type { Message, MessageRef, Origin, Person, Platform, Receipt } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import { type Clock, systemClock } from '../../concurrency/clock.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import { UndeliverableError } from '../../errors/catalogue.ts';
import type { Log } from '../../log.ts';
import { announce, createCalls, refOf } from './calls.ts';
import { playgroundFacts } from './facts.ts';
import type { Entry, History } from './history.ts';
import { createPageFiles } from './http/page-files.ts';
import { createRoutes } from './http/server.ts';
import { type Channel, defaultChannels, defaultPeople, directChannel } from './stage.ts';
import { createStreams } from './streams.ts';
import { lastBytesTimeoutMs, stopTimeoutMs } from './timings.ts';

/** The message in the place of answers that a restart interrupted. */
const interrupted: Message = {
  text: 'The bot was restarted before it could answer. If it had begun, the result will still be posted; if nothing comes, please ask again.',
  tone: 'bad',
};

type Parts = {
  history: History;
  log: Log;
  /** 0 picks a free port. */
  port: number;
  host?: string;
  clock?: Clock;
  channels?: Channel[];
  people?: Person[];
};

/** Returns the platform, which listens from `start` on. `url` returns the page's address from then on. */
export function createPlayground({
  history,
  log: parent,
  port,
  host = '127.0.0.1',
  clock = systemClock,
  channels = defaultChannels,
  people = defaultPeople,
}: Parts): Platform<Bot> & { url(): string } {
  const log = parent.child({ part: 'playground' });
  const streams = createStreams({ clock });
  let running: { address: string; stop(): Promise<void> } | undefined;

  /** Returns the channel and the thread of `to`. Throws `UndeliverableError` when one is gone. */
  async function find(to: Origin): Promise<{ channel: string; thread?: number }> {
    if (to.place.kind === 'direct') return { channel: directChannel(to.person.id) };
    const { channel, thread } = to.place;
    if (!channels.some(({ id }) => id === channel)) throw new UndeliverableError(`There is no channel ${channel}.`);
    if (thread === undefined) return { channel };
    const root = await history.find(Number(thread) || 0);
    if (root?.channel !== channel) throw new UndeliverableError(`There is no thread ${thread} in ${channel}.`);
    return { channel, thread: root.id };
  }

  /**
   * Puts a delivery in the place of its placeholder. Undefined when that was deleted or belongs to another delivery.
   */
  async function replace({ replaces, key }: Receipt, message: Message, onlyFor: string | undefined) {
    const before = replaces && (await history.find(Number(replaces.id) || 0));
    if (!before) return undefined;
    const reader = before.onlyFor ?? onlyFor;
    const entry = await history.change(before.id, { message, onlyFor: reader, key });
    if (entry) streams.publish({ entry, hidden: reader !== before.onlyFor });
    return entry;
  }

  /** Adds a delivery, or returns the earlier one with the same key. */
  async function insert(to: Origin, message: Message, key: string, onlyFor: string | undefined): Promise<Entry> {
    const said = await history.add([{ ...(await find(to)), message, onlyFor, key, text: '' }]);
    if (said) await announce(streams, history, said);
    // Undefined means that another attempt with the same key was first.
    const entry = said?.[0] ?? (await history.findKey(key));
    if (!entry) throw new Error('a posted message was deleted while it was looked up');
    return entry;
  }

  async function post(to: Origin, message: Message, receipt: Receipt): Promise<MessageRef> {
    const said = await history.findKey(receipt.key);
    if (said) return refOf(said);
    const onlyFor = message.private || to.private ? to.person.id : undefined;
    return refOf((await replace(receipt, message, onlyFor)) ?? (await insert(to, message, receipt.key, onlyFor)));
  }

  async function edit(ref: MessageRef, message: Message): Promise<void> {
    const before = await history.find(Number(ref.id) || 0);
    if (message.private && before && before.onlyFor === undefined)
      throw new UndeliverableError('What is private is not shown where others read it.');
    // Without its key, a delivered message cannot be changed, so that progress never replaces a result.
    const key = message.tone === 'working' ? undefined : before?.key;
    const entry = before && (await history.change(before.id, { message, onlyFor: before.onlyFor, key }));
    if (entry) streams.publish({ entry });
  }

  return {
    name: 'playground',
    facts: playgroundFacts,
    post,
    edit,

    async start(bot) {
      await history.settle(interrupted);
      const calls = createCalls({ bot, history, streams, log });
      const pageFile = await createPageFiles();
      const app = createRoutes({ bot, calls, history, streams, pageFile, channels, people, host, log });
      const server = createAdaptorServer({ fetch: app.fetch });
      server.listen(port, host);
      try {
        await once(server, 'listening');
      } catch (error) {
        throw new Error(`The playground cannot use port ${port} on ${host}; stop what uses it, or choose another.`, {
          cause: error,
        });
      }
      const bound = server.address();
      const actual = typeof bound === 'object' && bound ? bound.port : port;
      const address = `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
      log.info({ address }, 'playground started');
      running = {
        address,
        async stop() {
          const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
          streams.close();
          await withTimeout(calls.settled(), stopTimeoutMs, clock);
          if ('closeIdleConnections' in server) server.closeIdleConnections();
          await withTimeout(closed, lastBytesTimeoutMs, clock);
          if ('closeAllConnections' in server) server.closeAllConnections();
          await closed;
        },
      };
    },

    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },

    url() {
      if (!running) throw new Error('the playground has not started');
      return running.address;
    },
  };
}
