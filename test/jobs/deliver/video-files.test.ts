import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../movable-database.ts';
import { film, openWorld, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

/** A video that PhotoGPT has finished, but not as a file. */
async function preparing() {
  const { id } = await world.running(film());
  world.pass(900);
  world.bot.poll.forget();
  await world.bot.poll.step(signal);
  expect((await world.row(id)).state).toBe('preparing');
  return id;
}

async function until(id: number, state: string, seconds = 60) {
  for (let passed = 0; passed < seconds; passed += 1) {
    await world.bot.prepare(signal);
    if ((await world.row(id)).state === state) return;
    world.pass(1);
  }
  throw new Error(`it was not ${state} within ${seconds} seconds`);
}

describe('a finished video', () => {
  it('is asked for once as a file, looked after every few seconds, and then posted', async () => {
    const id = await preparing();
    await until(id, 'ready');
    const job = await world.row(id);
    expect(job.outputs).toMatchObject([{ kind: 'video', file: expect.stringContaining('/media/') }]);
    expect(world.calls('createVideoDownload')).toBe(1);
    expect(world.calls('getVideoDownload')).toBeLessThan(8);
    await world.bot.deliver();
    expect(world.chat.delivered()[0]?.message.media).toMatchObject([{ kind: 'video', type: 'video/mp4' }]);
  });

  it('is not asked for twice by two replicas, or after a crash between asking and looking', async () => {
    const id = await preparing();
    const [one, other] = [world.replica(), world.replica()];
    await Promise.all([one.prepare(signal), other.prepare(signal)]);
    expect(world.calls('createVideoDownload')).toBe(1);
    world.pass(61);
    await until(id, 'ready');
    expect(world.calls('createVideoDownload')).toBe(1);
  });

  it('is looked after again later when PhotoGPT does not answer, and everybody waits when it wants to be left alone', async () => {
    const id = await preparing();
    world.sandbox.faults.add({
      match: { operation: 'createVideoDownload' },
      fault: { answer: { status: 500 } },
      times: 1,
    });
    await world.bot.prepare(signal);
    expect((await world.row(id)).state).toBe('preparing');
    world.pass(10);
    const busy = { status: 429, headers: { 'retry-after': '50' } };
    world.sandbox.faults.add({ match: { operation: 'getVideoDownload' }, fault: { answer: busy }, times: 1 });
    await world.bot.prepare(signal);
    expect((await world.bot.apiKeyStore.state()).pausedFor).toBe(50_000);
    world.pass(51);
    await until(id, 'ready');
  });

  it('is not asked for while PhotoGPT wants to be left alone', async () => {
    const id = await preparing();
    await world.bot.apiKeyStore.pause(30_000);
    expect(await world.bot.prepare(signal)).toBe(false);
    expect(world.calls('getVideoDownload')).toBe(0);
    world.pass(31);
    await until(id, 'ready');
  });

  it('waits with the others of its batch once PhotoGPT wants to be left alone', async () => {
    const ids = [(await world.running(film())).id, (await world.running(film('waves by day'))).id];
    world.pass(900);
    world.bot.poll.forget();
    for (let steps = 0; steps < 5; steps += 1) {
      await world.bot.poll.step(signal);
      world.pass(1);
    }
    const busy = { status: 429, headers: { 'retry-after': '50' } };
    world.sandbox.faults.add({ match: { operation: 'getVideoDownload' }, fault: { answer: busy } });
    await world.bot.prepare(signal);
    expect(world.calls('getVideoDownload')).toBe(1);
    for (const id of ids) {
      const { state, nextAt } = await world.row(id);
      expect(state).toBe('preparing');
      expect(nextAt.getTime() - world.clock.now()).toBe(50_000);
    }
  });

  it('whose file never comes is given up at its deadline', async () => {
    const id = await preparing();
    world.sandbox.faults.add({ match: { operation: 'getVideoDownload' }, fault: { answer: { status: 404 } } });
    await world.bot.prepare(signal);
    world.pass(3 * 3_600);
    await world.bot.overdue(signal);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure: { code: 'deadline' } });
  });
});
