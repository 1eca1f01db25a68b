import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/concurrency/clock.ts';
import { deliveries, jobs, leases } from '../../src/db/schema/schema.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { soon } from '../jobs/world.ts';
import { openLivingBot } from './living-bot.ts';

const database = useDatabase();
const realTime: Pick<Clock, 'now'> = { now: () => Date.now() };

describe('a bot that gets a stop signal', () => {
  it('waits for a paid call under way, and then resigns as leader', async () => {
    const life = await openLivingBot(database);
    life.sandbox.faults.add({ match: { operation: 'generateImage' }, fault: { latency: 4_000 }, times: 1 });
    await life.call('imagine', { prompt: 'a cat' });
    await life.call('imagine', { prompt: 'a dog' });
    await expect.poll(() => life.sandbox.ledger.requests().generateImage?.calls, soon).toBe(1);
    const stopped = life.stop();
    // The answer to the paid call comes four seconds later.
    life.clock.pass(4);
    await stopped;
    const { orm } = database(realTime);
    expect((await orm.select().from(jobs).orderBy(jobs.id)).map(({ state }) => state)).toEqual(['running', 'queued']);
    expect(life.sandbox.ledger.jobs()).toHaveLength(1);
    const [lease] = await orm.select().from(leases);
    expect(lease?.until.getTime()).toBeLessThanOrEqual(life.clock.now());
  });

  it('leaves a call in doubt after ten seconds', async () => {
    const life = await openLivingBot(database);
    life.sandbox.faults.add({
      match: { operation: 'generateImage' },
      fault: { answer: 'hang', effect: true },
      times: 1,
    });
    await life.call('imagine', { prompt: 'a cat' });
    await expect.poll(() => life.sandbox.ledger.jobs(), soon).toHaveLength(1);
    const stopped = life.stop();
    await expect.poll(life.clock.sleepers, soon).toBeGreaterThan(0);
    life.clock.pass(9);
    expect((await database(realTime).orm.select().from(jobs))[0]?.state).toBe('submitting');
    life.clock.pass(1.1);
    await stopped;
    expect((await database(realTime).orm.select().from(jobs))[0]?.state).toBe('unknown');
  });

  it('puts back a delivery that it was about to post', async () => {
    const life = await openLivingBot(database);
    const shown = await life.call('imagine', { prompt: 'a cat' });
    life.chat.meets('hangs');
    const { orm } = database(realTime);
    const sending = () => orm.select().from(deliveries).where(eq(deliveries.state, 'sending'));
    for (let waited = 0; waited < 120 && life.chat.underWay() === 0; waited += 1) {
      life.clock.pass(0.5);
      await expect.poll(() => life.asleep() || life.chat.underWay() > 0, soon).toBe(true);
    }
    await expect.poll(life.chat.underWay, soon).toBe(1);
    expect(await sending()).toHaveLength(1);
    const stopped = life.stop();
    await expect.poll(life.clock.sleepers, soon).toBeGreaterThan(0);
    life.clock.pass(10.1);
    await stopped;
    expect(await sending()).toEqual([]);
    expect(shown.message.tone).toBe('working');
  });
});
