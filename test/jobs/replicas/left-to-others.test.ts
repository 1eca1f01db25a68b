import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeChat } from '../fake-chat.ts';
import { useDatabase } from '../movable-database.ts';
import { openWorld, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

describe('a result among replicas', () => {
  it('waits for a replica that has its chat platform', async () => {
    const job = await world.ready();
    const elsewhere = world.replica({ fake: createFakeChat('slack') });
    expect(await elsewhere.deliver()).toBe(false);
    expect(await world.bot.deliver()).toBe(true);
    expect(world.chat.delivered()).toHaveLength(1);
    expect((await world.said(job.id))[0]).toMatchObject({ state: 'sent' });
  });

  it('does not stay in the chat when it is deleted while it is posted', async () => {
    const job = await world.ready();
    const { post } = world.chat.platform;
    world.chat.platform.post = async (...given) => {
      const ref = await post(...given);
      await world.store.remove(job.id);
      return ref;
    };
    await world.bot.deliver();
    const [shown] = world.chat.messages;
    expect(shown?.looks).toHaveLength(3);
    expect(shown?.message.media).toBeUndefined();
  });
});
