import { describe, expect, it } from 'vitest';
import { browserPath } from './chromium.ts';
import { eventually, setStage } from './stage.ts';

describe.skipIf(!browserPath)('pictures in the playground', () => {
  const stage = setStage();

  it('opens the menu of a picture by mouse, button and keyboard', async () => {
    const media = await stage.fake.picture();
    await stage.said({ media: [media] });
    const page = await stage.come();
    const picture = page.locator('.picture-open');
    const menu = page.getByRole('menu');
    await picture.click({ button: 'right' });
    await menu.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'What to do with this picture' }).click();
    expect(await menu.getByRole('menuitem').allTextContents()).toEqual([
      'Edit this',
      'Open',
      'Copy link',
      'Download',
      'Details',
    ]);
    await page.keyboard.press('Escape');
    await picture.focus();
    await page.keyboard.press('Shift+F10');
    await menu.waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Prompt').fill('at night');
    await page.keyboard.press('Control+Enter');
    await eventually(async () =>
      expect(stage.fake.runs[0]?.call.options).toEqual({ pictures: [media.id], prompt: 'at night' }),
    );
  });

  it('shows pictures large, one after the other', async () => {
    await stage.said({
      media: [await stage.fake.picture({ alt: 'the first' }), await stage.fake.picture({ alt: 'the second', hue: 90 })],
    });
    const page = await stage.come();
    await page.locator('.picture-open').first().click();
    const viewer = page.getByRole('dialog', { name: 'Pictures' });
    await viewer.getByText('1 of 2 · the first').waitFor();
    await page.keyboard.press('ArrowRight');
    await viewer.getByText('2 of 2 · the second').waitFor();
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    expect(
      await page
        .locator('.picture-open')
        .first()
        .evaluate((each) => each.matches(':focus')),
    ).toBe(true);
  });

  it('keeps a spoiler covered until a press', async () => {
    await stage.said({ media: [await stage.fake.picture({ spoiler: true })] });
    const page = await stage.come();
    expect(await page.locator('.picture-open').evaluate((each) => each.matches(':is([inert])'))).toBe(true);
    await page.getByRole('button', { name: 'Hidden picture: show it' }).click();
    await eventually(async () => expect(await page.locator('.is-covered').count()).toBe(0));
  });

  it('keeps the reader’s place when a picture above it loads', async () => {
    const media = await Promise.all([1, 2, 3].map((hue) => stage.fake.picture({ hue, width: 900, height: 1600 })));
    await stage.said({ media });
    await stage.said({ text: 'Below' });
    const page = await stage.come();
    const figure = page.locator('.picture').first();
    const before = await figure.boundingBox();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    expect(await figure.boundingBox()).toEqual(before);
    expect((before?.width ?? 0) / (before?.height ?? 1)).toBeCloseTo(900 / 1600, 1);
  });
});
