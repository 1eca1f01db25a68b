import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/connect.ts';
import { createBell } from '../../src/jobs/bell-store.ts';
import { logTo } from '../../src/log.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { useDatabase } from './movable-database.ts';
import { soon } from './world.ts';

const database = useDatabase();
const silent = logTo({ write: () => {} });

/** Two replicas on a database whose bell the test holds in its hands. */
function open() {
  const clock = createMovedClock();
  const ears: { heard(said: string): void; deaf: boolean }[] = [];
  const said: string[] = [];
  const db: Database = {
    ...database(clock),
    run: async (query) => {
      const [, words] = query.queryChunks.filter((chunk) => typeof chunk === 'string');
      said.push(String(words));
      for (const { heard, deaf } of ears) if (!deaf) heard(String(words));
      return [];
    },
    hear: async (_channel, heard) => {
      const ear = { heard, deaf: false };
      ears.push(ear);
      return async () => void ears.splice(ears.indexOf(ear), 1);
    },
  };
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const heard: string[][] = [[], []];
  const bells = ['one', 'two'].map((replica) => createBell({ db, replica, clock, log: silent }));
  const listening = bells.map((bell, index) => bell?.listen((name) => heard[index]?.push(name), stopping.signal));
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all(listening);
  }
  return { clock, ears, said, heard, bells, stop };
}

describe('the bell between replicas', () => {
  it('wakes the others once for all that was rung within a moment, and not oneself', async () => {
    const { clock, ears, said, heard, bells, stop } = open();
    await expect.poll(() => ears.length, soon).toBe(2);
    for (let rings = 0; rings < 50; rings += 1) bells[0]?.ring(rings % 2 ? 'deliver' : 'submit');
    await expect.poll(clock.sleepers, soon).toBe(3);
    const before = said.length;
    clock.pass(0.05);
    await expect.poll(() => heard[1], soon).toEqual(['submit', 'deliver']);
    expect(heard[0]).toEqual([]);
    expect(said.length).toBe(before + 1);
    await stop();
    expect(ears).toHaveLength(0);
  });

  it('listens anew when it does not hear itself any more', async () => {
    const { clock, ears, heard, bells, stop } = open();
    await expect.poll(() => ears.length, soon).toBe(2);
    const [first] = ears;
    if (first) first.deaf = true;
    for (let beats = 0; beats < 5; beats += 1) {
      await expect.poll(clock.sleepers, soon).toBe(2);
      clock.pass(5);
    }
    await expect.poll(() => ears.includes(first as never), soon).toBe(false);
    await expect.poll(() => ears.length, soon).toBe(2);
    bells[1]?.ring('submit');
    await expect.poll(clock.sleepers, soon).toBe(3);
    clock.pass(0.05);
    await expect.poll(() => heard[0], soon).toEqual(['submit']);
    await stop();
  });

  it('is not there where there is one process only', () => {
    const { hear: _none, ...alone } = database(createMovedClock());
    expect(createBell({ db: alone, replica: 'one', clock: createMovedClock(), log: silent })).toBeUndefined();
  });

  it('rings through a real server', async (test) => {
    const clock = createMovedClock();
    const db = database(clock);
    test.skip(db.engine !== 'postgres', 'an embedded database serves one process');
    const stopping = new AbortController();
    const heard: string[] = [];
    const [one, two] = ['one', 'two'].map((replica) => createBell({ db, replica, clock, log: silent }));
    const listening = one?.listen((name) => heard.push(name), stopping.signal);
    await expect.poll(clock.sleepers, soon).toBe(1);
    two?.ring('deliver');
    clock.pass(0.05);
    await expect.poll(() => heard, soon).toEqual(['deliver']);
    stopping.abort();
    await listening;
  });
});
