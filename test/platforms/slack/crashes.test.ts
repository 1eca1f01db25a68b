import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call, Json, Media, Message, MessageRef, Origin, Receipt } from '../../../src/chat.ts';
import { UndeliverableError } from '../../../src/errors/catalogue.ts';
import { createScriptedBot, type ScriptedBot } from '../scripted-bot.ts';
import { openSlack } from './opened.ts';
import { visit } from './visitor.ts';
import { digest, type Post, readPost } from './workspace.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;
let ahead = 0;
beforeAll(async () => {
  scripted = createScriptedBot();
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms / 100);
      signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
    });
  open = await openSlack(scripted.bot, { clock: { now: () => Date.now() + ahead, sleep } });
  ada = visit(open.slack, 'UADA');
});
afterAll(() => open.close());

const until = (what: () => boolean) => vi.waitUntil(what, { timeout: 5_000, interval: 2 });
const saying = (words: string) => open.slack.workspace.posts.filter((post) => readPost(post).text.includes(words));
const bytesOf = (post: Post | undefined) =>
  post?.files.map((id) => digest(open.slack.workspace.uploads.get(id)?.bytes ?? Buffer.alloc(0)));
const sent = async (media: Media[]) =>
  Promise.all(
    media.map(async ({ id }) => digest(Buffer.concat(await ((await scripted.bot.open(id))?.toArray() ?? [])))),
  );

/** Tries a delivery, dying at one of its requests and starting anew, until it succeeded twice. */
async function deliver(
  to: Origin,
  message: Message,
  replaces: MessageRef | undefined,
  after: number,
  how: 'lost' | 'answer lost',
) {
  const storedNotes: Record<string, Json> = {};
  open.slack.cutAt({ after, how });
  let booked = 0;
  for (let attempt = 1; attempt <= 6 && booked < 2; attempt += 1) {
    const note = async (more: Record<string, Json>) => void Object.assign(storedNotes, more);
    const receipt: Receipt = { key: to.event.padEnd(22, '0'), attempt, replaces, notes: { ...storedNotes }, note };
    const posted = await open.platform.post(to, message, receipt, AbortSignal.timeout(10_000)).catch((error) => {
      if (error instanceof UndeliverableError) throw error;
      return undefined;
    });
    // A process can die after it posted the result and before it recorded that.
    if (posted) booked += 1;
    await open.kill(false);
  }
  expect(booked).toBe(2);
}

const scenes: { name: string; options?: Call['options']; media: number; spoiler?: boolean }[] = [
  { name: 'in the place of its placeholder', media: 2 },
  { name: 'in the direct messages', media: 1, options: { prompt: 'x', private: true } },
  { name: 'in a thread, hidden', media: 1, spoiler: true },
  { name: 'as words alone', media: 0 },
];
const cases = scenes.flatMap((scene) =>
  (['lost', 'answer lost'] as const).flatMap((how) =>
    Array.from({ length: scene.media ? 8 : 3 }, (_, after) => [scene.name, how, after, scene] as const),
  ),
);

describe('a process that dies at any request of a delivery', () => {
  let count = 0;
  it.each(cases)('leaves one result %s, bytes intact (%s, after %i)', async (_, how, after, scene) => {
    count += 1;
    open.slack.workspace.posts.length = 0;
    ahead += 3_600_000;
    const words = `Result ${count}.`;
    const media = await Promise.all(
      Array.from({ length: scene.media }, (_, at) =>
        scripted.picture({ width: 16, height: 12, hue: at * 40, spoiler: scene.spoiler ?? false }),
      ),
    );
    const { ts } = open.slack.workspace.post('C1', { text: `Waiting ${count}.` });
    const ack: MessageRef = { platform: 'slack', channel: 'C1', id: ts, data: { tenant: 'T1' } };
    const hidden = scene.options?.private === true;
    const origin: Origin = {
      ...{ platform: 'slack', event: `e${count}`, tenant: 'T1', locale: 'en', private: hidden },
      place: { kind: 'channel', channel: 'C1' },
      person: { id: 'UADA', name: 'ada', roles: [], moderator: false },
    };
    await deliver(origin, { text: words, tone: 'good', media, private: hidden || undefined }, ack, after, how);
    expect(saying(words)).toHaveLength(1);
    const withFiles = open.slack.workspace.posts.filter(({ files }) => files.length);
    expect(withFiles.map(bytesOf)).toEqual(media.length ? [await sent(media)] : []);
    expect(saying(`Waiting ${count}.`)).toEqual([]);
    if (scene.spoiler) expect(withFiles[0]?.thread).toBe(saying(words)[0]?.ts);
  });
});

describe('a process that dies at any request of an answer', () => {
  const many = Array.from({ length: 5 }, (_, after) => after);
  it.each(many.flatMap((after) => (['lost', 'answer lost'] as const).map((how) => [how, after] as const)))(
    'leaves one job or a word of regret, and never a promise (%s, after %i)',
    async (how, after) => {
      open.slack.workspace.posts.length = 0;
      scripted.runs.length = 0;
      ahead += 3_600_000;
      await open.kill();
      scripted.script.answer = async () => ({ text: 'On its way', tone: 'working', job: 41 });
      open.slack.cutAt({ after, how });
      const payload = { trigger_id: open.slack.trigger(), response_url: undefined };
      await ada.slash('C1', 'imagine', 'a fox', payload);
      await vi.waitUntil(() => open.slack.isCut() || scripted.runs.length > 0, 5_000);
      await open.kill();
      // Slack does not know what became of it, and tells of it again.
      await ada.slash('C1', 'imagine', 'a fox', payload);
      ahead += 60_000;
      await until(() => ![...open.ttlStore.values].some(([key, row]) => key.startsWith('unanswered/') && row !== null));
      expect(scripted.runs.length).toBeLessThanOrEqual(1);
      const texts = ada.read('C1').map((post) => readPost(post).text);
      if (scripted.runs.length === 0) expect(texts.some((text) => text.includes('Please ask again'))).toBe(true);
      expect(texts.filter((text) => !/Asked for|On its way|ask again/.test(text))).toEqual([]);
      expect(saying('Asked for').length + saying('On its way').length).toBeLessThanOrEqual(1);
    },
  );
});
