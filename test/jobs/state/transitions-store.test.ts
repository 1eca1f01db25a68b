import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { deliveries as deliveryRows, jobs as jobRows } from '../../../src/db/schema/schema.ts';
import type { Work } from '../../../src/jobs/jobs.ts';
import { createWatchdogStore } from '../../../src/jobs/recover/watchdog-store.ts';
import type { Job } from '../../../src/jobs/state/job-store.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, origin, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const lease = 45_000;
/** Work with a reference that is handed over before the job is sent. */
const withPicture: Work = { ...imagine(), refs: [{ media: 'a-picture', role: 'reference' }] };
const image = { kind: 'image' as const, id: 'img_1', url: 'http://127.0.0.1:9/1.jpg' };
const clip = { kind: 'video' as const, id: 'vid_1', url: 'http://127.0.0.1:9/1.m3u8' };
const refusal = { code: 'refused' as const, details: { reason: 'no' } };

/** Takes a new job to a state by the transitions that lead there. */
const ways: Record<string, () => Promise<Job>> = {
  queued: () => world.asked(),
  async submitting() {
    await world.asked();
    const job = await world.transitions.claim(key, lease);
    if (!job) throw new Error('nothing was claimed');
    return (await world.transitions.sending(job, lease)) ?? job;
  },
  async unknown() {
    const job = await to('submitting');
    await world.transitions.doubt(job);
    return world.row(job.id);
  },
  async running() {
    const job = await to('submitting');
    await world.transitions.accepted(job.id, 'remote-1');
    return world.row(job.id);
  },
  async preparing() {
    const job = await to('running');
    await world.transitions.finished(job.id, { outputs: [clip] });
    return world.row(job.id);
  },
  async ready() {
    const job = await to('running');
    await world.transitions.finished(job.id, { outputs: [image], credits: 10 });
    return world.row(job.id);
  },
  async failed() {
    const job = await to('queued');
    await world.transitions.fail(job.id, refusal, 'queued');
    return world.row(job.id);
  },
  async cancelled() {
    const job = await to('queued');
    await world.store.cancel(job.id);
    return world.row(job.id);
  },
  async closed() {
    const job = await to('ready');
    const [claimed] = await world.deliveries.claim(lease, 1);
    if (claimed) await world.deliveries.kept(claimed, 'nowhere');
    return world.row(job.id);
  },
};

async function to(state: string): Promise<Job> {
  const job = await ways[state]?.();
  if (!job) throw new Error(`no way leads to ${state}`);
  return job;
}

/** Every transition: its name, the states it starts in, the state it leads to, and its call. */
const allTransitions: [name: string, from: string[], target: string, call: (job: Job) => Promise<unknown>][] = [
  ['claim', ['queued'], 'submitting', () => world.transitions.claim(key, lease)],
  ['accepted', ['queued', 'submitting', 'unknown'], 'running', ({ id }) => world.transitions.accepted(id, 'remote-9')],
  ['requeue', ['submitting'], 'queued', (job) => world.transitions.requeue(job, 1_000)],
  ['doubt', ['submitting'], 'unknown', (job) => world.transitions.doubt(job)],
  ['refused', ['submitting'], 'failed', (job) => world.transitions.refused(job, refusal)],
  ['absent', ['unknown'], 'queued', (job) => world.transitions.absent(job)],
  ['fail (in doubt)', ['unknown'], 'failed', ({ id }) => world.transitions.fail(id, refusal, 'unknown')],
  ['fail (running)', ['running'], 'failed', ({ id }) => world.transitions.fail(id, refusal, 'running')],
  ['finished with pictures', ['running'], 'ready', ({ id }) => world.transitions.finished(id, { outputs: [image] })],
  ['finished with a video', ['running'], 'preparing', ({ id }) => world.transitions.finished(id, { outputs: [clip] })],
  ['prepared', ['preparing'], 'ready', ({ id }) => world.transitions.prepared(id, [{ ...clip, file: 'x' }])],
  ['cancel', ['queued'], 'cancelled', ({ id }) => world.store.cancel(id)],
];

