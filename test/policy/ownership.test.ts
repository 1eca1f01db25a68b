import { describe, expect, it } from 'vitest';
import { mayChange, maySee } from '../../src/policy/ownership.ts';
import { origin } from '../jobs/world.ts';

const person = (id: string, moderator = false) => ({ id, name: id, roles: [], moderator });
const adas = { platform: 'playground', tenant: 'home', person: 'ada', private: false };
const adasSecret = { ...adas, private: true };

const ada = origin({ person: person('ada') });
const bob = origin({ person: person('bob') });
const moderator = origin({ person: person('mo', true) });
const elsewhere = origin({ person: person('ada', true), tenant: 'another home' });
const namesake = origin({ person: person('ada', true), platform: 'slack' });

describe('maySee and mayChange', () => {
  it.each([
    ['its owner', ada, adas, true, true],
    ['somebody of the same place', bob, adas, true, false],
    ['a moderator', moderator, adas, true, true],
    ['its owner, where it is private', ada, adasSecret, true, true],
    ['somebody else, where it is private', bob, adasSecret, false, false],
    ['a moderator, where it is private', moderator, adasSecret, false, false],
    ['the same person in another place', elsewhere, adas, false, false],
    ['somebody of the same id on another platform', namesake, adas, false, false],
  ])('%s: may see and may change it as the rules say', (_who, from, job, see, change) => {
    expect({ see: maySee(job, from), change: mayChange(job, from) }).toEqual({ see, change });
  });
});
