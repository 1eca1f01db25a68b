import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTrain, type TrainParts } from '../../../src/jobs/submit/train.ts';
import { createTrainStore } from '../../../src/jobs/submit/train-store.ts';
import { newModelGraceMs, trainingPollIntervalMs } from '../../../src/jobs/timings.ts';
import { PhotoGPTError } from '../../../src/photogpt/error.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

const missing = new PhotoGPTError({
  operation: 'getModel',
  verdict: 'rejected',
  reason: 'missing',
  message: 'no such model',
  err: '404',
});

/** Starts a training, and returns a step of a process whose own clock is `offSeconds` ahead. PhotoGPT lost the model. */
async function openTraining(offSeconds: number) {
  const { id } = await world.asked({ ...imagine(), operation: 'train', request: { identity: 1, prompt: 'Ada' } });
  let isMissing = false;
  const train = createTrain({
    key,
    transitions: world.transitions,
    apiKeyStore: world.bot.apiKeyStore,
    clock: { ...world.clock, now: () => world.clock.now() + offSeconds * 1_000 },
    random: () => 0.5,
    trainings: createTrainStore(world.db, key),
    api: {
      async getModel() {
        if (isMissing) throw missing;
        return { status: 'created' };
      },
      trainModel: async () => {},
    },
    identities: { find: async () => ({ id: 1, name: 'Ada', remoteId: 'model-1' }), status: async () => {} },
    remoteModel: { uploadPhotos: async () => ({}) },
    purgeDeletedModels: async () => 0,
    log: { warn: () => {} },
  } as unknown as TrainParts);
  await train(signal);
  expect(await world.row(id)).toMatchObject({ state: 'running' });
  isMissing = true;
  return { id, train };
}

describe('a training whose model PhotoGPT does not know', () => {
  it.each([
    ['a day ahead', 86_400],
    ['a day behind', -86_400],
  ])('stays while the model is new, with our clock %s', async (_how, offSeconds) => {
    const { id, train } = await openTraining(offSeconds);
    world.pass(newModelGraceMs / 1_000 - 10);
    await world.db.run(sql`update jobs set next_at = created_at where id = ${id} returning id`);
    await train(signal);
    expect(await world.row(id)).toMatchObject({ state: 'running' });
  });

  it.each([
    ['a day ahead', 86_400],
    ['a day behind', -86_400],
  ])('fails at the next poll after that, with our clock %s', async (_how, offSeconds) => {
    const { id, train } = await openTraining(offSeconds);
    world.pass(trainingPollIntervalMs / 1_000 + 10);
    await train(signal);
    expect(await world.row(id)).toMatchObject({ state: 'failed' });
  });
});
