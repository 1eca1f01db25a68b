import { describe, expect, it } from 'vitest';
import { longestTraining, photos, useIdentityWorld } from '../../identities/identity-world.ts';

const open = useIdentityWorld();

/** Returns a world with an untrained model of twelve photos. */
async function withPhotos(guesses = {}) {
  const world = await open(guesses);
  await world.create();
  await world.call('ada', 'model photos', { model: 'Ada', photos: photos(12) });
  const state = async (id: number) => (await world.jobRows()).find((job) => job.id === id)?.state;
  const train = async (name = 'Ada') => (await world.call('ada', 'model train', { model: name })).job ?? 0;
  return { ...world, state, train };
}

describe('a training', () => {
  it('waits while PhotoGPT trains another model, without delaying pictures', async () => {
    const { create, call, train, begun, state, outcome, until, pass, calls } = await withPhotos();
    await create('ada', 'Second');
    await call('ada', 'model photos', { model: 'Second', photos: photos(12) });
    const first = await train();
    await begun(first);
    const second = await train('Second');
    await until(async () => calls('trainModel') > 1 && (await state(second)) === 'queued');
    const picture = await call('ada', 'imagine', { prompt: 'a lighthouse' });
    expect((await outcome(picture.job)).tone).toBe('good');
    pass(longestTraining);
    expect((await outcome(first)).tone).toBe('good');
    await until(async () => (await state(second)) === 'running', 20);
    pass(longestTraining);
    expect((await outcome(second)).text).toMatch(/is ready/);
  });

  it('is polled after a minute and then every five minutes', async () => {
    const { train, begun, until, calls, pass } = await withPhotos();
    await begun(await train());
    const before = calls('getModel');
    for (const [seconds, looks] of [
      [61, 1],
      [200, 1],
      [105, 2],
      [200, 2],
      [105, 3],
    ] as const) {
      pass(seconds);
      await until(() => calls('getModel') >= before + looks);
      expect(calls('getModel')).toBe(before + looks);
    }
  });

  it.each(['!lost-answer', '!500-after', '!502-after'])(
    'that %s left in doubt is found by the status of its model',
    async (fault) => {
      const { train, begun, pass, outcome, sandbox, paid, calls } = await withPhotos();
      sandbox.faults.add({ match: { operation: 'trainModel' }, fault, times: 1 });
      const job = await train();
      await begun(job);
      pass(longestTraining);
      expect((await outcome(job)).tone).toBe('good');
      expect([paid('training'), calls('trainModel')]).toEqual([1, 1]);
    },
  );

  it('whose request was lost is requested again after the grace', async () => {
    const { train, begun, state, until, sandbox, paid, clock } = await withPhotos();
    sandbox.faults.add({ match: { operation: 'trainModel' }, fault: '!lost-request', times: 1 });
    const job = await train();
    await until(async () => (await state(job)) === 'unknown');
    const since = clock.now();
    await begun(job);
    expect(clock.now() - since).toBeGreaterThan(55_000);
    expect(paid('training')).toBe(1);
  });

  it('begins once when the process stops before the answer', async () => {
    const { train, begun, restart, sandbox, paid, until, calls, state } = await withPhotos();
    sandbox.faults.add({ match: { operation: 'trainModel' }, fault: { answer: 'hang', effect: true }, times: 1 });
    const job = await train();
    await until(() => calls('trainModel') === 1);
    expect(await state(job)).toBe('submitting');
    await restart();
    await begun(job);
    expect([paid('training'), calls('trainModel')]).toEqual([1, 1]);
  });

  it('that fails can be asked for again', async () => {
    const { train, begun, pass, outcome, sandbox, call } = await withPhotos();
    sandbox.faults.add({ match: { operation: 'trainModel' }, fault: '!fail', times: 1 });
    const job = await train();
    await begun(job);
    pass(longestTraining);
    const failed = await outcome(job);
    expect(failed).toMatchObject({ tone: 'bad', private: true, text: expect.stringMatching(/training failed/) });
    expect(failed.buttons?.map(({ label }) => label)).toEqual(['Retry']);
    expect((await call('ada', 'model show', { model: 'Ada' })).text).toMatch(/last training failed/);
    const again = await call('ada', 'retry', { job });
    await begun(again.job ?? 0);
    pass(longestTraining);
    expect((await outcome(again.job)).tone).toBe('good');
  });

  it.each([
    ['!refuse', /did not accept/],
    ['!credits', /run out of credits/],
  ])('that PhotoGPT refuses (%s) ends with a sentence', async (fault, sentence) => {
    const { train, outcome, sandbox, paid } = await withPhotos();
    sandbox.faults.add({ match: { operation: 'trainModel' }, fault, times: 1 });
    expect((await outcome(await train())).text).toMatch(sentence);
    expect(paid('training')).toBe(0);
  });

  it('is one at a time for each model', async () => {
    const { train, begun, call, outcome, pass, jobRows } = await withPhotos();
    const job = await train();
    expect((await call('ada', 'model train', { model: 'Ada' })).text).toMatch(/being trained already/);
    await begun(job);
    pass(longestTraining);
    await outcome(job);
    expect((await call('ada', 'model train', { model: 'Ada' })).text).toMatch(/is trained already/);
    expect((await call('ada', 'model photos', { model: 'Ada', photos: photos(1, 60) })).text).toMatch(
      /trained already/,
    );
    expect(await jobRows()).toHaveLength(1);
  });

  it('ends when its model is deleted', async () => {
    const { train, begun, call, outcome, pass } = await withPhotos();
    const job = await train();
    await begun(job);
    await call('ada', 'model delete', { model: 'Ada', confirm: true });
    pass(6 * 60);
    expect((await outcome(job)).text).toMatch(/not there any more/);
  });

  it('that never ends is given up after three hours', async () => {
    const { train, begun, outcome, sandbox, pass } = await withPhotos();
    sandbox.faults.add({ match: { operation: 'trainModel' }, fault: '!stuck', times: 1 });
    const job = await train();
    await begun(job);
    pass(3 * 3_600 + 60);
    expect((await outcome(job)).text).toMatch(/did not finish within 18\d minutes/);
  });

  it('first hands over photos that failed before', async () => {
    const { create, call, begun, sandbox, until, rows, get } = await open();
    await create();
    sandbox.faults.add({ match: { operation: 'uploadImage' }, fault: '!429-bare', times: 1 });
    await call('ada', 'model photos', { model: 'Ada', photos: photos(12) });
    const { job = 0 } = await call('ada', 'model train', { model: 'Ada' });
    await begun(job);
    const [row] = await until(rows);
    expect((await get(`/models/${row?.remoteId}/images?imageType=input`)).body.result).toHaveLength(12);
  });
});

describe('the job that PhotoGPT lists for a training', () => {
  it('is not taken for a foreign job', async () => {
    const { train, begun, until, orphans, pass, db } = await withPhotos();
    pass(60);
    await begun(await train());
    pass(310);
    await until(async () => (await orphans()).length > 0);
    expect(await orphans()).toMatchObject([{ verdict: 'training' }]);
    expect(await db.orm.query.keys.findMany()).toMatchObject([{ foreignAt: null }]);
  });

  it('is never adopted by a picture whose answer was lost', async () => {
    const { train, begun, call, outcome, sandbox, paid, orphans } = await withPhotos();
    sandbox.faults.add({ match: { operation: 'generateImage' }, fault: '!lost-request', times: 1 });
    await begun(await train());
    const picture = await call('ada', 'imagine', { prompt: 'a lighthouse' });
    expect(await outcome(picture.job)).toMatchObject({ tone: 'good', media: { length: 1 } });
    expect(await orphans()).toMatchObject([{ verdict: 'training' }]);
    expect([paid('training'), paid('image')]).toEqual([1, 1]);
  });
});
