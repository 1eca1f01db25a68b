import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { favourites } from '../../src/db/schema/media-schema.ts';
import { createMediaFiles } from '../../src/media/files.ts';
import { createMediaStore } from '../../src/media/media-store.ts';
import { createRetention } from '../../src/media/retention.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { imagine, openWorld, origin } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';

const database = useDatabase();

it('retention frees the disk of old files, and keeps favourites and files in use', async () => {
  const world = await openWorld({ database });
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-old-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = createMediaFiles(folder);
  const store = createMediaStore(world.db);
  const clock = createMovedClock(world.clock.now());
  const { id: job } = await world.ready();

  const whose = { platform: 'playground', tenant: 'home', person: 'ada' };
  const facts = { kind: 'image' as const, type: 'image/png', bytes: 3, width: 1, height: 1, sha256: 'x' };
  async function kept(age: number, more: { job?: number; image?: number; known?: boolean } = {}): Promise<string> {
    const id = files.newId();
    const draft = await files.draft();
    await writeFile(draft, 'abc');
    await files.settle(draft, id);
    const since = clock.now() / 1000 - age * 86_400;
    await utimes(files.path(id), since, since);
    const { known = true, ...result } = more;
    if (known) await store.insert({ id, ...whose, ...facts, ...result });
    return id;
  }
  const there = async (id: string) => ({
    file: (await files.size(id)) !== undefined,
    row: (await store.find(id)) !== undefined,
  });

  const old = {
    result: await kept(31, { job, image: 1 }),
    liked: await kept(31, { job, image: 2 }),
    reference: await kept(31),
    used: await kept(31),
    stray: await kept(31, { known: false }),
  };
  const young = {
    result: await kept(29, { job, image: 3 }),
    reference: await kept(29),
    stray: await kept(1, { known: false }),
  };
  await world.db.orm.insert(favourites).values({ ...whose, media: old.liked });
  await world.asked({ ...imagine(), refs: [{ media: old.used, role: 'reference' }] }, origin());

  const folders = (await readdir(folder)).length;
  const step = createRetention({ files, store, days: 30, clock });
  for (let steps = 0; steps < Math.ceil(folders / 8); steps += 1) await step();

  expect(await there(old.result)).toEqual({ file: false, row: true });
  expect(await there(old.reference)).toEqual({ file: false, row: false });
  expect(await there(old.stray)).toEqual({ file: false, row: false });
  expect(await there(old.liked)).toEqual({ file: true, row: true });
  expect(await there(old.used)).toEqual({ file: true, row: true });
  expect(await there(young.result)).toEqual({ file: true, row: true });
  expect(await there(young.reference)).toEqual({ file: true, row: true });
  expect(await there(young.stray)).toEqual({ file: true, row: false });

  const never = createRetention({ files, store, days: 0, clock });
  clock.pass(1e9);
  await never();
  expect(await there(young.result)).toEqual({ file: true, row: true });
});
