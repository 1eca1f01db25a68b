import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nextEventLoopTurn } from '../../../src/concurrency/clock.ts';
import type { Database } from '../../../src/db/connect.ts';
import { createNotifier } from '../../../src/jobs/replicas/notifier-store.ts';
import { logTo } from '../../../src/log.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';
import { useDatabase } from '../movable-database.ts';
import { soon } from '../world.ts';

const database = useDatabase();
const silent = logTo({ write: () => {} });
const both = ['submit:key', 'deliver:discord,slack'];

/** Replicas on a database whose bell the test holds in its hands; each does the work that is given for it. */
function open(works: readonly (readonly string[])[] = [both, both]) {
  const clock = createMovedClock();
  const ears: { heard(said: string): void; deaf: boolean }[] = [];
  const said: string[] = [];
  /** What a process says, of whatever version. */
  function tell(words: string): void {
    said.push(words);
    for (const { heard, deaf } of ears) if (!deaf) heard(words);
  }
  const db: Database = {
    ...database(clock),
    run: async (query) => {
      const [, words] = query.queryChunks.filter((chunk) => typeof chunk === 'string');
      tell(String(words));
      return [];
    },
    listen: async (_channel, heard) => {
      const ear = { heard, deaf: false };
      ears.push(ear);
      return async () => void ears.splice(ears.indexOf(ear), 1);
    },
  };
  const replicas = works.map((work, index) => {
    const notifier = createNotifier({ db, replica: `replica-${index + 1}`, clock, log: silent });
    if (!notifier) throw new Error('there is no bell');
    const heard: string[] = [];
    const stopping = new AbortController();
    setMaxListeners(0, stopping.signal);
    let listening = Promise.resolve();
    return {
      heard,
      ...notifier,
      listen: () => {
        listening = notifier.listen((name) => heard.push(name), stopping.signal, work);
      },
      async stop() {
        stopping.abort();
        await listening;
      },
    };
  });
  /** Nothing here waits for anything but the clock, so that two turns later all is said and heard. */
  async function quiet(): Promise<void> {
    await nextEventLoopTurn();
    await nextEventLoopTurn();
  }
  /** Moves time on by so many milliseconds, at most 50 at once. */
  async function pass(milliseconds: number): Promise<void> {
    await quiet();
    for (let left = milliseconds; left > 0; left -= 50) {
      clock.pass(Math.min(left, 50) / 1000);
      await quiet();
    }
  }
  /** Everybody listens, and has said all that there is to say at first. */
  async function finish(): Promise<void> {
    for (const { listen } of replicas) listen();
    await pass(100);
  }
  return { clock, ears, said, tell, replicas, quiet, pass, finish };
}

/** The replicas of a world, by name. */
function two(world: ReturnType<typeof open>) {
  const [one, other] = world.replicas;
  if (!one || !other) throw new Error('there are not two');
  return [one, other] as const;
}

describe('the bell between replicas', () => {
  it('wakes the others at once for all that was rung in one moment, and not oneself', async () => {
    const world = open();
    await world.finish();
    const [one, other] = two(world);
    const before = world.said.length;
    for (let rings = 0; rings < 50; rings += 1) one.notify(rings % 2 ? 'deliver' : 'submit');
    await world.quiet();
    expect(other.heard).toEqual(['submit', 'deliver']);
    expect(one.heard).toEqual([]);
    expect(world.said.length).toBe(before + 1);
  });

  it('says what is rung in the 50 ms after that together, and is quick again when it was quiet for as long', async () => {
    const world = open();
    await world.finish();
    const [one, other] = two(world);
    one.notify('submit');
    await world.quiet();
    const before = world.said.length;
    for (let rings = 0; rings < 49; rings += 1) {
      one.notify(rings % 2 ? 'deliver' : 'submit');
      await world.pass(1);
    }
    expect(world.said.length).toBe(before);
    await world.pass(1);
    expect(world.said.slice(before)).toEqual(['replica-1 submit deliver']);
    await world.pass(50);
    one.notify('prepare');
    await world.quiet();
    expect(other.heard).toEqual(['submit', 'submit', 'deliver', 'prepare']);
  });

  it('says nothing where nobody else listens, once that is known', async () => {
    const world = open([['submit:key']]);
    const [one] = world.replicas;
    /** What is said when this is rung. */
    async function saidOf(name: string) {
      const before = world.said.length;
      one?.notify(name);
      await world.pass(50);
      return world.said.slice(before);
    }
    expect(await saidOf('submit')).toEqual(['replica-1 submit']);
    await world.finish();
    expect(await saidOf('submit')).toEqual(['replica-1 submit']);
    await world.pass(5_000);
    expect(await saidOf('submit')).toEqual([]);
    world.tell('older-version');
    await world.pass(100);
    expect(await saidOf('submit')).toEqual(['replica-1 submit']);
    await world.pass(15_000);
    expect(await saidOf('submit')).toEqual([]);
    // Whoever does not even hear itself knows of nobody.
    for (const ear of world.ears) ear.deaf = true;
    await world.pass(15_050);
    expect(await saidOf('submit')).toContain('replica-1 submit');
  });

  it('listens anew when it does not hear itself any more', async () => {
    const world = open();
    await world.finish();
    const [one, other] = two(world);
    const [first] = world.ears;
    if (first) first.deaf = true;
    await world.pass(20_000);
    expect(world.ears).toHaveLength(2);
    expect(world.ears.includes(first as never)).toBe(false);
    other.notify('submit');
    await world.quiet();
    expect(one.heard).toEqual(['submit']);
  });

  it('leaves nothing waiting when it stops', async () => {
    const world = open();
    await world.finish();
    for (const { stop } of world.replicas) await stop();
    expect(world.ears).toEqual([]);
    expect(world.clock.sleepers()).toBe(0);
  });

  it('is not there where there is one process only', () => {
    const { listen: _none, ...alone } = database(createMovedClock());
    expect(createNotifier({ db: alone, replica: 'one', clock: createMovedClock(), log: silent })).toBeUndefined();
  });

  it('rings and divides work through a real server', async (test) => {
    const clock = createMovedClock();
    const db = database(clock);
    test.skip(db.engine !== 'postgres', 'an embedded database serves one process');
    const heard: string[] = [];
    const notifiers = ['one', 'two'].map((replica) => createNotifier({ db, replica, clock, log: silent }));
    const leaving = notifiers.map(() => new AbortController());
    const listening = notifiers.map((notifier, index) =>
      notifier?.listen((name) => heard.push(`${index} ${name}`), leaving[index]?.signal ?? AbortSignal.abort(), both),
    );
    const shares = () => notifiers.map((notifier) => notifier?.partition('deliver'));
    // Nobody moves the clock: each tells the other at once that it is there.
    await expect.poll(shares, soon).toEqual([
      { of: 2, mine: 0 },
      { of: 2, mine: 1 },
    ]);
    notifiers[1]?.notify('deliver');
    // It may have just answered the other one.
    clock.pass(0.05);
    await expect.poll(() => heard, soon).toEqual(['0 deliver']);
    leaving[1]?.abort();
    await listening[1];
    await expect.poll(() => notifiers[0]?.partition('deliver'), soon).toEqual({ of: 1, mine: 0 });
    leaving[0]?.abort();
    await listening[0];
  });
});