describe('the job diagram', () => {
  it.each(Object.keys(ways))('has transitions to %s', async (state) => {
    expect((await to(state)).state).toBe(state);
  });

  it.each(allTransitions)('has a transition “%s” from %j to %s only', async (name, from, target, call) => {
    for (const state of Object.keys(ways)) {
      await world.db.run(sql`delete from jobs`);
      const job = await to(state);
      await call(job);
      const after = await world.row(job.id);
      // A job that was sent is not cancelled but withdrawn, and goes on.
      expect({ name, from: state, to: after.state }).toEqual({
        name,
        from: state,
        to: from.includes(state) ? target : state,
      });
    }
  });

  const fenced = allTransitions.filter(([name]) => ['requeue', 'doubt', 'refused', 'absent'].includes(name));
  it.each(fenced)('allows “%s” to the holder of the claim only', async (_name, from, _target, call) => {
    const job = await to(from[0] ?? '');
    await call({ ...job, fence: job.fence - 1 });
    expect(await world.row(job.id)).toEqual(job);
  });

  it('lets a lost claim neither send, nor save references, nor refuse', async () => {
    const old = await to('submitting');
    await world.db.orm.update(jobRows).set({ sentAt: null });
    world.pass(46);
    await world.transitions.expire();
    const next = await world.transitions.claim(key, lease);
    expect(next).toMatchObject({ id: old.id, fence: old.fence + 1 });
    expect(await world.transitions.sending(old, lease)).toBeUndefined();
    expect(await world.transitions.referenced(old, [], lease)).toBeUndefined();
    expect(await world.transitions.refused(old, refusal)).toBe(false);
    expect((await world.row(old.id)).state).toBe('submitting');
  });

  it('makes one delivery together with the end', async () => {
    const job = await to('ready');
    expect(await world.said(job.id)).toMatchObject([{ kind: 'result', state: 'pending', channel: job.channel }]);
    expect(await world.transitions.finished(job.id, { outputs: [image] })).toBe(false);
    expect(await world.said(job.id)).toHaveLength(1);
    const failed = await to('failed');
    expect(await world.said(failed.id)).toMatchObject([{ kind: 'failure' }]);
  });

  it('puts an expired claim into doubt only if its request may have left', async () => {
    await world.asked(withPicture);
    const unsent = await world.transitions.claim(key, lease);
    expect(unsent?.sentAt).toBeNull();
    world.pass(44);
    await world.transitions.expire();
    expect((await world.row(unsent?.id ?? 0)).state).toBe('submitting');
    world.pass(2);
    await world.transitions.expire();
    expect((await world.row(unsent?.id ?? 0)).state).toBe('queued');
    await world.db.run(sql`delete from jobs`);
    const sent = await to('submitting');
    world.pass(46);
    await world.transitions.expire();
    expect((await world.row(sent.id)).state).toBe('unknown');
  });

  it('saves a late id, but no second one, and none for an ended job', async () => {
    const doubtful = await to('unknown');
    expect(await world.transitions.accepted(doubtful.id, 'remote-1')).toBe(true);
    expect(await world.transitions.accepted(doubtful.id, 'remote-2')).toBe(false);
    expect(await world.row(doubtful.id)).toMatchObject({ state: 'running', remoteId: 'remote-1', unknownAt: null });
    const over = await to('failed');
    expect(await world.transitions.accepted(over.id, 'remote-3')).toBe(false);
    expect(await world.row(over.id)).toMatchObject({ state: 'failed', remoteId: null });
  });

  it('saves ids of one moment, with the given time or its own', async () => {
    const [first, second, third] = [await world.asked(), await world.asked(), await world.asked()];
    const at = new Date(world.clock.now() - 9_000);
    const { accepted } = world.transitions;
    const saved = [
      accepted(first.id, 'remote-1'),
      accepted(second.id, 'remote-2', at),
      accepted(third.id, 'remote-3'),
      // A late answer and reconciling bring an id each. The first is saved.
      accepted(third.id, 'remote-4'),
      accepted(999, 'remote-5'),
    ];
    expect(await Promise.all(saved)).toEqual([true, true, true, false, false]);
    expect((await world.rows()).map(({ remoteId, submittedAt }) => [remoteId, submittedAt?.getTime()])).toEqual([
      ['remote-1', world.clock.now()],
      ['remote-2', at.getTime()],
      ['remote-3', world.clock.now()],
    ]);
  });

  it('saves the other ids of a batch when one belongs to another job', async () => {
    const jobs = [await world.asked(), await world.asked(), await world.asked(), await world.asked()];
    const ids = ['remote-0', 'remote-1', 'remote-1', 'remote-2'];
    const saved = await Promise.allSettled(
      jobs.map(({ id }, index) => world.transitions.accepted(id, ids[index] ?? '')),
    );
    expect(saved.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    const states = (await world.rows()).map(({ state, remoteId }) => [state, remoteId]);
    expect(states).toEqual([
      ['running', 'remote-0'],
      ['running', 'remote-1'],
      ['queued', null],
      ['running', 'remote-2'],
    ]);
  });

  it('does not take absence as proof for a tainted job', async () => {
    const job = await to('unknown');
    await world.transitions.taintOthers({ ...job, id: -1 });
    await world.transitions.absent(job);
    expect((await world.row(job.id)).state).toBe('unknown');
  });
});

describe('a withdrawn job', () => {
  it.each(['submitting', 'unknown', 'running', 'preparing'])('goes on from %s without being posted', async (state) => {
    const job = await to(state);
    expect(await world.store.cancel(job.id)).toBe('withdrawn');
    expect(await world.store.cancel(job.id)).toBeUndefined();
    const [notice] = await world.said(job.id);
    expect(notice).toMatchObject({ kind: 'failure', state: 'pending' });
    const withdrawn = await world.row(job.id);
    if (state === 'submitting') await world.transitions.requeue(withdrawn, 0);
    if (state === 'unknown') await world.transitions.absent(withdrawn);
    if (state === 'running') await world.transitions.finished(job.id, { outputs: [image] });
    if (state === 'preparing') await world.transitions.prepared(job.id, [{ ...clip, file: 'x' }]);
    expect(await world.row(job.id)).toMatchObject({ state: 'closed', closedAt: expect.any(Date) });
    expect(await world.said(job.id)).toHaveLength(1);
  });

  it.each(['ready', 'failed', 'cancelled', 'closed'])('cannot be cancelled once it is %s', async (state) => {
    expect(await world.store.cancel((await to(state)).id)).toBeUndefined();
  });
});

describe('a claim', () => {
  it('sets sentAt only for a job without references that is no training', async () => {
    const plain = await world.asked();
    expect(await world.transitions.claim(key, lease)).toMatchObject({ id: plain.id, sentAt: expect.any(Date) });
    await world.transitions.accepted(plain.id, 'remote-1');
    const other = await world.asked(withPicture);
    expect(await world.transitions.claim(key, lease)).toMatchObject({ id: other.id, sentAt: null });
    await world.transitions.accepted(other.id, 'remote-2');
    const training = await world.asked({ ...imagine(), operation: 'train' });
    expect(await world.transitions.claim(key, lease)).toBeUndefined();
    expect(await world.transitions.claim(key, lease, true)).toMatchObject({ id: training.id, sentAt: null });
  });

  it('sets sentAt anew at every try', async () => {
    await world.asked();
    const first = await world.transitions.claim(key, lease);
    if (first) await world.transitions.requeue(first, 0);
    world.pass(10);
    const second = await world.transitions.claim(key, lease);
    expect(second?.sentAt?.getTime()).toBe((first?.sentAt?.getTime() ?? 0) + 10_000);
  });

  it('tells whether other due jobs of its kind and key wait in any lane', async () => {
    const claimed = async () => {
      const job = await world.transitions.claim(key, lease);
      if (job) await world.transitions.accepted(job.id, `remote-${job.id}`);
      return job?.hasMore;
    };
    for (let count = 0; count < 3; count += 1) await world.asked();
    expect([await claimed(), await claimed(), await claimed(), await claimed()]).toEqual([
      true,
      true,
      false,
      undefined,
    ]);
    await world.asked();
    const [later, foreign] = [await world.asked(), await world.asked()];
    await world.asked({ ...imagine(), operation: 'train' });
    await world.db.run(
      sql`update jobs set next_at = next_at + interval '1 minute' where id = ${later.id} returning id`,
    );
    await world.db.run(sql`update jobs set key = 'another' where id = ${foreign.id} returning id`);
    expect(await claimed()).toBe(false);
  });

  it('claims nothing during a pause', async () => {
    const { apiKeyStore } = world.bot;
    await apiKeyStore.state();
    await apiKeyStore.pause(5_000);
    const { id } = await world.asked();
    expect(await world.transitions.claim(key, lease)).toBeUndefined();
    world.pass(6);
    expect((await world.transitions.claim(key, lease))?.id).toBe(id);
  });

  it('gives each lane to one of many replicas that claim together', async () => {
    for (const lane of ['a', 'b', 'c']) {
      for (let count = 0; count < 4; count += 1) {
        const { id } = await world.asked();
        await world.db.orm.update(jobRows).set({ lane }).where(sql`id = ${id}`);
      }
    }
    for (let round = 0; round < 4; round += 1) {
      const rounds = Array.from({ length: 12 }, () => world.transitions.claim(key, lease));
      const claimed = (await Promise.all(rounds)).flatMap((job) => job ?? []);
      expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
      expect(new Set(claimed.map(({ lane }) => lane)).size).toBe(claimed.length);
      expect(claimed.length).toBeGreaterThan(0);
      for (const job of claimed) await world.transitions.accepted(job.id, `remote-${job.id}`);
    }
  });

  it('takes the oldest due job of its key', async () => {
    const first = await world.asked();
    const second = await world.asked();
    await world.db.orm
      .update(jobRows)
      .set({ nextAt: sql`${world.db.now} + interval '5 seconds'` })
      .where(sql`id = ${first.id}`);
    expect(await world.transitions.claim('another key', lease)).toBeUndefined();
    const claimed = await world.transitions.claim(key, lease);
    expect(claimed?.id).toBe(second.id);
    expect(await world.transitions.claim(key, lease)).toBeUndefined();
    if (claimed) await world.transitions.requeue(claimed, 10_000);
    world.pass(6);
    expect((await world.transitions.claim(key, lease))?.id).toBe(first.id);
  });

  it('takes its partition at once, and other jobs after a second', async () => {
    const even = { of: 2, mine: 0 };
    const odd = { of: 2, mine: 1 };
    const [first, second] = [await world.asked(), await world.asked()];
    const [forEven, forOdd] = first.id % 2 === 0 ? [first, second] : [second, first];
    await world.db.run(sql`update jobs set lane = 'another' where id = ${forOdd.id} returning id`);
    const { claim, isClaimable } = world.transitions;
    expect((await claim(key, lease, false, even))?.id).toBe(forEven.id);
    expect([await isClaimable(key, even), await isClaimable(key, odd)]).toEqual([false, true]);
    expect(await claim(key, lease, false, even)).toBeUndefined();
    world.pass(1);
    expect(await isClaimable(key, even)).toBe(true);
    expect((await claim(key, lease, false, even))?.id).toBe(forOdd.id);
  });

  it('takes the oldest of the free lanes, however many wait in others', async () => {
    const jobs: Job[] = [];
    for (let count = 0; count < 12; count += 1) {
      jobs.push(await world.asked());
      world.pass(1);
    }
    const lanes = ['c', 'a', 'c', 'b', 'a', 'c'];
    for (const [index, { id }] of jobs.entries()) {
      await world.db.run(
        sql`update jobs set lane = ${lanes[index % lanes.length] ?? ''} where id = ${id} returning id`,
      );
    }
    const { claim, isClaimable } = world.transitions;
    const order: number[] = [];
    for (let claimed = await claim(key, lease); claimed; claimed = await claim(key, lease)) {
      order.push(jobs.findIndex(({ id }) => id === claimed?.id));
      expect(claimed.hasMore).toBe(true);
    }
    expect(order).toEqual([0, 1, 3]);
    expect(await isClaimable(key)).toBe(false);
    await world.transitions.accepted(jobs[1]?.id ?? 0, 'remote-1');
    expect(await isClaimable(key)).toBe(true);
    expect((await claim(key, lease))?.id).toBe(jobs[4]?.id);
  });

  it('is announced by isClaimable, except in a pause or for a training', async () => {
    const { isClaimable } = world.transitions;
    expect(await isClaimable(key)).toBe(false);
    await world.asked({ ...imagine(), operation: 'train' });
    expect(await isClaimable(key)).toBe(false);
    const { id } = await world.asked();
    expect([await isClaimable(key), await isClaimable('another key')]).toEqual([true, false]);
    const { apiKeyStore } = world.bot;
    await apiKeyStore.state();
    await apiKeyStore.pause(5_000);
    expect(await isClaimable(key)).toBe(false);
    world.pass(6);
    expect(await isClaimable(key)).toBe(true);
    const job = await world.transitions.claim(key, lease);
    if (job) await world.transitions.requeue(job, 10_000);
    expect(await isClaimable(key)).toBe(false);
    world.pass(11);
    expect((await world.transitions.claim(key, lease))?.id).toBe(id);
  });

  it('takes no job of a lane with a job in doubt', async () => {
    await to('unknown');
    await world.asked();
    expect(await world.transitions.claim(key, lease)).toBeUndefined();
  });
});

describe('one event', () => {
  it('makes one job, however often it arrives', async () => {
    const from = origin();
    const start = () => world.bot.jobs.start(imagine(), { origin: from, call: { command: 'imagine', options: {} } });
    const messages = await Promise.all([start(), start(), start()]);
    expect(new Set(messages.map(({ job }) => job)).size).toBe(1);
    expect(await world.rows()).toHaveLength(1);
  });

  it('is not refused when it is repeated by a person at the limit', async () => {
    const small = await openWorld({ database, maxOpen: 1 });
    const from = origin();
    const start = (where = from) =>
      small.bot.jobs.start(imagine(), { origin: where, call: { command: 'imagine', options: {} } });
    const { job } = await start();
    expect(await start()).toMatchObject({ job });
    await expect(start(origin())).rejects.toThrow('You already have 1 jobs on the way.');
  });
});

describe('a row that contradicts itself', () => {
  const broken: [string, string, string][] = [
    ['runs without an id at PhotoGPT', 'queued', `state = 'running'`],
    ['is closed at no time', 'ready', `state = 'closed'`],
    ['is ready without an outcome', 'queued', `state = 'ready'`],
    ['is being sent by nobody', 'queued', `state = 'submitting'`],
    ['is in doubt since never', 'queued', `state = 'unknown'`],
    ['failed for no reason', 'failed', 'failure = null'],
    ['is in a state of its own', 'queued', `state = 'lost'`],
  ];
  it.each(broken)('cannot exist when it %s', async (_name, state, set) => {
    const job = await to(state);
    await expect(
      world.db.run(sql`update jobs set ${sql.raw(set)} where id = ${job.id} returning id`),
    ).rejects.toThrow();
  });

  it('cannot share its id at PhotoGPT with another', async () => {
    await to('running');
    const other = await to('queued');
    await expect(world.transitions.accepted(other.id, 'remote-1')).rejects.toThrow();
  });

  it('cannot be a second delivery to a channel, or one without a lease', async () => {
    const job = await to('ready');
    const [claimed] = await world.deliveries.claim(lease, 1);
    const { id: _, ...copy } = claimed ?? (await world.said(job.id))[0] ?? { id: 0, job: 0, kind: 'ping', channel: '' };
    await expect(world.db.orm.insert(deliveryRows).values({ ...copy, kind: 'ping' })).rejects.toThrow();
    await expect(world.db.run(sql`update deliveries set lease_until = null returning id`)).rejects.toThrow();
  });
});

describe('the counts of jobs', () => {
  it('have the number in each state and the age of the oldest', async () => {
    await to('queued');
    world.pass(30);
    await to('queued');
    const ages = await createWatchdogStore(world.db).ages();
    expect(ages.map(({ state, count, oldest }) => ({ state, count, oldest }))).toEqual([
      { state: 'queued', count: 2, oldest: 30 },
    ]);
    expect(await world.acceptance.ahead(await world.row(2))).toBe(1);
  });
});
