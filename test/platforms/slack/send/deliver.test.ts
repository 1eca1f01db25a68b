import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, Message, MessageRef, Origin, Receipt } from '../../../../src/chat.ts';
import { systemClock } from '../../../../src/concurrency/clock.ts';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import type { Fault } from '../fake-slack.ts';
import { openSlack } from '../opened.ts';
import { digest, readPost } from '../workspace.ts';

const never = AbortSignal.timeout(60_000);
const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });
/** A clock whose waits are a hundred times shorter: Slack’s own waits are not tested here. */
const fastClock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal) };

const origin: Origin = {
  ...{ platform: 'slack', event: 'e1', tenant: 'T1', locale: 'en', private: false },
  place: { kind: 'channel', channel: 'C1' },
  person: { id: 'UADA', name: 'ada', roles: [], moderator: false },
};

let scripted: ScriptedBot;
let open: Awaited<ReturnType<typeof openSlack>>;
beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openSlack(scripted.bot, { clock: fastClock });
});
afterEach(() => open.close());

/** Returns the receipts of one delivery. Its notes stay between the attempts, as rows do. */
function delivery(replaces?: MessageRef) {
  const storedNotes: Record<string, Json> = {};
  let attempt = 0;
  const receipt = (): Receipt => {
    attempt += 1;
    return {
      key: 'k'.repeat(22),
      attempt,
      replaces,
      notes: { ...storedNotes },
      note: async (more) => void Object.assign(storedNotes, more),
    };
  };
  return { receipt, storedNotes };
}

const posts = (text: string, channel = 'C1') =>
  open.slack.workspace.posts.filter((post) => post.channel === channel && readPost(post).text.includes(text));
const ack = (): MessageRef => {
  const { ts } = open.slack.workspace.post('C1', { text: 'Thinking…' });
  return { platform: 'slack', channel: 'C1', id: ts, data: { tenant: 'T1' } };
};

/** Tries until it succeeds, with a new adapter for each attempt. */
async function untilPosted(
  to: Origin,
  message: Message,
  { receipt }: ReturnType<typeof delivery>,
  maxAttempts = 5,
): Promise<MessageRef> {
  for (let left = maxAttempts; ; left -= 1) {
    try {
      return await open.platform.post(to, message, receipt(), never);
    } catch (error) {
      if (left === 1 || error instanceof UndeliverableError) throw error;
      await open.restart(false);
    }
  }
}

