/** Results whose acknowledging message comes late, because its process or the database took long. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageRef } from '../../../src/chat.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const late: MessageRef = { platform: 'playground', channel: 'make-pictures', id: 'late' };

/**
 * Returns a job whose first post failed before any acknowledging message. `note`: after a note and its effect, not
 * before.
 */
async function begun(note: boolean) {
  const call = { command: 'imagine', options: {} };
  const { job } = await world.bot.jobs.start(imagine(), { origin: origin({ ack: undefined }), call });
  if (job === undefined) return expect.fail('nothing was started');
  await world.bot.submit();
  await world.transitions.finished(job, { outputs: [{ kind: 'image', id: 'i' }] });
  world.pass(11);
  const { post } = world.chat.platform;
  Object.assign(world.chat.platform, {
    post: async (...given: Parameters<typeof post>) => {
      Object.assign(world.chat.platform, { post });
      if (!note) {
        world.chat.meets('fails before', 'post');
        return post(...given);
      }
      await given[2].note({ sending: true });
      world.chat.meets('fails after', 'post');
      return post(...given);
    },
  });
  await world.bot.deliver();
  return job;
}

const replaced = () => world.chat.posts.map(({ receipt }) => receipt.replaces?.id);

describe('deliver, for a result that was begun before its acknowledging message', () => {
  it('keeps a message of its own that may be there', async () => {
    const job = await begun(true);
    await world.store.shown(job, late);
    world.pass(60);
    await world.bot.deliver();
    expect(replaced()).toEqual([undefined, undefined]);
    expect((await world.said(job)).map(({ state, attempts }) => [state, attempts])).toEqual([['sent', 2]]);
    expect(world.chat.delivered()).toHaveLength(1);
  });

  it('replaces the acknowledging message where nothing can have been posted', async () => {
    const job = await begun(false);
    await world.store.shown(job, late);
    world.pass(60);
    await world.bot.deliver();
    expect(replaced()).toEqual([undefined, late.id]);
  });

  it('keeps the claim of a message of its own, and posts a replacing one again', async () => {
    const first = await begun(true);
    world.pass(60);
    const [own] = await world.deliveries.claim(60_000, 1);
    if (!own) return expect.fail('it was not due');
    await world.store.shown(first, late);
    expect((await world.said(first))[0]).toMatchObject({ state: 'sending', fence: own.fence });
    await world.store.shown(first, late);
    expect((await world.said(first))[0]).toMatchObject({ state: 'pending', fence: own.fence + 1 });
  });
});

describe('deliver, for a private result', () => {
  const answers = (id: string): MessageRef => ({ platform: 'playground', channel: 'make-pictures', id });

  /** Returns a private job, acknowledged at `first`, whose result is due more than ten seconds after the call. */
  async function due(): Promise<number> {
    const call = { command: 'imagine', options: {} };
    const { job } = await world.bot.jobs.start(imagine(), { origin: origin({ private: true, ack: undefined }), call });
    if (job === undefined) return expect.fail('nothing was started');
    await world.store.shown(job, answers('first'));
    await world.bot.submit();
    await world.transitions.finished(job, { outputs: [{ kind: 'image', id: 'i' }] });
    world.pass(11);
    return job;
  }

  it('posts to the newest answer that the person got', async () => {
    const job = await due();
    await world.store.shown(job, answers('second'));
    expect((await world.row(job)).ack?.id).toBe('second');
  });

  it('stays at the answer where a post has begun', async () => {
    const job = await due();
    const [claimed] = await world.deliveries.claim(60_000, 1);
    expect(claimed?.job).toBe(job);
    await world.store.shown(job, answers('second'));
    expect((await world.row(job)).ack?.id).toBe('first');
  });
});
