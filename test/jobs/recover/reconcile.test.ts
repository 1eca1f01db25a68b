/** Requests whose answer was lost, from the list that PhotoGPT shows to the state that follows. */
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { jobs as jobRows } from '../../../src/db/schema/schema.ts';
import { absenceGraceMs } from '../../../src/jobs/timings.ts';
import { fakeApi, json, ok } from '../../photogpt/fake-api.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, signal, soon, type World } from '../world.ts';
import { jobInDoubt, reconcileThroughGrace, startForeignJob } from './doubt.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

describe('reconcile, for a request whose answer was lost', () => {
  it('adopts the one job that fits on a key of its own, at once', async () => {
    const id = await jobInDoubt(world, true);
    expect(await world.bot.reconcile(signal)).toBe(true);
    const [paid] = world.paid();
    expect(await world.row(id)).toMatchObject({
      state: 'running',
      remoteId: paid?.jobId,
      submittedAt: new Date(paid?.timeline.created ?? 0),
    });
    await reconcileThroughGrace(world);
    expect(world.paid()).toHaveLength(1);
  });

  it('adopts no job that a row owns or that was made before', async () => {
    await startForeignJob(world);
    world.pass(30);
    await world.running();
    const id = await jobInDoubt(world, true);
    await world.bot.reconcile(signal);
    expect((await world.row(id)).remoteId).toBe(world.paid().at(-1)?.jobId);
  });

  it('adopts no job that a person deleted', async () => {
    const deleted = await world.ready();
    await world.bot.jobs.remove(await world.row(deleted.id), signal);
    expect(await world.orphans()).toMatchObject([{ remoteId: deleted.remoteId, verdict: 'deleted' }]);
    const id = await jobInDoubt(world, false);
    await world.db.orm.update(jobRows).set({ sentAt: sql`${world.db.now} - interval '2 minutes'` });
    await world.bot.reconcile(signal);
    expect((await world.row(id)).state).toBe('unknown');
    await world.bot.audit();
    expect((await world.bot.apiKeyStore.state()).foreign).toBe(false);
  });

  it('adopts the job though PhotoGPT’s clock is minutes off ours', async () => {
    // The clock of the bot stays three minutes behind that of PhotoGPT and of the rows.
    const id = await jobInDoubt(world, true);
    const shift = sql`sent_at + interval '3 minutes'`;
    await world.db.orm.update(jobRows).set({ sentAt: shift });
    const ahead = { now: () => world.clock.now() + 180_000 };
    const late = await openWorld({ database: () => database(ahead), url: world.sandbox.url });
    await late.bot.reconcile(signal);
    expect((await world.row(id)).remoteId).toBe(world.paid()[0]?.jobId);
  });
});

describe('reconcile, for a request that never arrived', () => {
  it('queues it again only after the grace', async () => {
    const id = await jobInDoubt(world, false);
    for (let passed = 0; passed < absenceGraceMs / 1000; passed += 5) {
      await world.bot.reconcile(signal);
      expect((await world.row(id)).state).toBe('unknown');
      world.pass(5);
    }
    world.pass(16);
    await world.bot.reconcile(signal);
    expect((await world.row(id)).state).toBe('queued');
    await world.bot.submit();
    expect(await world.row(id)).toMatchObject({ state: 'running', attempts: 2 });
    expect(world.paid()).toHaveLength(1);
  });

  it('adopts the job of a request that takes effect 20 seconds late', async () => {
    world.sandbox.faults.add({
      match: { operation: 'generateImage' },
      fault: { answer: 'drop', effect: true, job: { later: 20 } },
      times: 1,
    });
    const { id } = await world.asked();
    await world.bot.submit();
    await reconcileThroughGrace(world);
    expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
    expect(world.paid()).toHaveLength(1);
  });

  it('reads the list fewer than 16 times in the grace', async () => {
    await jobInDoubt(world, false);
    for (let passed = 0; passed < absenceGraceMs / 1000; passed += 0.5) {
      await world.bot.reconcile(signal);
      world.pass(0.5);
    }
    expect(world.calls('listJobs')).toBeLessThan(16);
  });

  it('reads nothing during a Retry-After', async () => {
    const id = await jobInDoubt(world, false);
    const body = { status: 429, headers: { 'retry-after': '90' } };
    world.sandbox.faults.add({ match: { operation: 'listJobs' }, fault: { answer: body }, times: 1 });
    await world.bot.reconcile(signal);
    for (let passed = 0; passed < 88; passed += 8) {
      world.pass(8);
      await world.bot.reconcile(signal);
    }
    expect(world.calls('listJobs')).toBe(1);
    world.pass(16);
    await world.bot.reconcile(signal);
    expect((await world.row(id)).state).toBe('queued');
  });
});

