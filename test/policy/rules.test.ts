import { describe, expect, it } from 'vitest';
import { rulesFrom } from '../../src/policy/rules.ts';

describe('rulesFrom', () => {
  it('prefers the channel’s own rule', () => {
    const rules = rulesFrom({ place: { paused: true, models: ['seedream'] }, channel: { paused: false } });
    expect(rules).toMatchObject({ paused: false, models: ['seedream'] });
  });

  it('ignores a channel’s value of a rule for the whole place', () => {
    const rules = rulesFrom({ place: { channels: ['a'] }, channel: { channels: ['b'] } });
    expect(rules).toMatchObject({ channels: ['a'] });
  });

  it('falls back to the operator’s values', () => {
    const usual = { 'person-daily-jobs': 50, paused: undefined };
    expect(rulesFrom({ place: {}, channel: {}, usual })).toMatchObject({ 'person-daily-jobs': 50, paused: false });
    expect(rulesFrom({ place: { 'person-daily-jobs': 80 }, channel: {}, usual })['person-daily-jobs']).toBe(80);
  });

  it('treats a stored value that no longer fits as not set', () => {
    const rules = rulesFrom({
      place: { paused: 'yes', private: 'sometimes', 'open-jobs': -1, models: [1] },
      channel: {},
    });
    expect(rules).toMatchObject({ paused: false, private: 'allowed', 'open-jobs': undefined, models: [] });
  });
});
