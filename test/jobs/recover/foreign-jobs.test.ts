import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../movable-database.ts';
import { openWorld, type World } from '../world.ts';
import { jobInDoubt, reconcileThroughGrace, startForeignJob } from './doubt.ts';

const database = useDatabase();
let world: World;
beforeEach(async () => {
  world = await openWorld({ database });
});

describe('the audit for foreign jobs', () => {
  it('finds a foreign job, and ends adoption for good', async () => {
    await world.bot.audit();
    world.pass(60);
    const theirs = await startForeignJob(world);
    await world.running();
    world.pass(30);
    await world.bot.audit();
    expect(await world.bot.apiKeyStore.state()).toMatchObject({ foreign: true });
    expect(await world.orphans()).toMatchObject([{ remoteId: theirs, verdict: 'foreign' }]);
    const id = await jobInDoubt(world, true);
    await reconcileThroughGrace(world);
    expect((await world.row(id)).state).toBe('failed');
  });

  it('suspects no job of ours: finished, just sent or in doubt', async () => {
    await world.bot.audit();
    world.pass(60);
    await world.ready();
    await jobInDoubt(world, true);
    await world.bot.audit();
    expect(await world.bot.apiKeyStore.state()).toMatchObject({ foreign: false });
  });

  it('suspects no job from before the first start of the bot', async () => {
    await startForeignJob(world);
    world.pass(60);
    await world.bot.audit();
    world.pass(60);
    await world.bot.audit();
    expect(await world.bot.apiKeyStore.state()).toMatchObject({ foreign: false });
  });
});
