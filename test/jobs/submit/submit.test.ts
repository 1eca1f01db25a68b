import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../../src/errors/catalogue.ts';
import type { Transitions } from '../../../src/jobs/state/transitions-store.ts';
import { maxClaimAgeMs, submitLeaseMs } from '../../../src/jobs/timings.ts';
import { fakeApi, ok } from '../../photogpt/fake-api.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, origin, secret, signal, soon, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const answer = (status: number, message: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ status: 'NOK', message, err: '', result: null }),
});

/** Sends one job while the sandbox has this fault. Returns its row. */
async function sent(fault?: Parameters<World['sandbox']['faults']['add']>[0]['fault'], prompt?: string) {
  if (fault) world.sandbox.faults.add({ match: { operation: 'generateImage' }, fault, times: 1 });
  const { id } = await world.asked(imagine(prompt));
  await world.bot.submit();
  return world.row(id);
}

/** Returns transitions whose database fails `times` when it saves an id, before or after that took effect. */
function failing(times: number, when: 'before' | 'after'): Transitions {
  let left = times;
  return {
    ...world.transitions,
    async accepted(...given) {
      if (left === 0) return world.transitions.accepted(...given);
      left -= 1;
      if (when === 'after') await world.transitions.accepted(...given);
      throw new Error('the connection to the database was lost');
    },
  };
}

describe('a job that is sent', () => {
  it('is paid for once and runs under the id that PhotoGPT gave', async () => {
    const job = await sent();
    expect(job).toMatchObject({ state: 'running', attempts: 1, leaseUntil: null, submittedAt: expect.any(Date) });
    expect(world.paid()).toMatchObject([{ jobId: job.remoteId, prompt: 'a lighthouse at dusk' }]);
    expect(await world.bot.submit()).toBe(false);
  });

  it('leaves the key in no row and no log line, even when PhotoGPT echoes it', async () => {
    await sent({ answer: answer(400, `no such key ${secret}`) });
    await sent({ answer: answer(500, secret), effect: true });
    const dump = await world.db.run(
      sql`select (select json_agg(j) from jobs j)::text as jobs, (select json_agg(k) from keys k)::text as keys`,
    );
    expect(JSON.stringify(dump) + world.lines.join('')).not.toContain(secret);
    expect(JSON.stringify(dump)).toContain('a lighthouse at dusk');
  });
});

describe('a refusal', () => {
  const refusals: [string, number, string, string][] = [
    ['the prompt', 400, 'The prompt was rejected', explain('refused', { reason: 'The prompt was rejected' })],
    ['for safety', 400, 'Blocked by the safety policy', explain('refused', { reason: 'Blocked by the safety policy' })],
    ['an unreadable body', 422, 'count must be a number', explain('refused', { reason: 'count must be a number' })],
    ['the empty account', 402, 'insufficient credits', explain('outOfCredits', undefined)],
    ['the key', 401, 'unauthorised', explain('keyRefused', undefined)],
    ['at the edge', 403, 'forbidden', explain('keyRefused', undefined)],
  ];
  it.each(refusals)('of %s ends the job with its own sentence', async (_what, status, message, sentence) => {
    const job = await sent({ answer: answer(status, message) });
    expect(job).toMatchObject({ state: 'failed', outcome: 'failed' });
    await world.bot.deliver();
    expect(world.chat.delivered()[0]?.message).toMatchObject({ text: sentence, tone: 'bad' });
    expect((await world.row(job.id)).state).toBe('closed');
    expect(world.paid()).toEqual([]);
  });

  it('in a 2xx is a refusal too', async () => {
    const body = JSON.stringify({ status: 'NOK', message: 'the model is gone', err: '', result: null });
    const job = await sent({ answer: { status: 200, headers: { 'content-type': 'application/json' }, body } });
    expect(job.failure).toEqual({ code: 'refused', details: { reason: 'the model is gone' } });
  });

  it('of a missing reference fails the job before anything is paid', async () => {
    const { id } = await world.asked({ ...imagine(), refs: [{ media: 'a'.repeat(22), role: 'reference' }] });
    await world.bot.submit();
    expect(await world.row(id)).toMatchObject({ state: 'failed', failure: { code: 'pictureGone' }, sentAt: null });
    expect(world.calls('generateImage')).toBe(0);
  });
});