describe('work', () => {
  const shares = (world: ReturnType<typeof open>, name: string) =>
    world.replicas.map(({ partition }) => partition(name));
  const halves = [
    { of: 2, mine: 0 },
    { of: 2, mine: 1 },
  ];
  const whole = { of: 1, mine: 0 };

  it('is divided among all that do exactly the same, who know of each other without waiting for a beat', async () => {
    const world = open([both, both, ['submit:key', 'deliver:discord'], ['submit:other']]);
    await world.finish();
    expect(shares(world, 'submit')).toEqual([{ of: 3, mine: 0 }, { of: 3, mine: 1 }, { of: 3, mine: 2 }, whole]);
    expect(shares(world, 'deliver')).toEqual([...halves, whole, whole]);
    expect(shares(world, 'prepare')).toEqual([whole, whole, whole, whole]);
  });

  it('is answered for once when somebody new comes, and not again', async () => {
    const world = open([both, both, both]);
    await world.finish();
    await world.pass(20_000);
    const before = world.said.length;
    world.tell('replica-0 +submit:key');
    await world.pass(100);
    expect(world.said.slice(before + 1).sort()).toEqual(
      [1, 2, 3].map((index) => `replica-${index} +submit:key +deliver:discord,slack`),
    );
    expect(shares(world, 'submit')).toEqual([1, 2, 3].map((mine) => ({ of: 4, mine })));
    expect(world.replicas.flatMap(({ heard }) => heard)).toEqual([]);
  });

  it('of one that says farewell goes to the others at once', async () => {
    const world = open();
    await world.finish();
    const [one, other] = two(world);
    expect(shares(world, 'deliver')).toEqual(halves);
    await one.stop();
    expect(other.partition('deliver')).toEqual(whole);
    expect(other.heard).toEqual([]);
  });

  it('of one that fell silent goes to the others after 15 seconds', async () => {
    const world = open([both]);
    await world.finish();
    const [one] = world.replicas;
    world.tell('replica-2 +submit:key');
    await world.pass(15_000);
    expect(one?.partition('submit')).toEqual(halves[0]);
    await world.pass(50);
    expect(one?.partition('submit')).toEqual(whole);
  });

  it('is not shared with older versions, which say no more than their names and what they ring', async () => {
    const world = open([both]);
    await world.finish();
    const [one] = world.replicas;
    world.tell('older-version');
    world.tell('older-version deliver submit');
    expect(one?.heard).toEqual(['deliver', 'submit']);
    expect(one?.partition('submit')).toEqual(whole);
  });

  it('is all one’s own before one listens, and where the server lets nobody listen', async () => {
    const world = open();
    expect(shares(world, 'submit')).toEqual([whole, whole]);
    await world.finish();
    for (const ear of world.ears) ear.deaf = true;
    await world.pass(15_050);
    expect(shares(world, 'submit')).toEqual([whole, whole]);
  });
});