describe('reconcile, without a proof', () => {
  it('adopts nothing on a shared key, and quarantines the candidate', async () => {
    const shared = await openWorld({ database, exclusive: false });
    const id = await jobInDoubt(shared, true);
    await reconcileThroughGrace(shared);
    expect(await shared.row(id)).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' } });
    expect(await shared.orphans()).toMatchObject([
      { remoteId: shared.paid()[0]?.jobId, verdict: 'quarantined', credits: 10 },
    ]);
    await shared.bot.deliver();
    expect(shared.chat.delivered()[0]?.message.text).toContain('It may have cost credits');
    // The next job in doubt does not adopt it.
    const next = await jobInDoubt(shared, false);
    await reconcileThroughGrace(shared);
    expect((await shared.row(next)).state).toBe('queued');
  });

  it('adopts neither of two jobs that fit', async () => {
    const id = await jobInDoubt(world, true);
    await startForeignJob(world);
    await reconcileThroughGrace(world);
    expect((await world.row(id)).state).toBe('failed');
    expect(await world.orphans()).toHaveLength(2);
  });

  it('takes absence for no proof about a rival of an ambiguous job', async () => {
    const id = await jobInDoubt(world, true);
    await startForeignJob(world);
    const rival = await world.asked();
    await world.db.orm
      .update(jobRows)
      .set({ lane: 'another', state: 'unknown', unknownAt: world.db.now, sentAt: world.db.now })
      .where(sql`id = ${rival.id}`);
    await reconcileThroughGrace(world);
    expect((await world.row(id)).state).toBe('failed');
    expect(await world.row(rival.id)).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' } });
  });

  describe('about two requests in lanes of their own', () => {
    /** Two jobs whose requests left at one moment, and whose answers got lost. `arrived` says which took effect. */
    async function twoInDoubt(arrived: [boolean, boolean]) {
      const ids: number[] = [];
      for (const [index, effect] of arrived.entries()) {
        const { id } = await world.asked();
        await world.db.run(sql`update jobs set lane = ${`lane-${index}`} where id = ${id} returning id`);
        const fault = { answer: 'drop' as const, effect };
        world.sandbox.faults.add({ match: { operation: 'generateImage' }, fault, times: 1 });
        ids.push(id);
      }
      for (const _ of ids) await world.bot.submit();
      expect((await world.rows()).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
      return ids;
    }

    it.each([
      [true, false],
      [false, true],
    ] as const)('gives neither the one job that is unowned (arrived: %s, %s)', async (...arrived) => {
      await twoInDoubt([...arrived]);
      await reconcileThroughGrace(world);
      expect(world.paid()).toHaveLength(1);
      for (const job of await world.rows()) {
        expect(job).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' }, remoteId: null });
      }
      expect(await world.orphans()).toMatchObject([{ remoteId: world.paid()[0]?.jobId, verdict: 'quarantined' }]);
      for (let looks = 0; looks < 3; looks += 1) expect(await world.bot.submit()).toBe(false);
    });

    it('gives neither one of two jobs that are unowned', async () => {
      await twoInDoubt([true, true]);
      await reconcileThroughGrace(world);
      expect((await world.rows()).map(({ state }) => state)).toEqual(['failed', 'failed']);
      expect(await world.orphans()).toHaveLength(2);
    });

    it('queues both again, once, when the list is empty', async () => {
      await twoInDoubt([false, false]);
      await reconcileThroughGrace(world);
      expect((await world.rows()).map(({ state }) => state)).toEqual(['queued', 'queued']);
      while (await world.bot.submit());
      expect(await world.rows()).toMatchObject([
        { state: 'running', attempts: 2 },
        { state: 'running', attempts: 2 },
      ]);
      expect(world.paid()).toHaveLength(2);
    });

    /** A job in doubt that PhotoGPT has, and another one whose request is under way and has taken effect. */
    async function oneUnderWay() {
      const id = await jobInDoubt(world, true);
      const other = await world.asked();
      await world.db.run(sql`update jobs set lane = 'another' where id = ${other.id} returning id`);
      await world.transitions.claim(key, 45_000);
      return { id, other, remoteId: await startForeignJob(world) };
    }

    it('waits a moment for an answer that is on its way', async () => {
      const { id, other, remoteId } = await oneUnderWay();
      const looking = world.bot.reconcile(signal);
      await expect.poll(world.clock.sleepers, soon).toBe(1);
      await world.transitions.accepted(other.id, remoteId);
      // Sent after the list was read, so the list tells nothing about it.
      const { id: later } = await world.asked();
      await world.db.run(sql`update jobs set lane = 'a third' where id = ${later} returning id`);
      expect((await world.transitions.claim(key, 45_000))?.id).toBe(later);
      world.pass(0.25);
      await looking;
      expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
      expect(await world.row(other.id)).toMatchObject({ state: 'running', remoteId: remoteId });
    });

    it('adopts nothing while that answer stays away', async () => {
      const { id } = await oneUnderWay();
      const looking = world.bot.reconcile(signal);
      for (let moment = 0; moment < 4; moment += 1) {
        await expect.poll(world.clock.sleepers, soon).toBe(1);
        world.pass(0.25);
      }
      await looking;
      expect(await world.row(id)).toMatchObject({ state: 'unknown', remoteId: null });
    });

    it('queues the second again when the answer of the first comes in time', async () => {
      const [first, second] = await twoInDoubt([true, false]);
      await world.bot.reconcile(signal);
      expect((await world.row(first ?? 0)).state).toBe('unknown');
      await world.transitions.accepted(first ?? 0, world.paid()[0]?.jobId ?? '');
      await reconcileThroughGrace(world);
      expect(await world.row(second ?? 0)).toMatchObject({ state: 'queued', remoteId: null });
    });
  });

  it('fails a job that is older than the list reaches', async () => {
    const id = await jobInDoubt(world, true);
    world.pass(6 * 86_400 + 1);
    await world.bot.reconcile(signal);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' } });
    expect(world.calls('listJobs')).toBe(0);
  });
});

describe('reconcile, with a PhotoGPT that repeats the prompt', () => {
  /** A world whose PhotoGPT lists one job, and repeats this prompt in its details. */
  async function echoing(prompt: string) {
    const listed = { jobId: 'remote-1', status: 'running', createdAt: new Date(world.clock.now()).toISOString() };
    const fake = await fakeApi((response, asked) => {
      const { pathname } = new URL(asked.url, 'http://photogpt.test');
      const answer = pathname.endsWith('/jobs') ? { jobs: [listed], nextPageToken: '' } : { ...listed, prompt };
      const date = new Date(world.clock.now()).toUTCString();
      json({ status: 'OK', result: answer }, 200, { date })(response, asked);
    });
    return openWorld({ database, url: fake.url, exclusive: false });
  }

  async function askedInDoubt(echo: World) {
    const { id } = await echo.asked(imagine('two owls'));
    await echo.db.orm.update(jobRows).set({ state: 'unknown', unknownAt: echo.db.now, sentAt: echo.db.now });
    return id;
  }

  it('adopts a job with the same prompt even on a shared key', async () => {
    const echo = await echoing('two owls');
    const id = await askedInDoubt(echo);
    await echo.bot.reconcile(signal);
    expect(await echo.row(id)).toMatchObject({ state: 'running', remoteId: 'remote-1' });
  });

  it('never adopts a job with another prompt', async () => {
    const echo = await echoing('a secret plan');
    const id = await askedInDoubt(echo);
    await reconcileThroughGrace(echo);
    expect(await echo.row(id)).toMatchObject({ state: 'failed', remoteId: null });
  });

  it('adopts no job that is gone when its details are read', async () => {
    const listed = { jobId: 'remote-1', status: 'running', createdAt: new Date(world.clock.now()).toISOString() };
    const fake = await fakeApi((response, asked) => {
      const list = new URL(asked.url, 'http://photogpt.test').pathname.endsWith('/jobs');
      const answer = list
        ? ok({ jobs: [listed], nextPageToken: '' })
        : json({ status: 'NOK', message: 'not found' }, 404);
      answer(response, asked);
    });
    const gone = await openWorld({ database, url: fake.url });
    const id = await askedInDoubt(gone);
    await reconcileThroughGrace(gone);
    expect((await gone.row(id)).state).toBe('failed');
  });
});
