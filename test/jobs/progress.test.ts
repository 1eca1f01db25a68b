import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from './movable-database.ts';
import { openWorld, signal, soon, type World } from './world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const edits = () => world.chat.edits.length;

describe('progress', () => {
  it('is shown when the work begins and then every ten seconds at most', async () => {
    await world.running();
    const seen: number[] = [];
    for (let passed = 0; passed < 41; passed += 1) {
      const before = edits();
      while (await world.bot.progress(signal));
      if (edits() > before) seen.push(passed);
      world.pass(1);
    }
    expect(seen).toEqual([0, 11, 22, 33]);
    expect(world.chat.edits.at(-1)?.text).toBe('PhotoGPT is at work (usually about 10 s).');
  });

  it('says nothing while a job waits in the queue, after it was cancelled, and where nothing was shown yet', async () => {
    const { id } = await world.asked();
    await world.bot.progress(signal);
    await world.bot.submit();
    await world.store.cancel(id);
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
  });

  it('never lands on a result: one waits for the other', async () => {
    const { id } = await world.running();
    world.chat.meets('hangs', 'edit');
    const stopping = new AbortController();
    const showing = world.bot.progress(stopping.signal);
    await expect.poll(() => world.chat.underWay(), soon).toBe(1);
    await world.transitions.finished(id, { outputs: [{ kind: 'image', id: 'i' }] });
    expect(await world.deliveries.claim(60_000, 8)).toEqual([]);
    stopping.abort();
    await showing;
    expect(await world.deliveries.claim(60_000, 8)).toHaveLength(1);
    expect(await world.bot.progress(signal)).toBe(false);
    expect(edits()).toBe(0);
  });

  it('that took longer than its claim may have landed on the result, which is said again', async () => {
    const { id } = await world.running();
    const stopping = new AbortController();
    world.chat.meets('hangs', 'edit');
    const showing = world.bot.progress(stopping.signal);
    await expect.poll(() => world.chat.underWay(), soon).toBe(1);
    await world.transitions.finished(id, { outputs: [{ kind: 'image', id: 'i' }] });
    world.pass(9);
    const [result] = await world.deliveries.claim(60_000, 8);
    const { ack } = await world.row(id);
    if (!result || !ack) return expect.fail('there is no result to say');
    await world.deliveries.sent(result, ack);
    stopping.abort();
    await showing;
    expect(await world.deliveries.claim(60_000, 8)).toMatchObject([{ id: result.id, fence: result.fence + 2 }]);
  });

  it('of an acknowledgement that was shown after its result has the result said again, and of another message not', async () => {
    const { id } = await world.running();
    await world.transitions.finished(id, { outputs: [{ kind: 'image', id: 'i' }] });
    world.pass(11);
    const [result] = await world.deliveries.claim(60_000, 8);
    const { ack } = await world.row(id);
    if (!result || !ack) return expect.fail('there is no result to say');
    await world.deliveries.sent(result, ack);
    await world.bot.desk.shown(id, { ...ack, id: 'another' });
    expect(await world.deliveries.claim(60_000, 8)).toEqual([]);
    await world.bot.desk.shown(id, ack);
    expect(await world.deliveries.claim(60_000, 8)).toHaveLength(1);
  });

  it('is not shown by a process that stood still after it had claimed it', async () => {
    await world.running();
    const { claimProgress } = world.store;
    const standingStill = async (...given: Parameters<typeof claimProgress>) => {
      const due = await claimProgress(...given);
      world.pass(4);
      return due;
    };
    Object.assign(world.store, { claimProgress: standingStill });
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
  });

  it('waits for the acknowledgement to be shown, which would land on top of it', async () => {
    const message = await world.bot.desk.start(
      { operation: 'image', model: 'nanobanana-2', request: { modelID: 'nanobanana-2', prompt: 'a cat' }, refs: [] },
      {
        call: { command: 'imagine', options: {} },
        origin: {
          ...{ platform: 'playground', event: 'e', tenant: 'home', locale: 'en', private: false },
          place: { kind: 'direct' },
          person: { id: 'ada', name: 'Ada', roles: [], moderator: false },
          ack: world.chat.refOf(world.chat.say('@ada', { text: '…', tone: 'working' })),
        },
      },
    );
    await world.bot.submit();
    expect(await world.bot.progress(signal)).toBe(false);
    const [shown] = world.chat.messages;
    if (shown) await world.bot.desk.shown(message.job ?? 0, world.chat.refOf(shown));
    expect(await world.bot.progress(signal)).toBe(true);
  });

  it('is dropped where the chat does not take it, and holds nothing up', async () => {
    const { id } = await world.running();
    world.chat.meets('fails before', 'edit');
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
    expect((await world.row(id)).progressUntil).toBeNull();
    expect(await world.bot.progress(signal)).toBe(false);
  });

  it('of one message is shown by one replica', async () => {
    await world.running();
    const [one, other] = [world.replica(), world.replica()];
    await Promise.all([one.progress(signal), other.progress(signal)]);
    expect(edits()).toBe(1);
  });
});
