/** The bot over a real database and the sandbox of the API. Its loops stand still, so no job is sent by itself. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Attachment, Call, Message, Origin } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { createBot } from '../../src/commands/kit/bot.ts';
import { views } from '../../src/commands/views.ts';
import type { Database } from '../../src/db/connect.ts';
import { logTo } from '../../src/log.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { createFakeChat, type FakeChat } from '../jobs/fake-chat.ts';
import { origin, secret } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

/** Returns a file as a platform hands it over. `bytes` is its length as the platform claims it. */
export const attachment = (name: string, content: Uint8Array, bytes: number = content.length): Attachment => ({
  name,
  bytes,
  read: async () => content,
});

/** `chat` is the platform that the bot is on: the playground's fake without it. */
type Settings = { maxOpen?: number; calls?: { person: number; place: number }; chat?: FakeChat };

/** Opens it until the test ends. */
export async function openBot(
  database: (clock: ReturnType<typeof createMovedClock>) => Database,
  { maxOpen = 5, calls, chat = createFakeChat() }: Settings = {},
) {
  const clock = createMovedClock(Date.now());
  const lines: string[] = [];
  const db = database(clock);
  const log = logTo({ write: (line) => void lines.push(line) }, 'info');
  const guesses = { smallestSide: 64, largestSide: 128, drawsAhead: false, framesPerSecond: 2 };
  const sandbox = createSandbox({ clock, keys: [{ key: secret, credits: 1e6 }], guesses, speed: 20 });
  await sandbox.start();
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-test-'));
  const { app, close } = createApp({
    photogpt: { key: secret, url: sandbox.url, exclusive: true },
    catalogue: createCatalogue(),
    platforms: [chat.platform],
    loopbackResults: true,
    version: '0.0.0',
    fetch,
    random: () => 0.5,
    db,
    folder,
    views,
    maxOpen,
    calls,
    clock,
    log,
  });
  const bot = createBot(app, commands);
  onTestFinished(async () => {
    await close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (command: string, options: Record<string, unknown> = {}, from: Origin = origin()): Promise<Message> =>
    bot.run({ command, options: options as Call['options'] }, from);

  return {
    app,
    bot,
    clock,
    sandbox,
    chat,
    lines,
    db,
    run,
    /** Every file in the media folder. */
    async files(): Promise<string[]> {
      const entries = await readdir(join(folder, 'media'), { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    /** How many rows there are of work and of pictures. */
    async rows(): Promise<{ jobs: number; media: number }> {
      const [counted] = await db.run(
        sql`select (select count(*)::int from jobs) as jobs, (select count(*)::int from media) as media`,
      );
      return { jobs: Number(counted?.jobs), media: Number(counted?.media) };
    },
  };
}

/** A bot with its parts, as `openBot` returns it. */
export type OpenBot = Awaited<ReturnType<typeof openBot>>;
