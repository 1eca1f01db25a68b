import { describe, expect, it } from 'vitest';
import { createKeyedMutex } from '../../src/concurrency/keyed-mutex.ts';

describe('a keyed mutex', () => {
  it('runs one at a time under a key, in the order of arrival, whatever became of the last', async () => {
    const runExclusive = createKeyedMutex();
    const log: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const outcomes = await Promise.allSettled([
      runExclusive('a', work('first', true)),
      runExclusive('a', work('second')),
    ]);
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('does not hold up another key', async () => {
    const runExclusive = createKeyedMutex();
    const held = runExclusive('a', () => new Promise(() => {}));
    expect(await runExclusive('b', async () => 'free')).toBe('free');
    expect(held).toBeInstanceOf(Promise);
  });
});