describe('a PhotoGPT that is busy', () => {
  it('gets no call until its pause is over, and gets the job then', async () => {
    const job = await sent({ answer: answer(429, 'slow down', { 'retry-after': '40' }) });
    expect(job).toMatchObject({ state: 'queued', attempts: 1 });
    await world.asked();
    world.pass(39);
    expect(await world.bot.submit()).toBe(false);
    await world.bot.poll.step(signal);
    expect(world.calls('generateImage')).toBe(1);
    world.pass(2);
    expect(await world.bot.submit()).toBe(true);
    expect(world.paid()).toHaveLength(1);
  });

  it('gets the job again after growing waits when it names none', async () => {
    world.sandbox.faults.add({
      match: { operation: 'generateImage' },
      fault: { answer: answer(429, 'slow down') },
      times: 4,
    });
    const { id } = await world.asked();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(await world.bot.submit()).toBe(true);
      waits.push((await world.row(id)).nextAt.getTime() - world.clock.now());
      world.pass(60);
    }
    expect(waits).toEqual([312, 625, 1250, 2500]);
    await world.bot.submit();
    expect((await world.row(id)).state).toBe('running');
  });

  it('gets a job whose upload the pause met when the pause is over', async () => {
    const link = { media: '', role: 'reference' as const, url: 'https://pictures.example/picture.jpg' };
    const { id } = await world.asked({ ...imagine(), refs: [link] });
    const slow = world.replica({
      arrows: {
        ...world.transitions,
        async referenced(...given) {
          await world.bot.apiKeyStore.pause(30_000);
          return world.transitions.referenced(...given);
        },
      },
    });
    expect(await slow.submit()).toBe(true);
    expect(await world.row(id)).toMatchObject({ state: 'queued', sentAt: null });
    expect(world.calls('generateImage')).toBe(0);
    world.pass(31);
    await world.bot.submit();
    expect((await world.row(id)).state).toBe('running');
    expect(world.paid()).toHaveLength(1);
  });

  it('at a conflict keeps the job waiting', async () => {
    expect(await sent({ answer: answer(409, 'another operation is under way') })).toMatchObject({ state: 'queued' });
  });
});

describe('a request that cannot have arrived', () => {
  it('is sent later', async () => {
    const fake = await fakeApi(ok({}));
    await fake.close();
    const silent = await openWorld({ database, url: fake.url });
    const { id } = await silent.asked();
    await silent.bot.submit();
    expect(await silent.row(id)).toMatchObject({ state: 'queued', unknownAt: null });
  });
});

describe('an answer that is lost', () => {
  const losses: [string, Parameters<typeof sent>[0], number][] = [
    ['after the job was started', { answer: 'drop', effect: true }, 1],
    ['with the request', { answer: 'drop' }, 0],
    ['behind a 500, though the job was started', { answer: answer(500, 'oops'), effect: true }, 1],
    ['behind a 500', { answer: answer(500, 'oops') }, 0],
    ['in a page that nobody can read', { answer: { status: 200, headers: {}, body: '<html>' }, effect: true }, 1],
  ];
  it.each(losses)('%s leaves the job in doubt, and nothing is sent again', async (_how, fault, jobs) => {
    const job = await sent(fault);
    expect(job).toMatchObject({ state: 'unknown', unknownAt: expect.any(Date), remoteId: null });
    await world.asked();
    for (let look = 0; look < 5; look += 1) expect(await world.bot.submit()).toBe(false);
    expect(world.calls('generateImage')).toBe(1);
    expect(world.paid()).toHaveLength(jobs);
  });
});

describe('a database that fails once PhotoGPT has the job', () => {
  it('saves the id once it answers again', async () => {
    const { id } = await world.asked();
    await world.replica({ arrows: failing(3, 'before') }).submit();
    expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
  });

  it('gets no orphan when only its answer was lost', async () => {
    const { id } = await world.asked();
    await world.replica({ arrows: failing(1, 'after') }).submit();
    expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
    expect(await world.orphans()).toEqual([]);
  });

  it('leaves a job in doubt when it stays away, and the list has its id', async () => {
    const { id } = await world.asked();
    await world.replica({ arrows: failing(8, 'before') }).submit();
    expect((await world.row(id)).state).toBe('unknown');
    await world.bot.reconcile(signal);
    expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
  });
});

