import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json, Message, MessageRef, Origin, Receipt } from '../../../../src/chat.ts';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';
import { visit } from '../visitor.ts';
import { readPost } from '../workspace.ts';

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
let ada: ReturnType<typeof visit>;
let ahead = 0;

beforeAll(async () => {
  scripted = createScriptedBot();
  const now = () => Date.now() + ahead;
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms / 100);
      signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
    });
  open = await openSlack(scripted.bot, { clock: { now, sleep } });
  ada = visit(open.slack, 'UADA');
});
afterAll(() => open.close());
beforeEach(() => {
  scripted.runs.length = 0;
  open.slack.workspace.posts.length = 0;
  open.slack.workspace.rules = {};
  // The adapter remembers for a while what Slack said of uploads.
  ahead += 3_600_000;
});

const seen = (channel: string, text: string, thread?: string) =>
  vi.waitFor(() => ada.find(channel, text, thread), { timeout: 5_000, interval: 10 });
const run = () => vi.waitUntil(() => scripted.runs[0], 5_000);
const nothingStays = () =>
  vi.waitUntil(() => !open.slack.workspace.posts.some((post) => readPost(post).text.includes('Asked for')), 5_000);

describe('before anything is spent', () => {
  it('a public channel is joined', async () => {
    await ada.slash('COPEN', 'imagine', 'a fox');
    await run();
    expect(open.slack.workspace.conversations.get('COPEN')?.members).toContain('UBOT');
  });

  it.each([
    ['a public channel that may not be joined', 'CCLOSED', 'I may not join this channel'],
    ['a private channel', 'CSECRET', 'Invite me'],
    ['a conversation of others', 'GPAIR', 'Invite me'],
    ['the direct messages of two others', 'DTWO', 'Invite me'],
    ['an archived channel', 'COLD', 'archived'],
  ])('%s says what to do, to the person alone, and offers the direct message', async (_, channel, words) => {
    await ada.slash(channel, 'imagine', 'a fox');
    const note = await seen(channel, words);
    expect(readPost(note).text).toContain('Nothing was spent.');
    expect(note.onlyFor).toBe('UADA');
    expect(scripted.runs).toEqual([]);
    await nothingStays();
    await ada.press(note, 'Send it to me directly');
    expect((await run()).origin.place).toEqual({ kind: 'direct' });
  });

  it.each(['file_uploads_disabled', 'storage_limit_reached'] as const)(
    'a workspace that takes no files is told so (%s), and asked again a minute later',
    async (code) => {
      open.slack.workspace.rules.noFiles = code;
      await ada.slash('C1', 'imagine', 'a fox');
      const note = await seen('C1', code === 'storage_limit_reached' ? 'storage is full' : 'forbids uploads');
      expect(readPost(note).text).toContain('Nothing was spent.');
      expect(scripted.runs).toEqual([]);
      open.slack.workspace.rules = {};
      ahead += 61_000;
      await ada.slash('C1', 'imagine', 'a hare');
      await run();
    },
  );

  it('a workspace is asked about files once in ten minutes', async () => {
    const asked = () => open.slack.calls('files.getUploadURLExternal').length;
    const before = asked();
    await ada.slash('C1', 'help', '');
    await ada.slash('C1', 'imagine', 'a fox');
    await vi.waitUntil(() => scripted.runs.length === 2, 5_000);
    await ada.slash('C1', 'imagine', 'a hare');
    await vi.waitUntil(() => scripted.runs.length === 3, 5_000);
    expect(asked() - before).toBe(1);
  });
});

describe('where the bot is at home', () => {
  it.each([
    ['a group', 'GTRIO', { kind: 'channel', channel: 'GTRIO' }],
    ['a channel shared with another company', 'CSHARED', { kind: 'channel', channel: 'CSHARED' }],
    ['its own direct messages', 'DUADA', { kind: 'direct' }],
  ])('%s gets its answer', async (_, channel, place) => {
    open.slack.workspace.direct('UADA');
    await ada.slash(channel, 'imagine', 'a fox');
    expect((await run()).origin.place).toEqual(place);
    await seen(channel, 'You asked for imagine.');
  });

  it('somebody of another company is answered, although Slack tells nothing of them', async () => {
    open.slack.workspace.conversations.get('CSHARED')?.members.add('UEXT');
    await visit(open.slack, 'UEXT', { team: 'T9' }).mention('CSHARED', 'imagine a fox');
    expect((await run()).origin.person).toMatchObject({ id: 'UEXT', roles: [], moderator: false });
    await seen('CSHARED', 'You asked for imagine.');
  });

  it('a thread whose first message is gone is left for its channel', async () => {
    await ada.mention('C1', 'imagine a fox', '1700.1');
    expect((await run()).origin.place).toEqual({ kind: 'channel', channel: 'C1' });
    await seen('C1', 'You asked for imagine.');
  });
});

describe('a result', () => {
  const origin: Origin = {
    ...{ platform: 'slack', event: 'e1', tenant: 'T1', locale: 'en', private: false },
    place: { kind: 'channel', channel: 'C1' },
    person: { id: 'UADA', name: 'ada', roles: [], moderator: false },
  };
  let count = 0;
  async function post(place: Origin['place'], replaces?: MessageRef) {
    const notes: Record<string, Json> = {};
    count += 1;
    const note = async (more: Record<string, Json>) => void Object.assign(notes, more);
    const receipt: Receipt = { key: `k${count}`.padEnd(22, '0'), attempt: 1, replaces, notes, note };
    const message: Message = { text: 'Here', tone: 'good', media: [await scripted.picture()] };
    return open.platform.post({ ...origin, place }, message, receipt, AbortSignal.timeout(20_000));
  }
  const ack = (channel: string): MessageRef => {
    const { ts } = open.slack.workspace.post(channel, { text: 'On its way' });
    return { platform: 'slack', channel, id: ts, data: { tenant: 'T1' } };
  };

  it.each([
    ['the thread is gone', { kind: 'channel', channel: 'C1', thread: '1700.1' }, 'does not exist any more'],
    ['the channel was archived', { kind: 'channel', channel: 'COLD' }, 'archived'],
    ['the bot was thrown out of a private channel', { kind: 'channel', channel: 'CSECRET' }, 'not in it'],
    ['nobody may join the channel any more', { kind: 'channel', channel: 'CCLOSED' }, 'settings forbid'],
    ['the other company takes no files', { kind: 'channel', channel: 'CSHARED' }, 'Slack Connect'],
  ] as const)('goes to the next place when %s', async (_, place, why) => {
    const posting = post(place);
    await expect(posting).rejects.toBeInstanceOf(UndeliverableError);
    await expect(posting).rejects.toThrow(why);
    expect(open.slack.workspace.posts.filter(({ files }) => files.length)).toEqual([]);
  });

  it.each([
    ['files are forbidden in the meantime', 'file_uploads_disabled', 'forbids uploads'],
    ['the storage became full in the meantime', 'storage_limit_reached', 'storage is full'],
  ] as const)('says in its place what happened when %s', async (_, noFiles, why) => {
    open.slack.workspace.rules.noFiles = noFiles;
    const waiting = ack('C1');
    await expect(post(origin.place, waiting)).rejects.toBeInstanceOf(UndeliverableError);
    expect(readPost(ada.find('C1', why)).text).toContain('The result is ready, but it could not be posted here.');
  });
});
