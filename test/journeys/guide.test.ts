import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { createMediaFiles } from '../../src/media/files.ts';
import { inspect } from '../../src/media/uploads/inspect.ts';
import { operations } from '../../src/photogpt/operations.ts';
import { reach } from '../commands/reach.ts';
import { photo, photos, useIdentityWorld } from '../identities/identity-world.ts';

const open = useIdentityWorld();

/** Creating and updating a model share a path, so the sandbox counts them as one. */
const counted = (name: string) => (name === 'createModel' || name === 'updateModel' ? 'saveModel' : name);

describe('the commands', () => {
  it('run the workflow of the API’s guide, and reach every endpoint', async () => {
    const { call, create, trained, outcome, calls, sandbox, until, folder } = await open({ videosPerJob: 1 });
    const ada = (command: string, options = {}) => call('ada', command, options);
    const made = async (message: Message) => {
      expect(message.tone, message.text).toBe('working');
      const result = await outcome(message.job);
      expect(result.tone, result.text).toBe('good');
      return result;
    };

    expect((await trained()).text).toContain('ready');
    const portrait = await made(await ada('portrait', { model: 'Ada', prompt: 'in a library', count: 1 }));
    const larger = await made(await ada('upscale', { job: portrait.job, image: 1 }));
    expect(larger.media?.[0]?.width).toBe((portrait.media?.[0]?.width ?? 0) * 2);
    const story = await made(await ada('adapt', { use: 'story', job: larger.job }));
    const [tall] = story.media ?? [];
    expect((tall?.height ?? 0) / (tall?.width ?? 1)).toBeCloseTo(16 / 9, 1);

    const film = await made(await ada('animate', { job: story.job, duration: 4, model: 'veo-3.1' }));
    const [video] = film.media ?? [];
    expect(video).toMatchObject({ kind: 'video', type: 'video/mp4' });
    const file = await inspect(createMediaFiles(join(folder, 'media')).path(video?.id ?? ''));
    expect(file).toMatchObject({ kind: 'video', width: video?.width });
    expect(file?.seconds).toBeCloseTo(4, 0);

    const edited = await made(await ada('edit', { prompt: 'make it winter', picture: [photo(1)] }));
    expect((await ada('details', { picture: [edited.media?.[0]?.id ?? ''] })).facts).toContainEqual({
      label: 'at PhotoGPT',
      value: 'still there',
    });
    expect((await ada('details', { picture: [video?.id ?? ''] })).facts).toContainEqual({
      label: 'at PhotoGPT',
      value: 'still there',
    });
    expect((await ada('videos')).facts?.[0]?.value).toContain('also at PhotoGPT');
    expect((await ada('presets')).facts?.length).toBeGreaterThan(0);
    expect((await ada('status')).text).toContain('Everything works');
    expect((await ada('download', { job: film.job })).media).toEqual(film.media);
    expect((await ada('favourite', { job: story.job })).text).toContain('now');
    expect((await ada('gallery', { favourites: true })).media).toEqual(story.media);
    for (const { job } of [film, edited]) expect((await ada('delete', { job })).text).toContain('and at PhotoGPT');

    // The bot looks for a photo whose answer was lost among the model's images, before it uploads the photo again.
    await create('ada', 'Second');
    sandbox.faults.add({ match: { operation: 'uploadImage' }, fault: '!lost-answer', times: 1 });
    await ada('model photos', { model: 'Second', photos: photos(2) });
    await ada('model photos', { model: 'Second', photos: [photo(9)] });
    await ada('model update', { model: 'Second', name: 'Third' });
    expect((await ada('model delete', { model: 'Third', confirm: true })).tone).not.toBe('bad');

    await until(() => calls('listJobs') > 0);
    const unreached = Object.keys(operations).filter((name) => calls(counted(name)) === 0);
    expect(unreached).toEqual([]);
  }, 60_000);

  it('cover every endpoint', () => {
    const known = new Set([...commands.map(({ name }) => name), '*']);
    const named = Object.values(reach);
    expect(named.every((list) => list.length > 0)).toBe(true);
    expect(named.flat().filter((name) => !known.has(name))).toEqual([]);
  });
});
