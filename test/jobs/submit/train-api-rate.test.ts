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

/** Begins a training whose photos are there, with a budget that is waited for while `meanwhile` happens. */
async function trained(meanwhile: () => Promise<void>) {
  const { id } = await world.asked({ ...imagine(), operation: 'train', request: { identity: 1, prompt: 'Ada' } });
  const heard: string[] = [];
  const parts = {
    ...{
      key,
      transitions: world.transitions,
      apiKeyStore: world.bot.apiKeyStore,
      clock: world.clock,
      random: () => 0.5,
    },
    trainings: createTrainStore(world.db, key),
    api: {
      getModel: async () => ({ status: 'created' }),
      trainModel: async () => void heard.push('asked for'),
    },
    apiRate: { enter: meanwhile, leave: async () => void heard.push('given back') },
    // Models and their photos have tests of their own.
    identities: { find: async () => ({ id: 1, name: 'Ada', remoteId: 'model-1' }), status: async () => {} },
    remoteModel: { handOver: async () => ({}) },
    eraseBuried: async () => 0,
    log: { warn: () => {} },
  } as unknown as TrainParts;
  await createTrain(parts)(signal);
  return { id, heard };
}

describe('a training of a key with a budget', () => {
  it('waits before it is said that its request leaves, so that the whole claim is for the request', async () => {
    const { id, heard } = await trained(async () => {
      expect(await world.rows()).toMatchObject([{ state: 'submitting', sentAt: null }]);
      world.pass(submitLeaseMs / 1000 - 1);
    });
    expect(heard).toEqual(['asked for']);
    expect((await world.row(id)).state).toBe('running');
  });

  it('is not asked for by a process that waited for longer than its claim lasts, and the call is given back', async () => {
    const { id, heard } = await trained(async () => {
      world.pass(submitLeaseMs / 1000 + 1);
      await world.transitions.expire();
    });
    expect(heard).toEqual(['given back']);
    expect(await world.row(id)).toMatchObject({ state: 'queued', sentAt: null });
  });

  it('waits in the queue when the process is stopped meanwhile', async () => {
    const { id, heard } = await trained(() => Promise.reject(new Error('the bot is stopping')));
    expect(heard).toEqual([]);
    expect((await world.row(id)).state).toBe('queued');
  });
});