describe('a result', () => {
  it('is one message with all files, their bytes intact, and alternative texts', async () => {
    const media = [await scripted.picture(), await scripted.picture({ hue: 200 })];
    const ref = await open.platform.post(origin, say('Two', { media }), delivery(ack()).receipt(), never);
    expect(posts('Two')).toMatchObject([{ ts: ref.id }]);
    const files = posts('Two')[0]?.files.map((id) => open.slack.workspace.uploads.get(id)) ?? [];
    for (const [at, file] of files.entries()) {
      const stream = await scripted.bot.open(media[at]?.id ?? '');
      const sent = Buffer.concat(await (stream?.toArray() ?? []));
      expect(digest(file?.bytes ?? Buffer.alloc(0))).toBe(digest(sent));
      expect(file?.alt).toBe('hills under a sun');
    }
    expect(posts('Thinking')).toEqual([]);
  });

  it('waits until Slack has looked through its files', async () => {
    const media = [await scripted.picture()];
    const posting = open.platform.post(origin, say('Scanned', { media }), delivery().receipt(), never);
    const upload = open.slack.workspace.upload;
    open.slack.workspace.upload = (...args) => Object.assign(upload(...args), { hiddenFor: 3 });
    expect((await posting).id).toBe(posts('Scanned')[0]?.ts);
  });

  const faults: Fault['what'][] = ['503', '503 after', 'drop after', '429'];
  const steps = ['files.getUploadURLExternal', 'files.completeUploadExternal', 'files.info', 'chat.delete'];
  it.each(steps.flatMap((method) => faults.map((what) => ({ method, what }))))(
    'is there once after $what at $method',
    async (fault) => {
      const media = [await scripted.picture(), await scripted.picture({ hue: 90 })];
      open.slack.faults.push(fault);
      await untilPosted(origin, say('Once', { media }), delivery(ack()));
      expect(posts('Once')).toHaveLength(1);
      expect(posts('Once')[0]?.files).toHaveLength(2);
    },
  );

  it('is there once, whatever goes wrong in whatever order', async () => {
    const fault = fc.record({
      method: fc.constantFrom(...steps, 'upload', 'conversations.join'),
      what: fc.constantFrom(...faults),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 4 }), async (unlucky) => {
        run += 1;
        const media = [await scripted.picture(), await scripted.picture({ hue: 90 })];
        open.slack.faults.splice(0, Number.POSITIVE_INFINITY, ...unlucky);
        await untilPosted(origin, say(`Run ${run}.`, { media }), delivery(ack()), 8);
        expect(posts(`Run ${run}.`)).toMatchObject([{ files: [expect.anything(), expect.anything()] }]);
      }),
      { numRuns: 40 },
    );
  });

  it('is there once after a transfer that broke off', async () => {
    const media = [await scripted.picture(), await scripted.picture({ hue: 90 })];
    open.slack.faults.push({ method: 'upload', what: 'drop after' });
    await untilPosted(origin, say('Once', { media }), delivery(ack()));
    expect(posts('Once')).toMatchObject([{ files: [expect.anything(), expect.anything()] }]);
  });

  it('keeps its words where Slack does not take its blocks', async () => {
    const media = [await scripted.picture()];
    open.slack.faults.push({ method: 'files.completeUploadExternal', what: { code: 'invalid_blocks' } });
    await open.platform.post(origin, say('In words', { media }), delivery().receipt(), never);
    expect(posts('In words')).toMatchObject([{ files: [expect.anything()] }]);
  });

  it('takes the placeholder’s place after twenty minutes of progress and a restart', async () => {
    const replaced = ack();
    let ahead = 0;
    await open.close();
    open = await openSlack(scripted.bot, { clock: { ...fastClock, now: () => Date.now() + ahead } });
    Object.assign(replaced, ack());
    for (let minute = 1; minute <= 20; minute += 1) {
      ahead = minute * 60_000;
      const progress = { stage: 'running' as const, elapsed: minute * 60, usual: 900 };
      await open.platform.edit(replaced, say(`Minute ${minute}`, { tone: 'working', progress }), never);
      if (minute === 10) await open.restart(false);
    }
    expect(posts('Minute 20')).toMatchObject([{ ts: replaced.id }]);
    const media = [await scripted.picture()];
    await open.platform.post(origin, say('At last', { media }), delivery(replaced).receipt(), never);
    expect(posts('At last')).toHaveLength(1);
    expect(posts('Minute')).toEqual([]);
  });

  it('is there once when the process dies after each of its notes', async () => {
    for (let dying = 1; dying <= 3; dying += 1) {
      const media = [await scripted.picture()];
      const { receipt, storedNotes } = delivery(ack());
      let notes = 0;
      const first = receipt();
      const dies: Receipt['note'] = async (more) => {
        notes += 1;
        Object.assign(storedNotes, more);
        if (notes === dying) throw new Error('killed');
      };
      const text = `Killed after note ${dying}`;
      await expect(open.platform.post(origin, say(text, { media }), { ...first, note: dies }, never)).rejects.toThrow(
        'killed',
      );
      await open.restart(false);
      await open.platform.post(origin, say(text, { media }), receipt(), never);
      expect(posts(text)).toHaveLength(1);
    }
  });

  it('finds no place in a channel that takes no files', async () => {
    const media = [await scripted.picture()];
    const to: Origin = { ...origin, place: { kind: 'channel', channel: 'CNOFILES' } };
    const waiting = open.slack.workspace.post('CNOFILES', { text: 'Thinking…' });
    const replaced: MessageRef = { ...ack(), channel: 'CNOFILES', id: waiting.ts };
    const posting = open.platform.post(to, say('No', { media }), delivery(replaced).receipt(), never);
    await expect(posting).rejects.toThrow('forbids uploads');
    expect(posts('The workspace forbids uploads', 'CNOFILES')).toMatchObject([{ ts: waiting.ts }]);
  });

  it('has what Slack does not show turned into something it does', async () => {
    await open.close();
    const [webp, png] = [
      await scripted.picture({ type: 'image/webp', name: 'a.webp' }),
      await scripted.picture({ name: 'a.png' }),
    ];
    open = await openSlack(scripted.bot, {
      fit: async () => ({ media: png, open: async () => (await scripted.bot.open(png.id)) ?? expect.fail('no bytes') }),
    });
    await open.platform.post(origin, say('Turned', { media: [webp] }), delivery().receipt(), never);
    expect([...open.slack.workspace.uploads.values()]).toMatchObject([{ name: 'a.png' }]);
  });

  it('that is private goes to the person, with a way to share it', async () => {
    const media = [await scripted.picture()];
    const to = { ...origin, private: true };
    await open.platform.post(to, say('Mine', { media, job: 41, private: true }), delivery().receipt(), never);
    expect(posts('Mine')).toEqual([]);
    expect(JSON.stringify(posts('Mine', 'DUADA')[0]?.blocks)).toContain('Share here, in the channel');
  });
});

