import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobs as jobRows } from '../../../src/db/schema/schema.ts';
import { absenceGraceMs } from '../../../src/jobs/timings.ts';

import { fakeApi, json, ok } from '../../photogpt/fake-api.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, secret, signal, soon, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

/** A job of which nobody knows whether PhotoGPT has it. `arrived` says whether it does. */
async function doubtful(arrived: boolean, where = world) {
  where.sandbox.faults.add({
    match: { operation: 'generateImage' },
    fault: { answer: 'drop', effect: arrived },
    times: 1,
  });
  const { id } = await where.asked();
  await where.bot.submit();
  expect((await where.row(id)).state).toBe('unknown');
  return id;
}

const started = z.object({ result: z.object({ jobId: z.string() }) });

/** Somebody else's program, with the same key. */
const stranger = async (where = world) => {
  const response = await fetch(`${where.sandbox.url}/images/generation`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'api-version': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ modelID: 'nanobanana-2', prompt: 'a stranger’s picture' }),
  });
  const { result } = started.parse(await response.json());
  return result.jobId;
};

/** Looks until the grace is over. */
async function wait(where = world) {
  for (let passed = 0; passed <= absenceGraceMs / 1000 + 16; passed += 4) {
    await where.bot.reconcile(signal);
    where.pass(4);
  }
}

describe('a lost answer', () => {
  it('is found again at once, when exactly one job fits and the key is ours alone', async () => {
    const id = await doubtful(true);
    expect(await world.bot.reconcile(signal)).toBe(true);
    const [paid] = world.paid();
    expect(await world.row(id)).toMatchObject({
      state: 'running',
      remoteId: paid?.jobId,
      submittedAt: new Date(paid?.timeline.created ?? 0),
    });
    await wait();
    expect(world.paid()).toHaveLength(1);
  });

  it('is not found among jobs that we know, were booked, or were made before', async () => {
    await stranger();
    world.pass(30);
    await world.running();
    const id = await doubtful(true);
    await world.bot.reconcile(signal);
    expect((await world.row(id)).remoteId).toBe(world.paid().at(-1)?.jobId);
  });

  it('is not taken from a job that a person deleted', async () => {
    const deleted = await world.ready();
    await world.bot.desk.remove(await world.row(deleted.id), signal);
    expect(await world.orphans()).toMatchObject([{ remoteId: deleted.remoteId, verdict: 'deleted' }]);
    const id = await doubtful(false);
    await world.db.orm.update(jobRows).set({ sentAt: sql`${world.db.now} - interval '2 minutes'` });
    await world.bot.reconcile(signal);
    expect((await world.row(id)).state).toBe('unknown');
    await world.bot.audit();
    expect((await world.bot.apiKeyStore.state()).foreign).toBe(false);
  });

  it('is found though PhotoGPT’s clock is minutes off ours', async () => {
    // The bot's clock stays three minutes behind: the rows' times move back, the world's do not.
    const id = await doubtful(true);
    const shift = sql`sent_at + interval '3 minutes'`;
    await world.db.orm.update(jobRows).set({ sentAt: shift });
    const ahead = { now: () => world.clock.now() + 180_000 };
    const late = await openWorld({ database: () => database(ahead), url: world.sandbox.url });
    await late.bot.reconcile(signal);
    expect((await world.row(id)).remoteId).toBe(world.paid()[0]?.jobId);
  });
});

