import { describe, expect, it } from 'vitest';
import { createCallPermit } from '../../../src/jobs/submit/call-permit.ts';
import { createMovedClock } from '../../sandbox/moved-clock.ts';

/** Returns a permit for an API rate whose calls come when the test says so, and counts of what the permit did. */
function open({ wanted = true } = {}) {
  const clock = createMovedClock();
  const counts = { begun: 0, left: 0, looks: 0 };
  let grant = () => {};
  let fail = (_error: Error) => {};
  const apiRate = {
    isLimited: true,
    begin: () => {
      counts.begun += 1;
      return new Promise<void>((resolve, reject) => {
        grant = resolve;
        fail = reject;
      });
    },
    leave: async () => {
      counts.left += 1;
    },
  };
  const isWanted = async () => {
    counts.looks += 1;
    return wanted;
  };
  const permit = createCallPermit({ apiRate, isWanted, clock });
  /** Requests the permit, and lets the second pass for which it waits. */
  async function request() {
    const requesting = permit.request(new AbortController().signal);
    await expect.poll(() => clock.sleepers() > 0 || !wanted).toBe(true);
    clock.pass(1);
    return requesting;
  }
  return { permit, counts, request, clock, grant: () => grant(), fail: (error: Error) => fail(error) };
}

describe('the call permit', () => {
  it('is reserved once and waited for a second at a time', async () => {
    const { request, grant, counts } = open();
    expect([await request(), await request()]).toEqual(['pending', 'pending']);
    grant();
    expect(await request()).toBe('granted');
    expect(counts).toEqual({ begun: 1, left: 0, looks: 1 });
  });

  it('is reserved anew after a call, and given back when it was unused', async () => {
    const { permit, request, grant, counts } = open();
    await request();
    grant();
    expect(await request()).toBe('granted');
    await permit.release('used');
    expect(await request()).toBe('pending');
    grant();
    expect(await request()).toBe('granted');
    await permit.release('unused');
    expect(counts).toEqual({ begun: 2, left: 1, looks: 2 });
  });

  it('is not reserved when there is no job', async () => {
    const { request, counts } = open({ wanted: false });
    expect(await request()).toBe('unwanted');
    expect(counts.begun).toBe(0);
  });

  it('is reserved again after the database failed', async () => {
    const { permit, request, fail, counts, clock } = open();
    const requesting = permit.request(new AbortController().signal);
    await expect.poll(() => clock.sleepers()).toBe(1);
    fail(new Error('no database'));
    await expect(requesting).rejects.toThrow('no database');
    expect(await request()).toBe('pending');
    expect(counts.begun).toBe(2);
  });

  it('is granted at once without a limit', async () => {
    const isWanted = () => Promise.reject(new Error('asked'));
    const never = () => Promise.reject(new Error('asked'));
    const apiRate = { isLimited: false, begin: never, leave: async () => {} };
    for (const given of [apiRate, undefined]) {
      const permit = createCallPermit({ apiRate: given, isWanted, clock: createMovedClock() });
      expect(await permit.request(new AbortController().signal)).toBe('granted');
    }
  });
});