describe('a result that Slack never shows', () => {
  const tries = async (message: Message, to: ReturnType<typeof delivery>) => {
    for (let attempt = 1; ; attempt += 1) {
      const ref = await open.platform.post(origin, message, to.receipt(), never).catch(() => undefined);
      if (ref) return { ref, attempt };
      if (attempt > 12) throw new Error('it was given up');
      await open.restart(false);
    }
  };

  it('is sent again after three rounds, once the first files are deleted', async () => {
    open.slack.workspace.rules.showsNoFiles = true;
    const to = delivery(ack());
    const message = say('Dropped', { media: [await scripted.picture()] });
    for (let attempt = 1; attempt <= 2; attempt += 1)
      await expect(open.platform.post(origin, message, to.receipt(), never)).rejects.toThrow('not shown');
    expect(open.slack.workspace.uploads.size).toBe(1);
    open.slack.workspace.rules.showsNoFiles = false;
    const { ref } = await tries(message, to);
    const [first, second] = [...open.slack.workspace.uploads.values()];
    expect([first?.state, second?.state]).toEqual(['deleted', 'completed']);
    expect(posts('Dropped').filter(({ files }) => files.length)).toMatchObject([{ ts: ref.id }]);
  });

  it('is at last a message with its address, once', async () => {
    open.slack.workspace.rules.showsNoFiles = true;
    const to = delivery(ack());
    const { ref, attempt } = await tries(say('Dropped', { media: [await scripted.picture()] }), to);
    expect(attempt).toBe(5);
    const pointing = posts('Dropped').filter(({ blocks }) => JSON.stringify(blocks).includes('/files/UBOT/F002/'));
    expect(pointing).toMatchObject([{ ts: ref.id }]);
    expect(posts('Thinking')).toEqual([]);
    expect((await open.platform.post(origin, say('Dropped'), to.receipt(), never)).id).toBe(ref.id);
  });
});

