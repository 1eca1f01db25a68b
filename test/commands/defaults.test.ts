import { describe, expect, it } from 'vitest';
import type { Message, Origin } from '../../src/chat.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { type OpenBot, openBot } from './open-bot.ts';

const database = useDatabase();
const prompt = 'a lighthouse at dusk';
const moderator = () => origin({ person: { id: 'cleo', name: 'Cleo', roles: [], moderator: true } });
const values = (message: Message) => (message.facts ?? []).map(({ label, value }) => `${label}: ${value}`);
const set = ({ run }: OpenBot, name: string, value: string, whose = 'person', from: Origin = origin()) =>
  run('defaults set', { name, value, whose }, from);

/** The body that a job was accepted with, and its call. */
async function made({ run, app }: OpenBot, command: string, options: Record<string, unknown> = {}, from = origin()) {
  const message = await run(command, { prompt, ...options }, from);
  const job = await app.jobs.find(message.job ?? 0, from);
  return { model: job?.model, request: job?.request, call: job?.call.options, hidden: job?.private };
}

describe('/defaults', () => {
  it('are used where nobody says otherwise, and never in place of what somebody says', async () => {
    const world = await openBot(database, { maxOpen: 20 });
    await set(world, 'image-model', 'Seedream');
    await set(world, 'shape', '3:2');
    await set(world, 'count', '2');
    await set(world, 'private', 'on');
    expect(await made(world, 'imagine')).toMatchObject({
      model: 'seedream',
      request: { aspectRatio: '3:2', numImages: 2 },
      // A job keeps the options that it was made with, so that /again means the same.
      call: { prompt, model: 'seedream', ratio: '3:2', count: 2, private: true },
      hidden: true,
    });
    const said = { model: 'nanobanana-2', ratio: '1:1', count: 1, private: false };
    expect(await made(world, 'imagine', said)).toMatchObject({
      model: 'nanobanana-2',
      request: { aspectRatio: '1:1', numImages: 1 },
      hidden: false,
    });
  });

  it('are left out where the model does not take them', async () => {
    const world = await openBot(database, { maxOpen: 20 });
    await set(world, 'image-model', 'gpt-image-2');
    await set(world, 'video-model', 'kling-motion-pro');
    await set(world, 'shape', '21:9');
    await set(world, 'count', '4');
    const picture = await made(world, 'imagine');
    expect(picture.model).toBe('gpt-image-2');
    expect(picture.request).not.toHaveProperty('aspectRatio');
    // A model that needs a picture and a video is no default for words alone.
    const film = await made(world, 'video');
    expect(film).toMatchObject({ model: 'veo-3.1' });
    expect(film.call).not.toHaveProperty('ratio');
  });

  it('prefer the person’s, then the channel’s, then the place’s, and say so', async () => {
    const world = await openBot(database, { maxOpen: 20 });
    await set(world, 'image-model', 'seedream', 'place', moderator());
    await set(world, 'count', '2', 'place', moderator());
    await set(world, 'count', '3', 'channel', moderator());
    await set(world, 'image-model', 'nanobanana');
    expect(await made(world, 'imagine')).toMatchObject({ model: 'nanobanana', request: { numImages: 3 } });
    expect(values(await world.run('defaults show'))).toEqual([
      'image-model: nanobanana (set for you)',
      'count: 3 (set for this channel)',
    ]);
    const ben = origin({ person: { id: 'ben', name: 'Ben', roles: [], moderator: false } });
    expect(await made(world, 'imagine', {}, { ...ben, place: { kind: 'channel', channel: 'other' } })).toMatchObject({
      model: 'seedream',
      request: { numImages: 2 },
    });
    expect((await world.run('defaults reset', { name: 'image-model' })).text).toBe(
      '`image-model` is forgotten for you.',
    );
    expect((await world.run('defaults reset', {})).text).toBe('Nothing was set for you.');
    expect(await made(world, 'imagine')).toMatchObject({ model: 'seedream' });
  });

  it('of others are a moderator’s to set', async () => {
    const world = await openBot(database);
    expect((await set(world, 'count', '2', 'place')).text).toBe(
      'What counts for everybody in the place is for moderators only. Nothing was spent. Ask one of them.',
    );
    expect((await world.run('defaults reset', { whose: 'channel' })).tone).toBe('bad');
    expect((await set(world, 'count', 'many')).text).toContain('count has to be a number');
    expect(values(await world.run('defaults show'))).toEqual([]);
  });
});