describe('a request that never arrived', () => {
  it('is sent once more, but only after the grace', async () => {
    const id = await doubtful(false);
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

  it('and then takes effect all the same, 20 seconds later, is found and not sent again', async () => {
    world.sandbox.faults.add({
      match: { operation: 'generateImage' },
      fault: { answer: 'drop', effect: true, job: { later: 20 } },
      times: 1,
    });
    const { id } = await world.asked();
    await world.bot.submit();
    await wait();
    expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
    expect(world.paid()).toHaveLength(1);
  });

  it('is not asked after more often than it is worth', async () => {
    await doubtful(false);
    for (let passed = 0; passed < absenceGraceMs / 1000; passed += 0.5) {
      await world.bot.reconcile(signal);
      world.pass(0.5);
    }
    expect(world.calls('listJobs')).toBeLessThan(16);
  });

  it('is not asked after while PhotoGPT wants to be left alone', async () => {
    const id = await doubtful(false);
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

describe('when nobody can tell', () => {
  it('nothing is adopted on a key that is shared: the job ends honestly, and what it may have made is nobody’s', async () => {
    const shared = await openWorld({ database, exclusive: false });
    const id = await doubtful(true, shared);
    await wait(shared);
    expect(await shared.row(id)).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' } });
    expect(await shared.orphans()).toMatchObject([
      { remoteId: shared.paid()[0]?.jobId, verdict: 'quarantined', credits: 10 },
    ]);
    await shared.bot.deliver();
    expect(shared.chat.delivered()[0]?.message.text).toContain('It may have cost credits');
    // The next one in doubt does not find it.
    const next = await doubtful(false, shared);
    await wait(shared);
    expect((await shared.row(next)).state).toBe('queued');
  });

  it('of two that fit neither is taken', async () => {
    const id = await doubtful(true);
    await stranger();
    await wait();
    expect((await world.row(id)).state).toBe('failed');
    expect(await world.orphans()).toHaveLength(2);
  });

  it('a rival of an ambiguous job may not take absence for a proof', async () => {
    const id = await doubtful(true);
    await stranger();
    const rival = await world.asked();
    await world.db.orm
      .update(jobRows)
      .set({ lane: 'another', state: 'unknown', unknownAt: world.db.now, sentAt: world.db.now })
      .where(sql`id = ${rival.id}`);
    await wait();
    expect((await world.row(id)).state).toBe('failed');
    expect(await world.row(rival.id)).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' } });
  });

  describe('about two in lanes of their own', () => {
    /** Both were sent at one moment, and neither answer came. */
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
    ] as const)('and one job that nobody owns, nobody gets it (%s, %s)', async (...arrived) => {
      await twoInDoubt([...arrived]);
      await wait();
      expect(world.paid()).toHaveLength(1);
      for (const job of await world.rows()) {
        expect(job).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' }, remoteId: null });
      }
      expect(await world.orphans()).toMatchObject([{ remoteId: world.paid()[0]?.jobId, verdict: 'quarantined' }]);
      for (let looks = 0; looks < 3; looks += 1) expect(await world.bot.submit()).toBe(false);
    });

    it('and two jobs that nobody owns, nobody gets either', async () => {
      await twoInDoubt([true, true]);
      await wait();
      expect((await world.rows()).map(({ state }) => state)).toEqual(['failed', 'failed']);
      expect(await world.orphans()).toHaveLength(2);
    });

    it('and nothing in the list, both go back to the queue, once', async () => {
      await twoInDoubt([false, false]);
      await wait();
      expect((await world.rows()).map(({ state }) => state)).toEqual(['queued', 'queued']);
      while (await world.bot.submit());
      expect(await world.rows()).toMatchObject([
        { state: 'running', attempts: 2 },
        { state: 'running', attempts: 2 },
      ]);
      expect(world.paid()).toHaveLength(2);
    });

    /** One in doubt that PhotoGPT has, and another whose request is under way and has taken effect. */
    async function oneUnderWay() {
      const id = await doubtful(true);
      const other = await world.asked();
      await world.db.run(sql`update jobs set lane = 'another' where id = ${other.id} returning id`);
      await world.transitions.claim(key, 45_000);
      return { id, other, its: await stranger() };
    }

    it('waits a moment for an answer that is on its way, so that what is left has one owner', async () => {
      const { id, other, its } = await oneUnderWay();
      const looking = world.bot.reconcile(signal);
      await expect.poll(world.clock.sleepers, soon).toBe(1);
      await world.transitions.accepted(other.id, its);
      // Sent after the list was read: it is not on it, whatever becomes of it.
      const { id: later } = await world.asked();
      await world.db.run(sql`update jobs set lane = 'a third' where id = ${later} returning id`);
      expect((await world.transitions.claim(key, 45_000))?.id).toBe(later);
      world.pass(0.25);
      await looking;
      expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
      expect(await world.row(other.id)).toMatchObject({ state: 'running', remoteId: its });
    });

    it('takes nothing while that answer stays away', async () => {
      const { id } = await oneUnderWay();
      const looking = world.bot.reconcile(signal);
      for (let moment = 0; moment < 4; moment += 1) {
        await expect.poll(world.clock.sleepers, soon).toBe(1);
        world.pass(0.25);
      }
      await looking;
      expect(await world.row(id)).toMatchObject({ state: 'unknown', remoteId: null });
    });

    it('is not said where the other one’s answer comes in time: what it got is its own', async () => {
      const [first, second] = await twoInDoubt([true, false]);
      await world.bot.reconcile(signal);
      expect((await world.row(first ?? 0)).state).toBe('unknown');
      await world.transitions.accepted(first ?? 0, world.paid()[0]?.jobId ?? '');
      await wait();
      expect(await world.row(second ?? 0)).toMatchObject({ state: 'queued', remoteId: null });
    });
  });

  it('a list that is too old to hold it proves nothing', async () => {
    const id = await doubtful(true);
    world.pass(6 * 86_400 + 1);
    await world.bot.reconcile(signal);
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure: { code: 'ambiguous' } });
    expect(world.calls('listJobs')).toBe(0);
  });
});

describe('somebody else on the key', () => {
  it('is noticed by the audit, and ends adoption for good', async () => {
    await world.bot.audit();
    world.pass(60);
    const theirs = await stranger();
    await world.running();
    world.pass(30);
    await world.bot.audit();
    expect(await world.bot.apiKeyStore.state()).toMatchObject({ foreign: true });
    expect(await world.orphans()).toMatchObject([{ remoteId: theirs, verdict: 'foreign' }]);
    const id = await doubtful(true);
    await wait();
    expect((await world.row(id)).state).toBe('failed');
  });

  it('is not suspected for jobs of ours: neither finished, nor just sent, nor in doubt', async () => {
    await world.bot.audit();
    world.pass(60);
    await world.ready();
    await doubtful(true);
    await world.bot.audit();
    expect(await world.bot.apiKeyStore.state()).toMatchObject({ foreign: false });
  });

  it('is not suspected for what was made before this bot first ran', async () => {
    await stranger();
    world.pass(60);
    await world.bot.audit();
    world.pass(60);
    await world.bot.audit();
    expect(await world.bot.apiKeyStore.state()).toMatchObject({ foreign: false });
  });
});

describe('a PhotoGPT that repeats the prompt', () => {
  /** One job in the list, whose detail says what it was asked for. */
  async function echoing(prompt: string) {
    const listed = { jobId: 'remote-1', status: 'running', createdAt: new Date(world.clock.now()).toISOString() };
    const fake = await fakeApi((response, asked) => {
      const { pathname } = new URL(asked.url, 'http://far.end');
      const answer = pathname.endsWith('/jobs') ? { jobs: [listed], nextPageToken: '' } : { ...listed, prompt };
      const date = new Date(world.clock.now()).toUTCString();
      json({ status: 'OK', result: answer }, 200, { date })(response, asked);
    });
    return openWorld({ database, url: fake.url, exclusive: false });
  }

  async function inDoubt(echo: World) {
    const { id } = await echo.asked(imagine('two owls'));
    await echo.db.orm.update(jobRows).set({ state: 'unknown', unknownAt: echo.db.now, sentAt: echo.db.now });
    return id;
  }

  it('gives back a lost job even on a shared key, when the words are the same', async () => {
    const echo = await echoing('two owls');
    const id = await inDoubt(echo);
    await echo.bot.reconcile(signal);
    expect(await echo.row(id)).toMatchObject({ state: 'running', remoteId: 'remote-1' });
  });

  it('never gives somebody a job that was asked for with other words', async () => {
    const echo = await echoing('a secret plan');
    const id = await inDoubt(echo);
    await wait(echo);
    expect(await echo.row(id)).toMatchObject({ state: 'failed', remoteId: null });
  });

  it('that has no such job any more when it is asked has not proved anything', async () => {
    const listed = { jobId: 'remote-1', status: 'running', createdAt: new Date(world.clock.now()).toISOString() };
    const fake = await fakeApi((response, asked) => {
      const list = new URL(asked.url, 'http://far.end').pathname.endsWith('/jobs');
      const answer = list
        ? ok({ jobs: [listed], nextPageToken: '' })
        : json({ status: 'NOK', message: 'not found' }, 404);
      answer(response, asked);
    });
    const gone = await openWorld({ database, url: fake.url });
    const id = await inDoubt(gone);
    await wait(gone);
    expect((await gone.row(id)).state).toBe('failed');
  });
});
