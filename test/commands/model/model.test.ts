import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { longestTraining, photo, photos, useIdentityWorld } from '../../identities/identity-world.ts';

const open = useIdentityWorld();

describe('a model', () => {
  it('goes from consent to a picture, with a restart between any two steps', async () => {
    const { call, create, restart, begun, outcome, chat, remotePhotos, sandbox, paid } = await open();
    const created = await create();
    expect(created).toMatchObject({ private: true, tone: 'good', facts: [{ value: '#1 Ada' }, {}] });
    await restart();

    expect(await call('ada', 'model photos', { model: 'ada', photos: photos(7) })).toMatchObject({
      private: true,
      text: expect.stringMatching(/7 photos.*5 more are needed/),
    });
    await restart();
    const enough = await call('ada', 'model photos', { model: 'Ada', photos: photos(5, 7) });
    expect(enough.text).toMatch(/12 photos.*enough to train/);
    expect(enough.buttons?.[0]).toEqual({
      label: 'Train',
      style: 'primary',
      call: { command: 'model train', options: { model: '#1 Ada' } },
    });
    expect(await remotePhotos()).toHaveLength(12);
    await restart();

    const asked = await call('ada', 'model train', { model: '#1 Ada' });
    expect(asked).toMatchObject({ private: true, tone: 'working', job: 1 });
    await restart();
    await begun(asked.job ?? 0);
    expect((await call('ada', 'model show', { model: 'Ada' })).facts).toEqual(
      expect.arrayContaining([
        { label: 'photos', value: '12' },
        { label: 'expected', value: 'about 22 min' },
      ]),
    );
    await restart(longestTraining);
    expect(await outcome(asked.job)).toMatchObject({
      private: true,
      tone: 'good',
      text: expect.stringContaining('ready'),
      buttons: [{ label: 'Portrait', call: { command: 'portrait', options: { model: '#1 Ada' }, form: true } }, {}],
    });
    expect(paid('training')).toBe(1);
    await restart();

    const options = { model: 'Ada', prompt: 'on a beach at dawn', shape: '4:5', count: 2, seed: 5, face: true };
    const portrait = await call('ada', 'portrait', options);
    expect(portrait.tone).toBe('working');
    const result = await outcome(portrait.job);
    expect(result).toMatchObject({ tone: 'good', media: { length: 2 }, quote: 'on a beach at dawn' });
    expect(result.facts).toEqual(expect.arrayContaining([{ label: 'model', value: 'Ada' }]));
    const body = sandbox.ledger.recent().findLast(({ operation }) => operation === 'generateImage')?.body;
    expect(body).toMatchObject({ width: 912, height: 1144, numImages: 2, seed: 5, enhanceFace: true });
    expect(chat.delivered().filter(({ message }) => message.job !== undefined)).toHaveLength(2);
  });

  it('is made by a reference or a preset too, and by nothing less', async () => {
    const { call, trained, outcome, sandbox } = await open();
    await trained();
    expect((await call('ada', 'portrait', { model: 'Ada' })).text).toMatch(/needs a prompt, a preset or a reference/);
    const { job } = await call('ada', 'portrait', { model: 'Ada', reference: [photo(99)], strength: '0,4' });
    expect(await outcome(job)).toMatchObject({ tone: 'good', media: { length: 1 } });
    const body = sandbox.ledger.recent().findLast(({ operation }) => operation === 'generateImage')?.body;
    expect(body).toMatchObject({ inputImageId: expect.stringContaining('img_'), styleStrength: 0.4 });
  });

  it.each([
    [{ shape: 'wide' }, /shape/],
    [{ shape: '9:1' }, /shape/],
    [{ width: 512 }, /a height as well as a width/],
    [{ shape: '1:1', width: 512, height: 512 }, /exclude each other/],
    [{ strength: 2 }, /from 0 to 1/],
  ])('is not drawn with %j', async (options, sentence) => {
    const { call, jobRows } = await open();
    expect((await call('ada', 'portrait', { model: 'Ada', prompt: 'x', ...options })).text).toMatch(sentence);
    expect(await jobRows()).toEqual([]);
  });

  it('is not trained with fewer than 12 photos, and takes no more than 20', async () => {
    const { call, create, jobRows, files, remotePhotos } = await open();
    await create();
    await call('ada', 'model photos', { model: 'Ada', photos: photos(11) });
    const few = await call('ada', 'model train', { model: 'Ada' });
    expect(few).toMatchObject({ tone: 'bad', text: expect.stringMatching(/11 photos.*needs 12.*Add 1 more/) });
    expect(await jobRows()).toEqual([]);
    const many = await call('ada', 'model photos', { model: 'Ada', photos: photos(10, 50) });
    expect(many.text).toMatch(/has 11 photos; 10 more are too many.*At most 9 more/);
    expect([(await files()).length, (await remotePhotos()).length]).toEqual([11, 11]);
  });

  it('takes each photo once', async () => {
    const { call, create, files } = await open();
    await create();
    const again = await call('ada', 'model photos', { model: 'Ada', photos: [photo(1), photo(2), photo(1)] });
    expect(again.text).toMatch(/2 photos.*one photo had been given before/);
    expect(await files()).toHaveLength(2);
  });

  it('is renamed here and at PhotoGPT, and its buttons go on working', async () => {
    const { call, create, remoteNames } = await open();
    await create();
    await create('ada', 'Ben');
    expect((await call('ada', 'model update', { model: 'Ada', name: 'BEN' })).text).toMatch(/already have a model/);
    const changed = await call('ada', 'model update', { model: 'Ada', name: 'Countess', age: 40, 'eye-color': 'grey' });
    expect(changed.facts?.[0]?.value).toBe('#1 Countess');
    expect(await remoteNames()).toContainEqual(expect.stringMatching(/^Countess \[/));
    const shown = await call('ada', 'model show', { model: '#1 Ada' });
    expect(shown.facts).toContainEqual({ label: 'person', value: '40, Female, grey' });
    expect((await call('ada', 'model update', { model: 'Ben' })).text).toMatch(/needs a new name/);
  });
});

describe('deleting a model', () => {
  it('asks first, then deletes everything here and at PhotoGPT and says so', async () => {
    const { call, trained, rows, files, remoteNames, get } = await open();
    await trained();
    const [row] = await rows();
    const [photo] = (await get(`/models/${row?.remoteId}/images?imageType=input`)).body.result;
    const question = await call('ada', 'model delete', { model: 'Ada' });
    expect(question.text).toMatch(/12 photos.*cannot be undone/);
    expect(await rows()).toHaveLength(1);
    const yes = question.buttons?.[0]?.call;
    const done = await call('ada', yes?.command ?? '', yes?.options);
    expect(done.text).toMatch(/The model and 12 photos were deleted here and at PhotoGPT/);
    expect([await rows(), await files(), await remoteNames()]).toEqual([[], [], []]);
    expect((await get(`/images/${photo.id}`)).status).toBe(404);
    expect((await call('ada', 'model show', { model: 'Ada' })).text).toMatch(/no model “Ada”/);
  });

  it('is finished later when PhotoGPT does not answer, and the name is free at once', async () => {
    const { call, create, rows, files, sandbox, until, remoteNames } = await open();
    await create();
    await call('ada', 'model photos', { model: 'Ada', photos: photos(3) });
    sandbox.faults.add({ match: { operation: 'deleteImage' }, fault: '!500-after', times: 2 });
    const done = await call('ada', 'model delete', { model: 'Ada', confirm: true });
    expect(done.text).toMatch(/did not confirm it yet/);
    expect(await files()).toEqual([]);
    expect((await call('ada', 'model list')).text).toMatch(/no models yet/);
    expect((await create()).tone).toBe('good');
    await until(async () => (await rows()).length === 1, 20);
    expect(await remoteNames()).toHaveLength(1);
  });
});

describe('commands about models', () => {
  it('answer privately, except for the picture itself', () => {
    const about = commands.filter(({ name }) => name.startsWith('model '));
    expect(about.map(({ name }) => name).sort()).toEqual(
      ['create', 'delete', 'list', 'photos', 'share', 'show', 'train', 'unshare', 'update'].map(
        (name) => `model ${name}`,
      ),
    );
    expect(about.filter((command) => !command.private)).toEqual([]);
  });
});
