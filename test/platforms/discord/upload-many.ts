/** A process that posts many large files at the same time and prints the largest memory that it had, in MB. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { Media, Origin, Receipt } from '../../../src/chat.ts';
import { logTo } from '../../../src/log.ts';
import { createDiscord } from '../../../src/platforms/discord/discord.ts';

const [apiUrl = '', path = '', count = '20'] = process.argv.slice(2);
const bytes = statSync(path).size;

const platform = createDiscord({
  token: 'MTAw.stand.in',
  apiUrl,
  open: async () => createReadStream(path),
  fit: async () => {
    throw new Error('nothing has to be made smaller');
  },
  ttlStore: { get: async () => undefined, put: async () => {} },
  log: logTo({ write: () => {} }),
});

const media = (id: number): Media => ({
  id: String(id),
  kind: 'video',
  name: `${id}.mp4`,
  type: 'video/mp4',
  bytes,
  width: 640,
  height: 480,
  seconds: 9,
  alt: '',
  spoiler: false,
});
const origin = (id: number): Origin => ({
  platform: 'discord',
  event: String(id),
  tenant: '1',
  locale: 'en',
  private: false,
  uploadLimit: bytes,
  place: { kind: 'channel', channel: String(400000000000000000n + BigInt(id)) },
  person: { id: '5', name: 'Ada', roles: [], moderator: false },
});
const receipt = (id: number): Receipt => ({ key: `large-${id}`, attempt: 1, notes: {}, note: async () => {} });

await Promise.all(
  Array.from({ length: Number(count) }, (_, id) =>
    platform.post(
      origin(id),
      { text: 'Large', tone: 'good', media: [media(id)] },
      receipt(id),
      AbortSignal.timeout(60_000),
    ),
  ),
);
// Not `resourceUsage().maxRSS`: that includes the time before this program was loaded, when the process was a copy of its
// parent.
const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(String(Math.round(Number(kilobytes) / 1024)));
