import { describe, expect, it, vi } from 'vitest';
import type { Job } from '../../src/app.ts';
import type { Media, Message } from '../../src/chat.ts';
import { views } from '../../src/commands/views.ts';
import { jobStates } from '../../src/db/schema/schema.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openLivingBot } from '../journeys/living-bot.ts';
import { openBot } from './open-bot.ts';

const database = useDatabase();

/** Returns a real row with the changes of a test. */
async function aJob(more: Partial<Job> = {}): Promise<Job> {
  const { app, run } = await openBot(database);
  const { job = 0 } = await run('imagine', { prompt: 'a **bold** lighthouse', ratio: '16:9', seed: 7 });
  const row = (await app.jobs.find(job, origin())) ?? expect.fail('there is no row');
  return { ...row, ...more };
}

const picture = (index: number): Media => ({
  id: `picture-${index}`,
  kind: 'image',
  name: `x-${index}.jpg`,
  type: 'image/jpeg',
  bytes: 9,
  width: 9,
  height: 9,
  alt: 'x',
  spoiler: false,
});
const pictures = (count: number) => Array.from({ length: count }, (_, index) => picture(index));
const labels = ({ buttons = [] }: Message) => buttons.map(({ label }) => label);

/** Expects that a message fits Discord and Slack, and that its text holds no words of a prompt. */
function expectShowable({ text, facts = [], buttons = [], media = [] }: Message) {
  expect(text).toMatch(/^\*{0,2}[A-Z].*\.$/);
  expect(text).not.toContain('lighthouse');
  expect(facts.length).toBeLessThanOrEqual(25);
  expect(buttons.length).toBeLessThanOrEqual(25);
  expect(media.length).toBeLessThanOrEqual(10);
  for (const { label } of buttons) expect(label.length).toBeLessThanOrEqual(75);
  expect(new Set(buttons.map(({ call }) => JSON.stringify(call))).size).toBe(buttons.length);
}

describe('progress', () => {
  it.each([...jobStates])('says in words what %s means', async (state) => {
    const message = views.progress(await aJob({ state }), 12, 40);
    expectShowable(message);
    expect(message).toMatchObject({
      tone: 'working',
      quote: 'a **bold** lighthouse',
      progress: { elapsed: 12, usual: 40 },
    });
    expect(message.facts).toContainEqual({ label: 'ratio', value: '16:9' });
    expect(labels(message)).toEqual(['Cancel']);
  });

  it('says how many wait in front, and how long it usually takes', async () => {
    const queued = await aJob({ state: 'queued' });
    expect(views.progress(queued, 0, 40, 0).text).toBe('Waiting for its turn.');
    expect(views.progress(queued, 0, 40, 1).text).toBe('Waiting for its turn, one job ahead.');
    expect(views.progress(queued, 0, 40, 3).text).toBe('Waiting for its turn, 3 jobs ahead.');
    expect(views.progress({ ...queued, state: 'running' }, 0, 40).text).toBe(
      'PhotoGPT is at work (usually about 40 s).',
    );
    expect(views.progress({ ...queued, state: 'running' }, 0, 300).text).toBe(
      'PhotoGPT is at work (usually about 5 min).',
    );
  });
});