describe('an answer that comes late', () => {
  /** Sends a job whose answer comes after fifty seconds. */
  async function sendSlowly() {
    world.sandbox.faults.add({ match: { operation: 'generateImage' }, fault: { latency: 50_000 }, times: 1 });
    const { id } = await world.asked(imagine(), origin());
    const sending = world.bot.submit();
    await expect.poll(() => world.calls('generateImage'), soon).toBe(1);
    return { id, sending };
  }

  it('is saved by a job that is in doubt by then', async () => {
    const { id, sending } = await sendSlowly();
    world.pass(46);
    await world.transitions.expire();
    expect((await world.row(id)).state).toBe('unknown');
    world.pass(5);
    await sending;
    expect(await world.row(id)).toMatchObject({ state: 'running', remoteId: world.paid()[0]?.jobId });
  });

  it('becomes an orphan when the job has ended', async () => {
    const { id, sending } = await sendSlowly();
    world.pass(46);
    await world.transitions.expire();
    await world.transitions.fail(id, { code: 'ambiguous', details: undefined }, 'unknown');
    world.pass(5);
    await sending;
    expect(await world.orphans()).toMatchObject([{ remoteId: world.paid()[0]?.jobId, verdict: 'late' }]);
    expect((await world.row(id)).state).toBe('failed');
  });
});

describe('several lanes', () => {
  let wide: World;
  beforeEach(async () => {
    wide = await openWorld({ database, lanes: 3 });
  });

  /** Accepts three jobs, each in a lane of its own. */
  async function oneInEach() {
    const jobs = new Map<string, number>();
    while (jobs.size < 3) {
      const job = await wide.asked();
      if (jobs.has(job.lane)) await wide.store.remove(job.id);
      else jobs.set(job.lane, job.id);
    }
    return [...jobs.values()];
  }

  /** Takes steps. Returns what they found, and the callbacks that were called, also later on. */
  async function takeSteps(steps: number) {
    const called: string[] = [];
    const callbacks = { onLaneFree: () => void called.push('onLaneFree'), onEnded: () => void called.push('onEnded') };
    const found: unknown[] = [];
    for (let step = 0; step < steps; step += 1) found.push(await wide.bot.submitStep(signal, callbacks));
    return { found, called };
  }

  const hold = (times: number) =>
    wide.sandbox.faults.add({ match: { operation: 'generateImage' }, fault: { latency: 20_000 }, times });
  const states = async () => (await wide.rows()).map(({ state }) => state).sort();

  it('go on while PhotoGPT takes its time with one of them', async () => {
    await oneInEach();
    hold(1);
    const { found } = await takeSteps(1);
    expect(found).toEqual([{ hasBegun: true, hasMore: false }]);
    await expect.poll(states, soon).toEqual(['running', 'running', 'submitting']);
    wide.pass(21);
    await wide.bot.submitted();
    expect(await states()).toEqual(['running', 'running', 'running']);
    expect(wide.paid()).toHaveLength(3);
  });

  it('have one request each, and call for a step when a lane is free', async () => {
    await oneInEach();
    const waiting = await wide.asked();
    hold(3);
    const { found, called } = await takeSteps(4);
    expect(found.at(-1)).toEqual({ hasBegun: false, hasMore: false });
    await expect.poll(() => wide.calls('generateImage'), soon).toBe(3);
    expect((await wide.row(waiting.id)).state).toBe('queued');
    // Another process finds every lane taken.
    expect(await wide.replica().submit()).toBe(false);
    expect(called).toEqual([]);
    wide.pass(21);
    await wide.bot.submitted();
    expect(called).toEqual(['onLaneFree', 'onLaneFree', 'onLaneFree']);
    expect(await wide.bot.submit()).toBe(true);
    expect(wide.paid()).toHaveLength(4);
  });

  it('call nothing when no job waits, and tell when a job was refused', async () => {
    await wide.asked();
    const quiet = await takeSteps(1);
    await wide.bot.submitted();
    expect(quiet.called).toEqual([]);
    await wide.asked();
    wide.sandbox.faults.add({ match: { operation: 'generateImage' }, fault: { answer: answer(400, 'no') }, times: 1 });
    const { called } = await takeSteps(1);
    await wide.bot.submitted();
    expect(called).toEqual(['onEnded']);
  });
});

