import { beforeEach, describe, expect, it } from 'vitest';
import { createTrain, type TrainParts } from '../../../src/jobs/submit/train.ts';
import { createTrainStore } from '../../../src/jobs/submit/train-store.ts';
import { submitLeaseMs } from '../../../src/jobs/timings.ts';
import { useDatabase } from '../movable-database.ts';
import { imagine, key, openWorld, signal, type World } from '../world.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

/** Begins a training whose photos are there. `meanwhile` runs while it waits for the API rate. */
async function trained(meanwhile: () => Promise<void>) {
  const { id } = await world.asked({ ...imagine(), operation: 'train', request: { identity: 1, prompt: 'Ada' } });
  const calls: string[] = [];
  const parts = {
    key,
    transitions: world.transitions,
    apiKeyStore: world.bot.apiKeyStore,
    clock: world.clock,
    random: () => 0.5,
    trainings: createTrainStore(world.db, key),
    api: {
      getModel: async () => ({ status: 'created' }),
      trainModel: async () => void calls.push('trainModel'),
    },
    apiRate: { enter: meanwhile, leave: async () => void calls.push('leave') },
    // Models and their photos have tests of their own.
    identities: { find: async () => ({ id: 1, name: 'Ada', remoteId: 'model-1' }), status: async () => {} },
    remoteModel: { uploadPhotos: async () => ({}) },
    purgeDeletedModels: async () => 0,
    log: { warn: () => {} },
  } as unknown as TrainParts;
  await createTrain(parts)(signal);
  return { id, calls };
}

describe('a training of a key with an API rate', () => {
  it('waits for its call before sentAt is set', async () => {
    const { id, calls } = await trained(async () => {
      expect(await world.rows()).toMatchObject([{ state: 'submitting', sentAt: null }]);
      world.pass(submitLeaseMs / 1000 - 1);
    });
    expect(calls).toEqual(['trainModel']);
    expect((await world.row(id)).state).toBe('running');
  });

  it('gives the call back when the claim ended during the wait', async () => {
    const { id, calls } = await trained(async () => {
      world.pass(submitLeaseMs / 1000 + 1);
      await world.transitions.expire();
    });
    expect(calls).toEqual(['leave']);
    expect(await world.row(id)).toMatchObject({ state: 'queued', sentAt: null });
  });

  it('goes back into the queue when the process stops during the wait', async () => {
    const { id, calls } = await trained(() => Promise.reject(new Error('the bot is stopping')));
    expect(calls).toEqual([]);
    expect((await world.row(id)).state).toBe('queued');
  });
});