describe('results', () => {
  it('have buttons for every picture that has room for them', async () => {
    const job = await aJob({ outcome: 'done', state: 'ready' });
    const one = views.result(job, pictures(1));
    expectShowable(one);
    expect(labels(one)).toEqual(expect.arrayContaining(['Upscale', 'Vary', 'Again', 'Edit prompt', 'Delete']));
    const four = views.result(job, pictures(4));
    expectShowable(four);
    expect(labels(four)).toEqual(expect.arrayContaining(['Upscale 1', 'Upscale 4', 'Vary 1', 'Vary 4']));
    expectShowable(views.result(job, pictures(10)));
  });

  it('offer calls that are plain JSON and name the job', async () => {
    const job = await aJob({ outcome: 'done', state: 'ready' });
    for (const { call } of views.result(job, pictures(4)).buttons ?? []) {
      expect(JSON.parse(JSON.stringify(call))).toEqual(call);
      expect([job.id, `${job.id}/1`]).toContain(Object.values(call.options).flat()[0]);
    }
  });

  it('do not offer to upscale a video or an upscaled picture', async () => {
    const job = await aJob({ outcome: 'done', state: 'ready' });
    const film: Media = { ...picture(1), kind: 'video', type: 'video/mp4', seconds: 4 };
    const messages = [
      views.result({ ...job, operation: 'video' }, [film]),
      views.result({ ...job, operation: 'upscale', model: 'upscale' }, pictures(1)),
    ];
    for (const message of messages) {
      expectShowable(message);
      expect(labels(message).join()).not.toContain('Upscale');
    }
  });

  it('say how long it took and what it cost, where that is known', async () => {
    const createdAt = new Date('2026-03-04T10:00:00Z');
    const finishedAt = new Date('2026-03-04T10:00:41Z');
    const job = await aJob({
      outcome: 'done',
      state: 'ready',
      createdAt,
      finishedAt,
      credits: 10,
      parent: 3,
      parentImage: 2,
    });
    const message = views.result(job, pictures(2));
    expect(message.text).toBe('Made 2 pictures in 41 s.');
    expect(message.facts).toEqual(
      expect.arrayContaining([
        { label: 'credits', value: '10' },
        { label: 'from', value: '#3/2' },
      ]),
    );
    expect(views.result({ ...job, finishedAt: null }, pictures(1)).text).toBe('Made one picture.');
  });

  it('of a private job are private', async () => {
    expect(views.result(await aJob({ private: true, outcome: 'done', state: 'ready' }), pictures(1)).private).toBe(
      true,
    );
  });
});

describe('failures', () => {
  it('say why, and offer to try again', async () => {
    const failure = { code: 'failed', details: { reason: 'could not generate this' } };
    const message = views.failure(await aJob({ outcome: 'failed', state: 'failed', failure }));
    expectShowable(message);
    expect(message).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('PhotoGPT could not make this: could not generate this.'),
    });
    expect(labels(message)).toEqual(expect.arrayContaining(['Retry', 'Edit prompt']));
  });

  it('that were wished for say what they cost', async () => {
    const job = await aJob();
    const early = views.failure({ ...job, outcome: 'cancelled', state: 'cancelled' });
    expect(early).toMatchObject({ tone: 'plain', text: 'Cancelled before it was sent. Nothing was spent.' });
    const late = views.failure({ ...job, outcome: 'done', state: 'ready', withdrawn: true });
    expect(late.text).toContain('still paid for');
    for (const message of [early, late]) expectShowable(message);
  });
});

it('pings the person, and leaves a short word where something was deleted', async () => {
  const job = await aJob();
  const ref = { platform: 'playground', channel: 'x', id: '1' } as const;
  expect(views.ping(job, ref)).toMatchObject({ mention: job.origin.person, link: ref });
  const stone = views.tombstone(job);
  expectShowable(stone);
  expect(stone).toEqual({ text: `Job #${job.id} was deleted.`, tone: 'plain' });
});

describe('what is seen of real work', () => {
  it('lists it, shows it and tells its details', async () => {
    const life = await openLivingBot(database);
    const { job, message } = await life.finished('imagine', { prompt: 'a red boat', spoiler: true });
    const [media] = message.media ?? [];
    expect(media).toMatchObject({ kind: 'image', alt: 'a red boat', spoiler: true, name: `a-red-boat-${job}-1.jpg` });
    const run = (command: string, options: Record<string, number | string[]> = {}) =>
      life.bot.run({ command, options }, origin());

    // It is in the chat a moment before that is written down.
    const list = await vi.waitFor(async () => {
      const answer = await run('jobs');
      expect(answer.facts).toEqual([{ label: `#${job}`, value: 'done · a red boat' }]);
      return answer;
    }, 10_000);
    expect(list.text).toBe('Nothing is on the way.');

    const shown = await run('show', { job });
    expect(shown.media?.map(({ id }) => id)).toEqual([media?.id]);
    expect(shown.job).toBeUndefined();

    const details = await run('details', { picture: [media?.id ?? ''] });
    expect(details).toMatchObject({ text: `Picture 1 of job #${job}.`, quote: 'a red boat', private: true });
    expect(details.facts).toContainEqual({ label: 'size', value: `${media?.width} × ${media?.height}` });

    const status = await run('status');
    expect(status).toMatchObject({ tone: 'good', text: 'Everything works.' });
  });
});