describe('a spoiler', () => {
  const spoiler = async () => [await scripted.picture({ spoiler: true })];

  it('is hidden in the thread of a message that has the words and the buttons', async () => {
    const replaced = ack();
    const buttons = [{ label: 'Again', call: { command: 'again', options: { job: 41 } } }];
    const message = say('Secret', { media: await spoiler(), buttons });
    const ref = await open.platform.post(origin, message, delivery(replaced).receipt(), never);
    expect(ref.id).toBe(replaced.id);
    expect(posts('Secret')).toMatchObject([{ ts: replaced.id, files: [] }]);
    expect(readPost(posts('Secret')[0] ?? expect.fail()).text).toContain('Hidden: open the thread');
    const inside = open.slack.workspace.posts.filter(({ thread }) => thread === replaced.id);
    expect(inside).toMatchObject([{ files: [expect.anything()] }]);
    await open.platform.edit(ref, say('Job #41 was deleted.'), never);
    expect(inside).toMatchObject([{ files: [] }]);
  });

  it('has a message of its own where the placeholder is gone', async () => {
    const message = say('Alone', { media: await spoiler() });
    const ref = await open.platform.post(origin, message, delivery({ ...ack(), id: '1.1' }).receipt(), never);
    expect(open.slack.workspace.posts.filter(({ files }) => files.length)).toMatchObject([{ thread: ref.id }]);
  });

  it.each([
    ['in a thread', { kind: 'channel', channel: 'C1', thread: 'root' }],
    ['in the direct messages', { kind: 'direct' }],
  ] as const)('is only marked %s', async (_, place) => {
    const thread = open.slack.workspace.post('C1', { text: 'root' }).ts;
    const to: Origin = { ...origin, place: place.kind === 'direct' ? place : { ...place, thread } };
    await open.platform.post(to, say('Marked', { media: await spoiler() }), delivery().receipt(), never);
    const all = [...posts('Marked'), ...posts('Marked', 'DUADA')];
    expect(all).toMatchObject([{ files: [expect.anything()] }]);
    expect(readPost(all[0] ?? expect.fail()).text).toContain('marked as a spoiler');
  });
});

describe('a private result whose placeholder is public', () => {
  const to: Origin = { ...origin, private: true };

  it('takes it away even where it cannot be posted, and says nothing about it', async () => {
    const media = [await scripted.picture()];
    open.slack.faults.push({ method: 'files.completeUploadExternal', what: { code: 'file_uploads_disabled' } });
    const posting = open.platform.post(to, say('Mine', { media, private: true }), delivery(ack()).receipt(), never);
    await expect(posting).rejects.toBeInstanceOf(UndeliverableError);
    expect(open.slack.workspace.posts.filter(({ channel }) => channel === 'C1')).toEqual([]);
  });

  it('takes it away although the process died between the two', async () => {
    open.slack.faults.push({ method: 'chat.update', what: '503 after' });
    await untilPosted(to, say('It failed', { private: true }), delivery(ack()));
    expect(posts('It failed', 'DUADA')).toHaveLength(1);
    expect(open.slack.workspace.posts.filter(({ channel }) => channel === 'C1')).toEqual([]);
  });
});

describe('words', () => {
  const faults: Fault[] = [
    { method: 'chat.postMessage', what: '503' },
    { method: 'chat.postMessage', what: '503 after' },
    { method: 'chat.update', what: '503 after' },
    { method: 'chat.update', what: '429' },
  ];
  it.each(faults)('are said once after $what at $method', async (fault) => {
    open.slack.faults.push(fault);
    await untilPosted(origin, say('It failed'), delivery());
    expect(posts('It failed')).toHaveLength(1);
  });

  it.each(faults)('that notify are never said twice after $what at $method', async (fault) => {
    open.slack.faults.push(fault);
    await untilPosted(origin, say('Ready', { mention: origin.person }), delivery()).catch(() => undefined);
    expect(posts('Ready').length).toBeLessThanOrEqual(1);
  });

  it('stand alone if the placeholder is gone', async () => {
    const gone = { ...ack(), id: '1.1' };
    const ref = await open.platform.post(origin, say('Alone'), delivery(gone).receipt(), never);
    expect(posts('Alone')).toMatchObject([{ ts: ref.id }]);
  });
});

it('leaves neither files nor buttons where a result was deleted', async () => {
  const media = [await scripted.picture()];
  const buttons = [{ label: 'Again', call: { command: 'again', options: { job: 41 } } }];
  const ref = await open.platform.post(origin, say('Here', { media, buttons }), delivery().receipt(), never);
  await open.platform.edit(ref, say('Job #41 was deleted.'), never);
  expect(posts('was deleted')).toMatchObject([{ files: [] }]);
  expect(JSON.stringify(posts('was deleted')[0]?.blocks)).not.toContain('button');
});
