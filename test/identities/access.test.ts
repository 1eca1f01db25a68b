import { describe, expect, it } from 'vitest';
import type { Origin } from '../../src/chat.ts';
import { readAudience, readReference } from '../../src/identities/access.ts';
import { discordFacts } from '../../src/platforms/discord/facts.ts';
import { slackFacts } from '../../src/platforms/slack/facts.ts';

describe('words of people', () => {
  it.each([
    ['#7', { id: 7 }],
    ['#7 Ada', { id: 7 }],
    ['#7Ada', { name: '#7Ada' }],
    ['7', { name: '7' }],
    ['Ada', { name: 'Ada' }],
  ])('%j means the model %j', (typed, wanted) => {
    expect(readReference(typed)).toEqual(wanted);
  });

  const origin: Origin = {
    platform: 'slack',
    event: 'e',
    tenant: 'T1',
    person: { id: 'U1', name: 'a', roles: [], moderator: false },
    place: { kind: 'channel', channel: 'C1', thread: '5' },
    locale: 'en',
    private: false,
  };
  it.each([
    ['<@U123>', { kind: 'person', target: 'U123' }],
    ['<@U123|ben>', { kind: 'person', target: 'U123' }],
    ['U123', { kind: 'person', target: 'U123' }],
    ['This channel', { kind: 'channel', target: 'C1' }],
    ['server', { kind: 'tenant', target: 'T1' }],
    ['nobody', 'nobody'],
    ['<@>', 'unknown'],
    ['a b', 'unknown'],
  ])('%j means the audience %j', (typed, wanted) => {
    expect(readAudience(typed, origin, slackFacts)).toEqual(wanted);
  });

  it('<@!123456> means a person on Discord', () => {
    expect(readAudience('<@!123456>', origin, discordFacts)).toEqual({ kind: 'person', target: '123456' });
  });
});
