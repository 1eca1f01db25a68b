import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserPath, launch, visit } from './chromium.ts';

describe.skipIf(!browserPath)('the demo, as a newcomer meets it', () => {
  let browser: Browser;
  let demo: ChildProcess;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-newcomer-'));
    const script = ['--import', 'tsx', 'src/demo.ts', '--port', '0', '--speed', '20', '--data', folder];
    demo = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!demo.stdout) throw new Error('the demo has no output');
    for await (const line of createInterface({ input: demo.stdout })) {
      url = /http:\S+/.exec(line)?.[0] ?? '';
      if (url) break;
    }
  });

  afterAll(async () => {
    const gone = once(demo, 'exit');
    demo.kill('SIGTERM');
    expect((await gone)[0]).toBe(0);
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers a prompt with a picture, and its button with a playing video', async () => {
    const { page, trouble } = await visit(browser, url);
    await page.locator('#composer textarea').fill('/imagine a lighthouse at dusk ratio:16:9');
    await page.keyboard.press('Enter');
    const picture = page.locator('img[src*="/media/"]').first();
    await picture.waitFor({ timeout: 40_000 });
    type Picture = { decode(): Promise<void>; naturalWidth: number; naturalHeight: number };
    const shape = await picture.evaluate(async (element) => {
      const image = element as unknown as Picture;
      await image.decode();
      return image.naturalWidth / image.naturalHeight;
    });
    expect(shape).toBeCloseTo(16 / 9, 1);
    expect(await picture.getAttribute('alt')).toBe('a lighthouse at dusk');

    await page.getByRole('button', { name: 'Animate', exact: true }).click();
    const video = page.locator('video').first();
    await video.waitFor({ timeout: 60_000 });
    const plays = () =>
      video.evaluate((element) => {
        const film = element as unknown as { videoWidth: number; currentTime: number };
        return film.videoWidth > 0 && film.currentTime > 0.2;
      });
    await expect.poll(plays, { timeout: 20_000 }).toBe(true);

    await page.reload();
    await page.locator('img[src*="/media/"]').first().waitFor({ timeout: 20_000 });
    expect(trouble).toEqual([]);
  });
});
