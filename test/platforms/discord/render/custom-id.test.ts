import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call, Value } from '../../../../src/chat.ts';
import { callOf, customIdOf } from '../../../../src/platforms/discord/render/custom-id.ts';
import { createFakeTtlStore } from '../fake-ttl-store.ts';

describe('customIdOf', () => {
  const value: fc.Arbitrary<Value> = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string()),
  );
  const name = fc.stringMatching(/^[a-z]{1,15}( [a-z]{1,15})?$/);
  const call: fc.Arbitrary<Call> = fc.record({
    command: name,
    options: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), value),
  });

  it('makes an id of 100 characters at most, which gives its call back', async () => {
    await fc.assert(
      fc.asyncProperty(call, fc.boolean(), async (given, form) => {
        const ttlStore = createFakeTtlStore();
        const whole = form ? { ...given, form } : given;
        const id = await customIdOf(whole, 'AAAAAAAA', 24, ttlStore);
        expect(id.length).toBeLessThanOrEqual(100);
        expect(await callOf(id, ttlStore)).toEqual(whole);
      }),
    );
  });

  it('reads no call out of an id that was made up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (id) => {
        expect(await callOf(id, createFakeTtlStore())).toBeUndefined();
      }),
    );
  });
});