describe('a key with an API rate', () => {
  /** Returns a replica whose call comes when the test says so, and counts of the calls. */
  function limited(more: Parameters<World['replica']>[0] = {}) {
    const counts = { begun: 0, left: 0 };
    let grant = () => {};
    const bot = world.replica({
      ...more,
      apiRate: {
        isLimited: true,
        begin: () => {
          counts.begun += 1;
          return new Promise<void>((resolve) => {
            grant = resolve;
          });
        },
        leave: async () => {
          counts.left += 1;
        },
      },
    });
    const step = () => bot.submitStep(signal, { onLaneFree: () => {}, onEnded: () => {} });
    return { bot, step, counts, grant: () => grant() };
  }

  it('leaves a job in the queue until its request may leave', async () => {
    const { bot, step, counts, grant } = limited();
    const { id } = await world.asked();
    for (let second = 0; second < 60; second += 1) {
      expect(await step()).toEqual({ hasBegun: false, hasMore: true });
      world.pass(1);
    }
    expect(await world.row(id)).toMatchObject({ state: 'queued', attempts: 0 });
    grant();
    expect(await step()).toMatchObject({ hasBegun: true });
    await bot.submitted();
    expect((await world.row(id)).state).toBe('running');
    expect(world.paid()).toHaveLength(1);
    expect(counts).toEqual({ begun: 1, left: 0 });
  });

  it('spends no call without a job, and gets back one whose job was taken', async () => {
    const { step, counts, grant } = limited();
    for (let look = 0; look < 3; look += 1) expect(await step()).toEqual({ hasBegun: false, hasMore: false });
    expect(counts.begun).toBe(0);
    await world.asked();
    await step();
    await world.bot.submit();
    grant();
    expect(await step()).toEqual({ hasBegun: false, hasMore: false });
    expect(counts).toEqual({ begun: 1, left: 1 });
    expect(world.paid()).toHaveLength(1);
  });

  it('gives its call to the replica whose partition has the job', async () => {
    const { id } = await world.asked();
    const [mine, others] = [
      limited({ partition: () => ({ of: 2, mine: id % 2 }) }),
      limited({ partition: () => ({ of: 2, mine: 1 - (id % 2) }) }),
    ];
    expect(await others.step()).toEqual({ hasBegun: false, hasMore: false });
    expect(await mine.step()).toEqual({ hasBegun: false, hasMore: true });
    expect([mine.counts.begun, others.counts.begun]).toEqual([1, 0]);
  });
});

describe('a process that stands still after its claim', () => {
  it('does not send, because its claim may be over', async () => {
    const { id } = await world.asked();
    const stopped: Transitions = {
      ...world.transitions,
      async claimSome(...given) {
        const claimed = await world.transitions.claimSome(...given);
        world.pass(maxClaimAgeMs / 1000 + 1);
        return claimed;
      },
    };
    await world.replica({ arrows: stopped }).submit();
    expect(world.calls('generateImage')).toBe(0);
    expect((await world.row(id)).state).toBe('queued');
    await world.bot.submit();
    expect(world.paid()).toHaveLength(1);
  });

  it('leaves a job in doubt that is sent again if PhotoGPT lacks it', async () => {
    const { id } = await world.asked();
    await world.transitions.claim(key, submitLeaseMs);
    world.pass(submitLeaseMs / 1000 + 1);
    await world.transitions.expire();
    expect((await world.row(id)).state).toBe('unknown');
    for (let passed = 0; passed < 90; passed += 5) {
      await world.bot.reconcile(signal);
      world.pass(5);
    }
    await world.bot.submit();
    expect(await world.row(id)).toMatchObject({ state: 'running', attempts: 2 });
    expect(world.paid()).toHaveLength(1);
  });
});
