/** Measures the memory and the speed of large results that the whole bot delivers at the same time, as a process. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { waitFor } from '../wait-for.ts';
import { allComponents } from './check-body.ts';
import { startBot } from './start-bot.ts';
import { createVisitor } from './visitor.ts';
import { guild } from './world.ts';

/** `peakRss` is in MB; `megabytesPerSecond` is the rate at which Discord got the files, in millions of bytes. */
export type LargeResults = { peakRss: number; megabytesPerSecond: number };

/** Time limit until all videos are posted, and again until all are posted a second time. */
const postedTimeoutMs = 180_000;
/** How much faster the sandbox is than PhotoGPT. */
const speed = 60;
const uploadLimitBytes = 500 * 1024 * 1024;

/** Sends a film of `bytes`: a small one, followed by zeros in a box that every player skips. */
async function sendPadded(film: Buffer, bytes: number, response: ServerResponse): Promise<void> {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(bytes - film.length);
  header.write('free', 4);
  const nothing = Buffer.alloc(256 * 1024);
  function* all() {
    yield film;
    yield header;
    for (let left = bytes - film.length - header.length; left > 0; left -= nothing.length) {
      yield nothing.subarray(0, Math.min(left, nothing.length));
    }
  }
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes });
  await pipeline(Readable.from(all(), { objectMode: false }), response);
}

/**
 * Has `results` videos of `megabytes` each made, fetched and posted, each for another person in a channel of its own. Then
 * has all of them shown again at the same moment, and measures the rate of that. `database` is the address of an empty
 * Postgres database. Without it, the bot uses its embedded one, which takes memory of its own.
 */
export async function measureLargeResults(wish: {
  results: number;
  megabytes: number;
  database?: string;
}): Promise<LargeResults> {
  const { results, megabytes, database } = wish;
  const bytes = megabytes * 1_000_000;
  let sandbox = '';
  const media = createServer(async (request, response) => {
    const film = await fetch(new URL(request.url ?? '/', sandbox));
    await sendPadded(Buffer.from(await film.arrayBuffer()), bytes, response).catch(() => response.destroy());
  });
  media.listen(0, '127.0.0.1');
  await once(media, 'listening');
  const bot = await startBot({
    database,
    speed,
    resultsAt: `http://127.0.0.1:${(media.address() as AddressInfo).port}`,
  });
  const { fake } = bot;
  sandbox = bot.sandbox.url;
  fake.settings.letsFilesGo = true;
  const people = Array.from({ length: results }, (_, index) => {
    const channel = { id: String(400000000000000000n + BigInt(index)), type: 0, guild_id: guild };
    fake.world.channels.set(channel.id, channel);
    return { channel, visitor: createVisitor(fake, String(500000000000000000n + BigInt(index))) };
  });
  const posted = () => fake.world.messages.filter(({ attachments }) => attachments.length > 0);
  const until = async (count: number) => {
    if (await waitFor(() => (posted().length >= count ? true : undefined), postedTimeoutMs)) return;
    throw new Error(`${posted().length} of ${count} videos came; ${bot.complaints()}`);
  };

  try {
    await waitFor(() => (fake.connected() > 0 ? true : undefined), postedTimeoutMs);
    const ask = { limit: uploadLimitBytes, answerTimeoutMs: postedTimeoutMs };
    await Promise.all(people.map(({ channel, visitor }) => visitor.slash(channel, 'video', { prompt: 'waves' }, ask)));
    await until(results);
    const jobs = new Map(posted().map((message) => [message.channel_id, jobOf(message.components)]));
    fake.uploads.length = 0;
    await Promise.all(
      people.map(({ channel, visitor }) => visitor.slash(channel, 'show', { job: jobs.get(channel.id) ?? '' }, ask)),
    );
    await until(2 * results);
    const began = Math.min(...fake.uploads.map((one) => one.began));
    const ended = Math.max(...fake.uploads.map((one) => one.ended));
    const sum = fake.uploads.reduce((total, one) => total + one.bytes, 0);
    return { peakRss: await bot.peak(), megabytesPerSecond: Math.round(sum / 1_000 / (ended - began)) };
  } finally {
    await bot.close();
    media.closeAllConnections();
    media.close();
  }
}

/** Returns the job that a result's buttons name. */
function jobOf(components: unknown[]): string {
  const ids = allComponents(components).map(({ custom_id: id }) => String(id));
  return ids.flatMap((id) => /"job":(\d+)/.exec(id)?.[1] ?? [])[0] ?? '';
}
