import { describe, expect, it } from 'vitest';
import { createSemaphore } from '../../src/concurrency/semaphore.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

/** Runs `count` pieces of work that note their order and how many were inside at once. */
async function crowd(count: number, through: (work: () => Promise<void>) => Promise<void>) {
  const order: number[] = [];
  let [inside, mostInside] = [0, 0];
  const works = Array.from({ length: count }, (_, index) => async () => {
    order.push(index);
    inside += 1;
    mostInside = Math.max(mostInside, inside);
    await Promise.resolve();
    inside -= 1;
  });
  await Promise.all(works.map(through));
  return { order, inside, mostInside };
}

describe('a semaphore', () => {
  it('lets no more in than it has permits, in the order of arrival', async () => {
    const { run } = createSemaphore({ permits: 2 });
    expect(await crowd(8, run)).toEqual({ order: [0, 1, 2, 3, 4, 5, 6, 7], inside: 0, mostInside: 2 });
  });

  it('gives a permit back when the work fails', async () => {
    const { run } = createSemaphore({ permits: 1 });
    const outcomes = await Promise.allSettled([
      run(() => Promise.reject(new Error('failed'))),
      run(async () => 'done'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('asks for the number of permits each time', async () => {
    let permits = 1;
    const semaphore = createSemaphore({ permits: () => permits });
    const first = await semaphore.acquire();
    const second = semaphore.acquire();
    permits = 3;
    const third = semaphore.acquire();
    first?.();
    expect((await Promise.all([second, third])).every(Boolean)).toBe(true);
  });

  it('turns new callers away when too many wait', async () => {
    const { acquire, run } = createSemaphore({ permits: 1, maxWaiting: 1 });
    const release = await acquire();
    const second = acquire();
    expect(await acquire()).toBeUndefined();
    await expect(run(async () => 1)).rejects.toThrow('1 are waiting already');
    release?.();
    expect(await second).toBeTypeOf('function');
  });

  it('forgets a waiter whose signal aborts', async () => {
    const { acquire } = createSemaphore({ permits: 1, maxWaiting: 1 });
    const leaving = new AbortController();
    const release = await acquire();
    const second = acquire({ signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    const third = acquire();
    release?.();
    expect(await third).toBeTypeOf('function');
    await expect(acquire({ signal: leaving.signal })).rejects.toThrow('gone');
  });

  it('gives up a wait whose time runs out, and leaves no timer behind', async () => {
    const clock = createMovedClock();
    const { acquire } = createSemaphore({ permits: 1 });
    const release = await acquire();
    const late = acquire({ timeoutMs: 1_000, clock });
    const waiting = acquire({ timeoutMs: 5_000, clock });
    clock.pass(1);
    expect(await late).toBeUndefined();
    release?.();
    expect(await waiting).toBeTypeOf('function');
    expect(clock.sleepers()).toBe(0);
  });
});
