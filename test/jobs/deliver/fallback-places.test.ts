import { beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/chat.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const inThread: Place = { kind: 'channel', channel: 'make-pictures', thread: '7' };
const only = async (job: number) => (await world.said(job))[0];

describe('deliver, for a place that is gone', () => {
  it('tries thread, channel and direct message, and then gives up', async () => {
    const tried: string[][] = [];
    for (const gone of [
      [],
      ['make-pictures/7'],
      ['make-pictures/7', 'make-pictures'],
      ['make-pictures/7', 'make-pictures', '@ada'],
    ]) {
      world.chat.gone.clear();
      for (const place of gone) world.chat.gone.add(place);
      const job = await world.ready(imagine(), origin({ place: inThread }));
      const before = world.chat.posts.length;
      while (await world.bot.deliver());
      tried.push(world.chat.posts.slice(before).map(({ place }) => place));
      expect(await world.row(job.id)).toMatchObject({ state: 'closed', outcome: 'done' });
      expect((await only(job.id))?.state).toBe(gone.length === 3 ? 'kept' : 'sent');
    }
    const places = ['make-pictures/7', 'make-pictures', '@ada'];
    expect(tried).toEqual([places.slice(0, 1), places.slice(0, 2), places, places]);
  });

  it('uses neither notes nor key of one place in the next', async () => {
    const job = await world.ready(imagine(), origin({ place: inThread }));
    world.chat.gone.add('make-pictures/7');
    await world.bot.deliver();
    expect(await only(job.id)).toMatchObject({ state: 'pending', rung: 1, attempts: 0, notes: {} });
    await world.bot.deliver();
    const [first, second] = world.chat.posts;
    expect(first?.receipt.key).not.toBe(second?.receipt.key);
    expect(first?.receipt.replaces).toEqual(job.ack);
    expect(second?.receipt.replaces).toBeUndefined();
  });

  it('gives up a ping', async () => {
    const job = await world.ready();
    await world.bot.deliver();
    await world.sayToo(job.id, 'ping');
    world.chat.meets('refuses');
    await world.bot.deliver();
    expect((await world.said(job.id)).map(({ kind, state }) => [kind, state])).toEqual([
      ['result', 'sent'],
      ['ping', 'kept'],
    ]);
  });
});
