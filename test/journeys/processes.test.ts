import { mkdir, readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { credentials } from '../security/no-secrets.ts';
import { type Ground, openGround } from '../torture/processes/ground.ts';
import { problemsOf } from '../torture/processes/run-scenario.ts';
import { migration, scenarioKeys, sigterm } from '../torture/processes/scenarios.ts';
import { runSeed } from '../torture/processes/seed.ts';

const key = credentials.keyOfProcesses;
const testTimeoutMs = 120_000;
/**
 * Half the speed of the command. The rest of the suite uses the cores too, and a late answer must not count as lost.
 */
const speed = 10;
let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ keys: [key, ...scenarioKeys], speed });
});
afterAll(() => ground?.close());

/** Copies the template database of the run into a folder, because building one takes long. */
async function embed(folder: string, file: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const loadDataDir = new Blob([new Uint8Array(await readFile(file))]);
  await (await PGlite.create({ dataDir: folder, loadDataDir })).close();
}

describe('processes of the bot', { timeout: testTimeoutMs }, () => {
  it('end every accepted call in one result and one paid job when killed at any point', async () => {
    const tour = [
      'createVideoDownload.after',
      'generateImage.before',
      'generateImage.after',
      'media.before',
      'edit.after',
    ];
    const stories: string[] = [];
    const template = inject('template');
    // On both engines in CI. Elsewhere only on the server, because starting the embedded one takes three times as long.
    const isEmbedded = !ground.server || process.env.CI !== undefined;
    const result = await runSeed(ground, {
      seed: 1,
      kills: tour.length,
      key,
      tour,
      embed: isEmbedded && template.engine === 'embedded' ? (folder) => embed(folder, template.file) : undefined,
      log: (line) => stories.push(line),
    });
    const { lost, twice: doubled, wrongPerson, paidTwice, cannotTell, failures, troubles } = result;
    expect({ lost, doubled, wrongPerson, paidTwice, cannotTell, failures, troubles }, stories.join('\n')).toEqual({
      lost: 0,
      doubled: 0,
      wrongPerson: 0,
      paidTwice: 0,
      cannotTell: 0,
      failures: 0,
      troubles: [],
    });
    expect([...result.points.keys()].sort()).toEqual([...tour].sort());
  });

  it('stop under load in order within 15 s, and lose nothing', async () => {
    expect(problemsOf('sigterm', await sigterm(ground))).toEqual([]);
  });

  it('work on while two of a new version migrate the database once and take over', async ({ skip }) => {
    if (!ground.server) return skip('several processes need a Postgres server');
    const outcome = await migration(ground);
    const [before, after] = outcome.applied;
    expect(problemsOf('migration', outcome)).toEqual([]);
    expect({ more: after - before, isOldUp: outcome.isOldUp }).toEqual({ more: 1, isOldUp: true });
  });
});
