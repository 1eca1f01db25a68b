import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/chat.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, openWorld, origin, signal, soon, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const edits = () => world.chat.edits.length;

/** Returns a job that PhotoGPT has taken, and whose progress is due for the first time. */
async function due() {
  const job = await world.running();
  world.pass(4);
  return job;
}

/** Holds back all edits. Each function of the result lets one land. */
function holdBackEdits() {
  const { edit } = world.chat.platform;
  const landings: (() => void)[] = [];
  Object.assign(world.chat.platform, {
    edit: async (...[ref, message]: Parameters<typeof edit>) => {
      await new Promise<void>((resolve) => landings.push(resolve));
      await edit(ref, message, signal);
    },
  });
  return landings;
}

describe('progress', () => {
  it('is shown after four seconds, then every ten, then more and more rarely', async () => {
    await world.running();
    const seen: number[] = [];
    for (let passed = 0; passed < 480; passed += 1) {
      const before = edits();
      while (await world.bot.progress(signal));
      if (edits() > before) seen.push(passed);
      world.pass(1);
    }
    expect(seen).toEqual([4, 14, 24, 34, 44, 55, 69, 87, 109, 137, 172, 215, 269, 337, 422]);
    expect(world.chat.edits.at(-1)?.text).toBe('PhotoGPT is at work (usually about 10 s).');
  });

  it('is shown at once for the jobs that another version left', async () => {
    const never = await world.running();
    const before = await world.running(imagine('two'));
    await world.db.run(sql`update jobs set progress_at = null where id = ${never.id} returning id`);
    await world.db.run(sql`update jobs set progress_at = created_at where id = ${before.id} returning id`);
    await world.bot.progress(signal, () => expect.fail('nothing waits'));
    expect(world.chat.edits.map(({ id }) => id)).toEqual([never.ack?.id, before.ack?.id]);
  });

  it('frees many results in a few statements', async () => {
    const jobs: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const place: Place = { kind: 'channel', channel: `channel-${count}` };
      jobs.push((await world.running(imagine(), origin({ place }))).id);
    }
    world.pass(4);
    const landings = holdBackEdits();
    let freed = 0;
    const showing = world.bot.progress(signal, () => {
      freed += 1;
    });
    await expect.poll(() => landings.length, soon).toBe(5);
    for (const id of jobs) await world.transitions.finished(id, { outputs: [{ kind: 'image', id: `i${id}` }] });
    landings.shift()?.();
    await expect.poll(() => freed, soon).toBe(1);
    expect(await world.deliveries.claim(60_000, 8)).toHaveLength(1);
    for (const land of landings) land();
    await showing;
    expect(await world.deliveries.claim(60_000, 8)).toHaveLength(4);
    expect((await world.rows()).map(({ progressUntil }) => progressUntil)).toEqual(jobs.map(() => null));
  });

  it('is not shown for a queued or a cancelled job', async () => {
    const { id } = await world.asked();
    world.pass(4);
    await world.bot.progress(signal);
    await world.bot.submit();
    await world.store.cancel(id);
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
  });

  it('makes the result wait for an edit under way', async () => {
    const { id } = await due();
    world.chat.meets('hangs', 'edit');
    const stopping = new AbortController();
    const showing = world.bot.progress(stopping.signal);
    await expect.poll(() => world.chat.underWay(), soon).toBe(1);
    await world.transitions.finished(id, { outputs: [{ kind: 'image', id: 'i' }] });
    expect(await world.deliveries.claim(60_000, 8)).toEqual([]);
    stopping.abort();
    await showing;
    expect(await world.deliveries.claim(60_000, 8)).toHaveLength(1);
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
  });

  it('posts the result again after an edit that took longer than its claim', async () => {
    const { id } = await due();
    const landings = holdBackEdits();
    const showing = world.bot.progress(signal);
    await expect.poll(() => landings.length, soon).toBe(1);
    await world.transitions.finished(id, { outputs: [{ kind: 'image', id: 'i' }] });
    world.pass(9);
    const [result] = await world.deliveries.claim(60_000, 8);
    const { ack } = await world.row(id);
    if (!result || !ack) return expect.fail('there is no result to post');
    await world.deliveries.sent(result, ack);
    for (const land of landings) land();
    await showing;
    expect(await world.deliveries.claim(60_000, 8)).toMatchObject([{ id: result.id, fence: result.fence + 2 }]);
  });

  it('posts no result of another job again', async () => {
    const slow = await world.running();
    const quick = await world.running(imagine(), origin({ place: { kind: 'direct' } }));
    world.pass(4);
    const [first, second, ...more] = await world.progressStore.claim(10_000, 8_000, 20);
    if (!first || !second || more.length > 0) return expect.fail('two were due');
    for (const { id } of [slow, quick])
      await world.transitions.finished(id, { outputs: [{ kind: 'image', id: `i${id}` }] });
    // The claim of the first one expired, and its result is posted.
    await world.db.run(sql`update jobs set progress_until = ${world.db.now} - interval '1 second' where id = ${first.id}
      returning id`);
    const [result] = await world.deliveries.claim(60_000, 8);
    if (!result || !first.ack) return expect.fail('there is no result to post');
    await world.deliveries.sent(result, first.ack);
    await Promise.all([first, second].map(world.progressStore.shown));
    const claimed = await world.deliveries.claim(60_000, 8);
    expect(claimed.map(({ job, attempts }) => [job, attempts]).sort()).toEqual([
      [first.id, 2],
      [second.id, 1],
    ]);
  });

  it('gives up an edit after five seconds', async () => {
    const { id } = await due();
    world.chat.meets('hangs', 'edit');
    const showing = world.bot.progress(signal);
    await expect.poll(() => world.chat.underWay(), soon).toBe(1);
    world.pass(5);
    await showing;
    expect(edits()).toBe(0);
    expect((await world.row(id)).progressUntil).toBeNull();
    expect(world.clock.sleepers()).toBe(0);
  });

  it('posts the result again when its acknowledging message was shown after it', async () => {
    const { id } = await world.running();
    await world.transitions.finished(id, { outputs: [{ kind: 'image', id: 'i' }] });
    world.pass(11);
    const [result] = await world.deliveries.claim(60_000, 8);
    const { ack } = await world.row(id);
    if (!result || !ack) return expect.fail('there is no result to post');
    await world.deliveries.sent(result, ack);
    await world.bot.jobs.shown(id, { ...ack, id: 'another' });
    expect(await world.deliveries.claim(60_000, 8)).toEqual([]);
    await world.bot.jobs.shown(id, ack);
    expect(await world.deliveries.claim(60_000, 8)).toHaveLength(1);
  });

  it('is not shown by a process that stood still after the claim', async () => {
    await due();
    const { claim } = world.progressStore;
    const standingStill = async (...given: Parameters<typeof claim>) => {
      const claimed = await claim(...given);
      world.pass(4);
      return claimed;
    };
    Object.assign(world.progressStore, { claim: standingStill });
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
  });

  it('waits for the acknowledging message', async () => {
    const message = await world.bot.jobs.start(
      { operation: 'image', model: 'nanobanana-2', request: { modelID: 'nanobanana-2', prompt: 'a cat' }, refs: [] },
      {
        call: { command: 'imagine', options: {} },
        origin: {
          platform: 'playground',
          event: 'e',
          tenant: 'home',
          locale: 'en',
          private: false,
          place: { kind: 'direct' },
          person: { id: 'ada', name: 'Ada', roles: [], moderator: false },
          ack: world.chat.refOf(world.chat.say('@ada', { text: '…', tone: 'working' })),
        },
      },
    );
    await world.bot.submit();
    world.pass(9);
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
    const [shown] = world.chat.messages;
    if (shown) await world.bot.jobs.shown(message.job ?? 0, world.chat.refOf(shown));
    await world.bot.progress(signal);
    expect(edits()).toBe(1);
  });

  it('is dropped where the chat refuses the edit', async () => {
    const { id } = await due();
    world.chat.meets('fails before', 'edit');
    await world.bot.progress(signal);
    expect(world.chat.underWay()).toBe(0);
    expect((await world.row(id)).progressUntil).toBeNull();
    await world.bot.progress(signal);
    expect(edits()).toBe(0);
  });

  it('is shown by one replica', async () => {
    await due();
    const [one, other] = [world.replica(), world.replica()];
    await Promise.all([one.progress(signal), other.progress(signal)]);
    expect(edits()).toBe(1);
  });
});
