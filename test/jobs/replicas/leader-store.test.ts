import { describe, expect, it } from 'vitest';
import { createLeader } from '../../../src/jobs/replicas/leader-store.ts';
import { leaderLeaseMs } from '../../../src/jobs/timings.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';

const database = useDatabase();

describe('the leader', () => {
  it('is one of several replicas until its lease ends', async () => {
    const clock = createMovedClock();
    const db = database(clock);
    const replicas = ['one', 'two', 'three'].map((owner) => createLeader(db, 'sweep', owner));
    const led = () => Promise.all(replicas.map(({ lead }) => lead()));
    // Any of them may be first.
    const first = await led();
    expect(first.filter(Boolean)).toHaveLength(1);
    clock.pass(leaderLeaseMs / 1000 - 1);
    expect(await led()).toEqual(first);
    clock.pass(leaderLeaseMs / 1000 + 1);
    const next = replicas[first.indexOf(false)];
    expect(await next?.lead()).toBe(true);
    expect(await led()).toEqual(replicas.map((each) => each === next));
  });

  it('is replaced at once when it resigns, and cannot resign for another', async () => {
    const clock = createMovedClock();
    const [one, two] = ['one', 'two'].map((owner) => createLeader(database(clock), 'sweep', owner));
    await one?.lead();
    await two?.resign();
    expect(await two?.lead()).toBe(false);
    await one?.resign();
    clock.pass(0.001);
    expect(await two?.lead()).toBe(true);
  });
});
