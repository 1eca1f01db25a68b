/** The adapter, started against the fake Discord, with a bot behind it and a server with a few channels. */
import { Readable } from 'node:stream';
import type { Media } from '../../../src/chat.ts';
import type { Bot } from '../../../src/commands/kit/bot.ts';
import { type Clock, systemClock } from '../../../src/concurrency/clock.ts';
import { UndeliverableError } from '../../../src/errors/catalogue.ts';
import { logTo } from '../../../src/log.ts';
import { createDiscord } from '../../../src/platforms/discord/discord.ts';
import { expectNoCredentials, expectNoSecrets } from '../../security/no-secrets.ts';
import { botToken, openFake } from './fake-discord.ts';
import { createFakeTtlStore } from './fake-ttl-store.ts';
import { createVisitor } from './visitor.ts';
import { guild } from './world.ts';

type Settings = Partial<Parameters<typeof createDiscord>[0]>;

/** Makes a picture of half the wanted size. Throws `UndeliverableError` for a video. */
async function fit(media: Media, want: { bytes?: number }): Promise<{ media: Media; open(): Promise<Readable> }> {
  if (media.kind === 'video') throw new UndeliverableError('A video cannot be made smaller.');
  const bytes = Buffer.alloc(Math.floor((want.bytes ?? media.bytes) / 2), 7);
  return { media: { ...media, bytes: bytes.length, name: 'smaller.jpg' }, open: async () => Readable.from([bytes]) };
}

/** Starts an adapter and the fake. `close` also checks that no credentials were logged or stored. */
export async function openDiscord(bot: Bot, settings: Settings = {}, clock: Clock = systemClock) {
  const fake = await openFake(clock);
  const { world } = fake;
  const add = (id: string, type: number, more: object = {}) => {
    const channel = { id, type, guild_id: guild, ...more };
    world.channels.set(id, channel);
    return channel;
  };
  const channels = {
    general: add('400000000000000001', 0),
    thread: add('400000000000000002', 11, { parent_id: '400000000000000001' }),
    forum: add('400000000000000003', 15),
    forumPost: add('400000000000000004', 11, { parent_id: '400000000000000003' }),
    news: add('400000000000000005', 5),
    adults: add('400000000000000006', 0, { nsfw: true }),
  };
  const logged: string[] = [];
  const log = logTo({ write: (line) => void logged.push(line) });
  const ttlStore = createFakeTtlStore();
  const create = () =>
    createDiscord({
      token: botToken,
      apiUrl: fake.apiUrl,
      open: (id) => bot.open(id),
      fit,
      ttlStore,
      clock,
      log,
      ...settings,
    });
  let platform = create();
  await platform.start(bot).catch(async (error: unknown) => {
    await fake.close();
    throw error;
  });

  return {
    fake,
    world,
    channels,
    logged,
    ttlStore,
    get platform() {
      return platform;
    },
    ada: createVisitor(fake, '500000000000000001'),
    ben: createVisitor(fake, '500000000000000002'),
    /** Returns an adapter that only posts and edits, as in a process that delivers results. It never starts. */
    worker: create,
    /** Stops the adapter and starts another one at the same fake. */
    async again() {
      await platform.stop();
      platform = create();
      await platform.start(bot);
    },
    async close() {
      await platform.stop();
      await fake.close();
      expectNoSecrets('the log beside Discord', logged);
      expectNoCredentials('the drafts beside Discord', [...ttlStore.entries]);
    },
  };
}

/** The adapter and the fake. */
export type OpenDiscord = Awaited<ReturnType<typeof openDiscord>>;
