import { describe, expect, it } from 'vitest';
import type { Origin } from '../../src/chat.ts';
import { refusalOf, type Wanted } from '../../src/policy/allow.ts';
import { rulesFrom } from '../../src/policy/rules.ts';
import { origin } from '../jobs/world.ts';

const picture: Wanted = {
  operation: 'image',
  model: 'nanobanana-2',
  request: { prompt: 'a grim castle' },
  asksPrivacy: false,
};
const film: Wanted = { ...picture, operation: 'video', model: 'veo-3.1' };
const upscale: Wanted = { ...picture, operation: 'upscale', model: 'upscale', request: {} };
const portrait: Wanted = { ...picture, model: 'portrait' };
const training: Wanted = { ...picture, operation: 'train', model: 'training', request: { identity: 1 } };
const secret = { ...picture, asksPrivacy: true };

const who = (more: Partial<Origin['person']>): Partial<Origin> => ({
  person: { id: 'ada', name: 'Ada', roles: [], moderator: false, ...more },
});
const direct: Partial<Origin> = { place: { kind: 'direct' } };
const moderator = who({ moderator: true });

type Case = [rules: Record<string, unknown>, work: Wanted, from: Partial<Origin>, says: string | undefined];
const cases: Case[] = [
  [{}, picture, {}, undefined],
  [{ paused: true }, picture, {}, 'A moderator has paused me here'],
  [{ paused: true }, picture, moderator, 'A moderator has paused me here'],
  [{ channels: ['make-pictures'] }, picture, {}, undefined],
  [{ channels: ['elsewhere'] }, picture, {}, 'The moderators keep this to other channels.'],
  [{ channels: ['elsewhere'] }, picture, direct, 'The moderators keep this to other channels.'],
  [{ channels: ['elsewhere', 'direct'] }, picture, direct, undefined],
  [{ models: ['seedream'] }, picture, {}, 'The moderators do not allow nanobanana-2 here.'],
  [{ models: ['seedream'] }, picture, {}, 'Choose seedream.'],
  [{ models: ['seedream'] }, upscale, {}, undefined],
  [{ models: ['seedream'] }, portrait, {}, undefined],
  [{ 'denied-models': ['nanobanana-2'] }, picture, {}, 'Choose something else.'],
  [{ 'denied-models': ['upscale'] }, upscale, {}, 'The moderators do not allow upscale here.'],
  [{ 'video-roles': ['film'] }, film, {}, 'Making videos is not open to everybody here.'],
  [{ 'video-roles': ['film'] }, picture, {}, undefined],
  [{ 'video-roles': ['film'] }, film, who({ roles: ['x', 'film'] }), undefined],
  [{ 'video-roles': ['ada'] }, film, {}, undefined],
  [{ 'video-roles': ['nobody'] }, film, moderator, undefined],
  [{ 'identity-roles': ['nobody'] }, portrait, {}, 'Using trained models is not open to everybody here.'],
  [{ 'identity-roles': ['nobody'] }, training, {}, 'Using trained models is not open to everybody here.'],
  [{ 'identity-roles': ['nobody'] }, picture, {}, undefined],
  [{ private: 'forbidden' }, secret, {}, 'The moderators do not allow private results here.'],
  [{ private: 'forbidden' }, picture, {}, undefined],
  [{ private: 'forbidden' }, secret, direct, undefined],
  [{ private: 'forced' }, secret, {}, undefined],
  [{ 'blocked-words': ['grim'] }, picture, {}, 'The moderators do not want “grim” in a prompt here.'],
  [{ 'blocked-words': ['rim'] }, picture, {}, undefined],
  [{ 'blocked-words': ['grim'] }, picture, { adult: true }, 'do not want “grim”'],
  [{ 'adult-words': ['grim'] }, picture, {}, '“grim” is for age-restricted channels only.'],
  [{ 'adult-words': ['grim'] }, picture, { adult: true }, undefined],
  [{ 'adult-models': ['nanobanana-2'] }, picture, {}, '“nanobanana-2” is for age-restricted channels only.'],
  [{ 'adult-models': ['nanobanana-2'] }, picture, { adult: true }, undefined],
];

describe('refusalOf', () => {
  it.each(cases)('%j', (place, work, from, says) => {
    const refusal = refusalOf(rulesFrom({ place, channel: {} }), origin(from), work);
    if (says === undefined) expect(refusal).toBeUndefined();
    else expect(refusal?.message).toContain(says);
  });
});
