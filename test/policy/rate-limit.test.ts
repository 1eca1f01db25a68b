import { describe, expect, it } from 'vitest';
import { createRateLimits, rateLimitsFor } from '../../src/policy/rate-limit.ts';
import { origin } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

function open(max = { person: 20, place: 100 }) {
  const clock = createMovedClock();
  return { clock, take: createRateLimits(rateLimitsFor(max), clock) };
}

const somebody = (id: string) => origin({ person: { id, name: id, roles: [], moderator: false } });

describe('createRateLimits', () => {
  it('admits twenty at once and tells the next when to try again', () => {
    const { take } = open();
    for (let call = 0; call < 20; call += 1) expect(take('calls', origin())).toBeUndefined();
    expect(take('calls', origin())?.message).toBe(
      'That was faster than I can follow you. Nothing was spent. Try again in one second.',
    );
    expect(take('calls', somebody('ben'))).toBeUndefined();
  });

  it('admits one more after half a second, and twenty after ten', () => {
    const { take, clock } = open();
    for (let call = 0; call < 20; call += 1) take('calls', origin());
    clock.pass(0.4);
    expect(take('calls', origin())).toBeDefined();
    clock.pass(0.1);
    expect(take('calls', origin())).toBeUndefined();
    expect(take('calls', origin())).toBeDefined();
    clock.pass(600);
    const through = Array.from({ length: 30 }, () => take('calls', origin())).filter((refusal) => !refusal);
    expect(through).toHaveLength(20);
  });

  it('limits a place as a whole, but no direct messages', () => {
    const { take } = open({ person: 20, place: 30 });
    const refusals = Array.from({ length: 40 }, (_, index) => take('calls', somebody(`member-${index}`)));
    expect(refusals.filter(Boolean)).toHaveLength(10);
    expect(refusals.at(-1)?.message).toContain('More is asked of me here than I can follow.');
    const direct = { ...somebody('zoe'), place: { kind: 'direct' as const } };
    expect(take('calls', direct)).toBeUndefined();
    expect(take('calls', { ...somebody('zoe'), tenant: 'elsewhere' })).toBeUndefined();
  });

  it('limits each channel outside of servers by itself', () => {
    const { take } = open({ person: 20, place: 1 });
    const inGroup = (channel: string, id: string) => ({
      ...somebody(id),
      tenant: '@me',
      place: { kind: 'channel' as const, channel },
    });
    expect(take('calls', inGroup('a', 'ada'))).toBeUndefined();
    expect(take('calls', inGroup('b', 'ben'))).toBeUndefined();
    expect(take('calls', inGroup('a', 'cleo'))).toBeDefined();
  });

  it('counts an event once, for its form and its run', () => {
    const { take } = open({ person: 1, place: 10 });
    const once = origin();
    expect([take('calls', once), take('calls', once), take('calls', once)]).toEqual([undefined, undefined, undefined]);
    expect(take('calls', origin())).toBeDefined();
  });

  it('takes no token of a person when the place has to wait', () => {
    const { take, clock } = open({ person: 2, place: 1 });
    take('calls', somebody('ben'));
    for (let call = 0; call < 5; call += 1) expect(take('calls', origin())).toBeDefined();
    clock.pass(10);
    expect(take('calls', origin())).toBeUndefined();
  });

  it('allows five suggestions for each call', () => {
    const { take } = open();
    const through = Array.from({ length: 200 }, () => take('suggestions', origin())).filter((refusal) => !refusal);
    expect(through).toHaveLength(100);
    expect(take('calls', origin())).toBeUndefined();
  });

  it('remembers at most ten thousand people', () => {
    const { take } = open({ person: 1, place: 1e9 });
    take('calls', somebody('first'));
    for (let index = 0; index < 9_000; index += 1) take('calls', somebody(`m${index}`));
    expect(take('calls', somebody('first'))).toBeDefined();
    for (let index = 0; index < 11_000; index += 1) take('calls', somebody(`n${index}`));
    expect(take('calls', somebody('first'))).toBeUndefined();
  });
});
