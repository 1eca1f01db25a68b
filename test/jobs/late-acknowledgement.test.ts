/** Results whose acknowledgement comes late, because its process or the database took long over it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageRef } from '../../src/chat.ts';
import { useDatabase } from './movable-database.ts';
import { imagine, openWorld, origin, type World } from './world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const late: MessageRef = { platform: 'playground', channel: 'make-pictures', id: 'late' };

/** A result that is due, of a call that nothing was shown for yet. Posting it fails: after it was noted and done, or before. */
async function begun(note: boolean) {
  const call = { command: 'imagine', options: {} };
  const { job } = await world.bot.desk.start(imagine(), { origin: origin({ ack: undefined }), call });
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

describe('a result that was begun before its acknowledgement was there', () => {
  it('stays a message of its own once one may be there', async () => {
    const job = await begun(true);
    await world.store.shown(job, late);
    world.pass(60);
    await world.bot.deliver();
    expect(replaced()).toEqual([undefined, undefined]);
    expect((await world.said(job)).map(({ state, attempts }) => [state, attempts])).toEqual([['sent', 2]]);
    expect(world.chat.delivered()).toHaveLength(1);
  });

  it('takes the place of the acknowledgement where nothing can have been posted', async () => {
    const job = await begun(false);
    await world.store.shown(job, late);
    world.pass(60);
    await world.bot.deliver();
    expect(replaced()).toEqual([undefined, late.id]);
  });

  it('keeps its claim while it is being posted; one that replaces the acknowledgement is said again', async () => {
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
