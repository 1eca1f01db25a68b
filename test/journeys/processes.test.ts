import { mkdir, readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { credentials } from '../security/no-secrets.ts';
import { type Ground, openGround } from '../torture/processes/ground.ts';
import { problemsOf } from '../torture/processes/run-scenario.ts';
import { migration, scenarioKeys, sigterm } from '../torture/processes/scenarios.ts';
import { runSeed } from '../torture/processes/seed.ts';

const key = credentials.keyOfProcesses;
const patience = 120_000;
/** Half of what the command takes: the rest of the suite wants the cores too, and late is then not mistaken for lost. */
const speed = 10;
let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ keys: [key, ...scenarioKeys], speed });
});
afterAll(() => ground?.close());

/** Puts the run's template database into a folder: building one takes long. */
async function embed(folder: string, file: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const loadDataDir = new Blob([new Uint8Array(await readFile(file))]);
  await (await PGlite.create({ dataDir: folder, loadDataDir })).close();
}

describe('processes of the bot', { timeout: patience }, () => {
  it('end every call that was accepted in one result and one paid job, at whatever point they are killed', async () => {
    const tour = [
      'createVideoDownload.after',
      'generateImage.before',
      'generateImage.after',
      'media.before',
      'edit.after',
    ];
    const stories: string[] = [];
    const template = inject('template');
    // Both engines must bear it, but starting the embedded one takes three times as long: so only where there is time.
    const isEmbedded = !ground.server || process.env.CI !== undefined;
    const result = await runSeed(ground, {
      ...{ seed: 1, kills: tour.length, key, tour },
      embed: isEmbedded && template.engine === 'embedded' ? (folder) => embed(folder, template.file) : undefined,
      log: (line) => stories.push(line),
    });
    const { lost, twice: doubled, wrongPerson, paidTwice, cannotTell, failures, troubles } = result;
    expect({ lost, doubled, wrongPerson, paidTwice, cannotTell, failures, troubles }, stories.join('\n')).toEqual({
      ...{ lost: 0, doubled: 0, wrongPerson: 0, paidTwice: 0, cannotTell: 0, failures: 0, troubles: [] },
    });
    expect([...result.points.keys()].sort()).toEqual([...tour].sort());
  });

  it('that are asked to stop under load end in order within 15 s, and lose nothing', async () => {
    expect(problemsOf('sigterm', await sigterm(ground))).toEqual([]);
  });

  it('of an old version work on while two new ones migrate the database, once, and take their place', async ({
    skip,
  }) => {
    if (!ground.server) return skip('several processes need a Postgres server');
    const outcome = await migration(ground);
    const [before, after] = outcome.applied;
    expect(problemsOf('migration', outcome)).toEqual([]);
    expect({ more: after - before, isOldUp: outcome.isOldUp }).toEqual({ more: 1, isOldUp: true });
  });
});
