import { describe, expect, it } from 'vitest';
import { createCallPermit } from '../../../src/jobs/submit/call-permit.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

/** A budget whose calls come when the test lets them, or never; and what was asked of it. */
function open({ wanted = true } = {}) {
  const clock = createMovedClock();
  const heard = { begun: 0, left: 0, looks: 0 };
  let [come, fail] = [() => {}, (_error: Error) => {}];
  const apiRate = {
    isLimited: true,
    begin: () => {
      heard.begun += 1;
      return new Promise<void>((resolve, reject) => {
        [come, fail] = [resolve, reject];
      });
    },
    leave: async () => {
      heard.left += 1;
    },
  };
  const isWanted = async () => {
    heard.looks += 1;
    return wanted;
  };
  const permit = createCallPermit({ apiRate, isWanted, clock });
  /** Looks for the call, and lets the moment pass for which it is waited for. */
  async function look() {
    const looking = permit.request(new AbortController().signal);
    await expect.poll(() => clock.sleepers() > 0 || !wanted).toBe(true);
    clock.pass(1);
    return looking;
  }
  return { permit, heard, look, clock, come: () => come(), fail: (error: Error) => fail(error) };
}

describe('the call for the next job', () => {
  it('is asked for once, and waited for a second at a time, so that whoever is stopped need not wait for it', async () => {
    const { look, come, heard } = open();
    expect([await look(), await look()]).toEqual(['pending', 'pending']);
    come();
    expect(await look()).toBe('granted');
    expect(heard).toEqual({ begun: 1, left: 0, looks: 1 });
  });

  it('is asked for anew after it was made, and given back where the job was gone', async () => {
    const { permit, look, come, heard } = open();
    await look();
    come();
    expect(await look()).toBe('granted');
    await permit.release('used');
    expect(await look()).toBe('pending');
    come();
    expect(await look()).toBe('granted');
    await permit.release('unused');
    expect(heard).toEqual({ begun: 2, left: 1, looks: 2 });
  });

  it('is not asked for where nothing is to be sent', async () => {
    const { look, heard } = open({ wanted: false });
    expect(await look()).toBe('unwanted');
    expect(heard.begun).toBe(0);
  });

  it('is asked for again when the database did not tell', async () => {
    const { permit, look, fail, heard, clock } = open();
    const looking = permit.request(new AbortController().signal);
    await expect.poll(() => clock.sleepers()).toBe(1);
    fail(new Error('no database'));
    await expect(looking).rejects.toThrow('no database');
    expect(await look()).toBe('pending');
    expect(heard.begun).toBe(2);
  });

  it('needs nothing of anybody without a limit', async () => {
    const isWanted = () => Promise.reject(new Error('asked'));
    const never = () => Promise.reject(new Error('asked'));
    const apiRate = { isLimited: false, begin: never, leave: async () => {} };
    for (const given of [apiRate, undefined]) {
      const permit = createCallPermit({ apiRate: given, isWanted, clock: createMovedClock() });
      expect(await permit.request(new AbortController().signal)).toBe('granted');
    }
  });
});
