import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../movable-database.ts';
import { film, openWorld, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

/** Returns a job whose video PhotoGPT has finished, but has no file of. */
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

describe('video files', () => {
  it('asks for the file once, looks every few seconds, and then posts it', async () => {
    const id = await preparing();
    await until(id, 'ready');
    const job = await world.row(id);
    expect(job.outputs).toMatchObject([{ kind: 'video', file: expect.stringContaining('/media/') }]);
    expect(world.calls('createVideoDownload')).toBe(1);
    expect(world.calls('getVideoDownload')).toBeLessThan(8);
    await world.bot.deliver();
    expect(world.chat.delivered()[0]?.message.media).toMatchObject([{ kind: 'video', type: 'video/mp4' }]);
  });

  it('asks once, with two replicas or after a crash', async () => {
    const id = await preparing();
    const [one, other] = [world.replica(), world.replica()];
    await Promise.all([one.prepare(signal), other.prepare(signal)]);
    expect(world.calls('createVideoDownload')).toBe(1);
    world.pass(61);
    await until(id, 'ready');
    expect(world.calls('createVideoDownload')).toBe(1);
  });

  it('asks again later after a 500', async () => {
    const id = await preparing();
    world.sandbox.faults.add({
      match: { operation: 'createVideoDownload' },
      fault: { answer: { status: 500 } },
      times: 1,
    });
    await world.bot.prepare(signal);
    expect((await world.row(id)).state).toBe('preparing');
    world.pass(10);
    await until(id, 'ready');
  });

  it('pauses all calls for Retry-After on a 429', async () => {
    const id = await preparing();
    const busy = { status: 429, headers: { 'retry-after': '50' } };
    world.sandbox.faults.add({ match: { operation: 'getVideoDownload' }, fault: { answer: busy }, times: 1 });
    await world.bot.prepare(signal);
    expect((await world.row(id)).state).toBe('preparing');
    expect((await world.bot.apiKeyStore.state()).pausedForMs).toBe(50_000);
    world.pass(51);
    await until(id, 'ready');
  });

  it('asks for nothing during a pause', async () => {
    const id = await preparing();
    await world.bot.apiKeyStore.pause(30_000);
    expect(await world.bot.prepare(signal)).toBe(false);
    expect(world.calls('getVideoDownload')).toBe(0);
    world.pass(31);
    await until(id, 'ready');
  });

  it('leaves the rest of a batch for later once there is a pause', async () => {
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

  it('fails a job at its deadline whose file never comes', async () => {
    const id = await preparing();
    world.sandbox.faults.add({ match: { operation: 'getVideoDownload' }, fault: { answer: { status: 404 } } });
    await world.bot.prepare(signal);
    world.pass(3 * 3_600);
    await world.bot.overdue(signal);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure: { code: 'deadline' } });
  });
});
