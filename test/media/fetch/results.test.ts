import { truncate } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../../src/errors/catalogue.ts';
import { createDownload } from '../../../src/media/fetch/download.ts';
import { createResults } from '../../../src/media/fetch/results.ts';
import type { MediaFiles } from '../../../src/media/files.ts';
import { useDatabase } from '../../jobs/movable-database.ts';
import { film, imagine, openWorld } from '../../jobs/world.ts';
import { openFiles } from '../kept-files.ts';

const database = useDatabase();
const signal = AbortSignal.timeout(60_000);

async function openResults(guesses = {}) {
  const world = await openWorld({ database, guesses });
  const { download, close } = createDownload({ loopback: true });
  onTestFinished(close);
  const on = (files: MediaFiles) => createResults({ api: world.bot.api, store: world.mediaStore, files, download });
  const fetches = () => world.sandbox.ledger.recent().filter(({ path }) => path.startsWith('/media/')).length;
  return { ...world, on, results: on(world.files), fetches };
}

describe('results', () => {
  it('are fetched once, named after the prompt, and described', async () => {
    const { ready, results, files, fetches } = await openResults();
    const job = await ready(imagine('A Lighthouse, at dusk! 灯台', 3));
    const media = await results(job, signal);
    expect(media).toHaveLength(3);
    expect(media[1]).toMatchObject({
      kind: 'image',
      name: `a-lighthouse-at-dusk-${job.id}-2.jpg`,
      type: 'image/jpeg',
      alt: 'A Lighthouse, at dusk! 灯台',
      spoiler: false,
    });
    for (const { id, bytes } of media) expect(await files.size(id)).toBe(bytes);
    expect(new Set(media.map(({ id }) => id)).size).toBe(3);
    const before = fetches();
    expect(before).toBe(3);
    expect(await results(job, signal)).toEqual(media);
    expect(fetches()).toBe(before);
  });

  it('are fetched by a fresh link when the first has gone stale', async () => {
    const { ready, results } = await openResults();
    const job = await ready();
    const stale = { ...job, outputs: job.outputs.map((output) => ({ ...output, url: `${output.url}-gone` })) };
    expect(await results(stale, signal)).toHaveLength(1);
  });

  it('are fetched to every disk that lacks them, under the same id', async () => {
    const { ready, results, on, fetches } = await openResults();
    const job = await ready(imagine('a boat', 2));
    const here = await results(job, signal);
    const elsewhere = await openFiles();
    expect(await on(elsewhere.files)(job, signal)).toEqual(here);
    expect((await elsewhere.all()).sort()).toEqual(here.map(({ id }) => id).sort());
    expect(fetches()).toBe(4);
  });

  it('are fetched again when the file is gone or cut short', async () => {
    const { ready, results, files } = await openResults();
    const job = await ready(imagine('a boat', 2));
    const [first, second] = await results(job, signal);
    await files.remove(first?.id ?? '');
    await truncate(files.path(second?.id ?? ''), 10);
    const again = await results(job, signal);
    expect(again).toEqual([first, second]);
    for (const { id, bytes } of again) expect(await files.size(id)).toBe(bytes);
  });

  it('that PhotoGPT no longer has are gone, and leave no file behind', async () => {
    const { ready, on, bot } = await openResults();
    const job = await ready();
    for (const { id } of job.outputs) await bot.api.deleteImage({ imageID: id }, { signal });
    const disk = await openFiles();
    const failure = await on(disk.files)(job, signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({ failure: { code: 'resultGone' } });
    expect(await disk.all()).toEqual([]);
  });

  it('that cannot be fetched now can be fetched later', async () => {
    const { ready, results, sandbox } = await openResults();
    const job = await ready();
    sandbox.faults.add({ match: { operation: 'media' }, fault: { answer: { status: 503 } }, times: 1 });
    const failure = await results(job, signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DownloadError', kind: 'trouble' });
    expect(await results(job, signal)).toHaveLength(1);
  });

  it('may be pictures of another type, but no other files', async () => {
    const { ready, results, sandbox } = await openResults();
    const job = await ready();
    const html = { status: 200, headers: { 'content-type': 'image/jpeg' }, body: '<html>Sorry</html>' };
    sandbox.faults.add({ match: { operation: 'media' }, fault: { answer: html }, times: 1 });
    await expect(results(job, signal)).rejects.toThrow('what arrived is neither a picture nor a video');
  });

  it('of two processes that fetch at once have the same ids', async () => {
    const { ready, results, mediaStore } = await openResults();
    const job = await ready(imagine('a boat', 2));
    const [one, other] = await Promise.all([results(job, signal), results(job, signal)]);
    const rows = await mediaStore.ofJob(job.id);
    expect(rows).toHaveLength(2);
    expect(one.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(other.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });

  it('of a video have its length', async () => {
    const { running, results, bot, pass, row } = await openResults();
    const { id } = await running(film());
    for (let minute = 0; minute < 30 && (await row(id)).state !== 'ready'; minute += 1) {
      pass(60);
      bot.poll.forget();
      await bot.poll.step(signal);
      await bot.prepare(signal);
    }
    const [media] = await results(await row(id), signal);
    expect(media).toMatchObject({ kind: 'video', type: 'video/mp4', name: `waves-at-night-${id}-1.mp4` });
    expect(media?.seconds).toBeGreaterThan(0);
  });
});
