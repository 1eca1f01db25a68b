import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { paint } from '../platforms/scripted-bot.ts';
import { browserPath, messages, visit } from './chromium.ts';
import { channel, eventually, setStage } from './stage.ts';

const box = (page: Page) => page.locator('#composer textarea');
const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true };

describe.skipIf(!browserPath)('the page of the playground', () => {
  const stage = setStage();

  it('makes the first picture with one press', async () => {
    stage.fake.script.answer = async (call) => ({
      text: 'Here it is',
      tone: 'good',
      quote: String(call.options.prompt),
      media: [await stage.fake.picture()],
    });
    const page = await stage.come();
    await page.getByRole('button', { name: /lighthouse/ }).click();
    await page.locator('.picture img').waitFor();
    await eventually(async () => expect(await messages(page).count()).toBe(2));
    expect(await page.locator('.picture img').getAttribute('alt')).toBe('hills under a sun');
    const width = () =>
      page.locator('.picture img').evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth);
    await eventually(async () => expect(await width()).toBe(640));
  });

  it('leads through a command by keyboard alone', async () => {
    const page = await stage.come();
    await box(page).press('/');
    await page.getByRole('option', { name: /imagine/ }).waitFor();
    await eventually(async () => expect(await page.getByRole('option').count()).toBe(4));
    await page.keyboard.type('im');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await box(page).inputValue()).toBe('/imagine prompt:'));
    await page.keyboard.type('a cat ratio:');
    await page.getByRole('option', { name: '16:9' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await box(page).inputValue()).toBe('/imagine prompt:a cat ratio:16:9 '));
    await page.keyboard.type('look:wat');
    await page.getByRole('option', { name: 'Watercolour' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(async () =>
      expect(stage.fake.runs[0]?.call.options).toEqual({ prompt: 'a cat', ratio: '16:9', look: 'Watercolour' }),
    );
    await eventually(async () => expect(await box(page).inputValue()).toBe(''));
  });

  it('shows a form for missing options, checks it and sends it', async () => {
    const page = await stage.come();
    await box(page).fill('/imagine ratio:16:9');
    await box(page).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('This is needed.').waitFor();
    await dialog.getByLabel('Prompt').fill('a boat');
    await dialog.getByLabel('Count').fill('9');
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('From 1 to 4.').waitFor();
    await dialog.getByLabel('Count').fill('2');
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await eventually(async () =>
      expect(stage.fake.runs[0]?.call.options).toEqual({ prompt: 'a boat', ratio: '16:9', count: 2 }),
    );
  });

  it('takes files and offers the commands for them', async () => {
    const page = await stage.come();
    const chooser = page.waitForEvent('filechooser');
    await page.locator('#composer').getByRole('button', { name: 'Add pictures' }).click();
    const bytes = await paint(60, 40, 200);
    await (await chooser).setFiles({ name: 'boat.png', mimeType: 'image/png', buffer: bytes });
    await page.getByAltText('boat.png').waitFor();
    await page.getByRole('button', { name: '/edit' }).click();
    await page.keyboard.type('make it night');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(stage.fake.runs[0]?.files[0]?.bytes.length).toBe(bytes.length));
    await page.getByAltText('boat.png').waitFor({ state: 'detached' });
  });

  it('shows markup as text', async () => {
    const hostile = '<img src=x onerror=alert(1)> **no** `no` @everyone <@ada> [a](javascript:alert(1))';
    await stage.said({
      text: '**Bold** and `code` <b>',
      quote: hostile,
      facts: [{ label: 'Seed', value: '<i>1</i>' }],
    });
    await stage.open.visitor('ben').write(channel, hostile);
    const page = await stage.come();
    expect(await page.locator('blockquote').textContent()).toBe(hostile);
    expect(await messages(page).last().locator('.message-text').textContent()).toBe(hostile);
    expect(await page.locator('.message-text strong').allInnerTexts()).toEqual(['Bold']);
    expect(await page.locator('.message').locator('a, b, i:not(.dots i)').count()).toBe(0);
  });

  it('shows private answers to one person, who changes with one click', async () => {
    const ada = await stage.come();
    const ben = await stage.come();
    await ben.getByRole('button', { name: 'Ben', exact: true }).click();
    await box(ada).fill('/help');
    await box(ada).press('Enter');
    await ada.getByText('Only you can see this').waitFor();
    await box(ada).fill('Hello all');
    await box(ada).press('Enter');
    await ben.getByText('Hello all').waitFor();
    expect(await messages(ben).count()).toBe(1);
    await ben.getByRole('button', { name: 'Ada', exact: true }).click();
    await eventually(async () => expect(await messages(ben).count()).toBe(3));
  });

  it('keeps its messages over a reload', async () => {
    await stage.said({ text: 'Kept', media: [await stage.fake.picture()] });
    const page = await stage.come();
    await page.getByRole('button', { name: 'video-lab' }).click();
    await page.getByText('Welcome to #video-lab').waitFor();
    await page.reload();
    await page.getByText('Welcome to #video-lab').waitFor();
    await page.getByRole('button', { name: 'make-pictures' }).click();
    await page.getByText('Kept').waitFor();
  });

  it('reconnects by itself after the server was away', async () => {
    const visitor = await visit(stage.browser, stage.open.url());
    const { page } = visitor;
    await stage.open.visitor('ben').write(channel, 'before');
    await page.getByText('before', { exact: true }).waitFor();
    const port = Number(new URL(stage.open.url()).port);
    await stage.open.platform.stop();
    await page.getByText('Reconnecting…').waitFor();
    await stage.open.again(port);
    await stage.open.history.add([
      { channel, text: 'meanwhile', author: { id: 'ben', name: 'Ben', roles: [], moderator: false } },
    ]);
    await page.getByText('meanwhile').waitFor();
    await page.getByText('Reconnecting…').waitFor({ state: 'hidden' });
    await stage.open.visitor('ben').write(channel, 'after');
    await page.getByText('after', { exact: true }).waitFor();
    expect(await messages(page).locator('.message-text').allInnerTexts()).toEqual(['before', 'meanwhile', 'after']);
    // The browser's console has the failed requests, as it should.
    await visitor.close();
  });

  it('follows new messages at the end, and offers them elsewhere', async () => {
    for (let index = 0; index < 30; index += 1) await stage.open.visitor('ben').write(channel, `line ${index}`);
    const page = await stage.come();
    await stage.open.visitor('ben').write(channel, 'followed');
    await page.getByText('followed').waitFor();
    expect(await page.getByText('followed').isVisible()).toBe(true);
    const scroller = page.locator('#channel-timeline .timeline-scroll');
    await scroller.evaluate((each) => each.scrollTo(0, 0));
    await eventually(async () => expect(await scroller.evaluate((each) => each.scrollTop)).toBe(0));
    await stage.open.visitor('ben').write(channel, 'not followed');
    await page.getByRole('button', { name: 'New messages' }).click();
    await eventually(async () => {
      const rest = await scroller.evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight);
      expect(rest).toBeLessThan(3);
    });
  });

  it('shows a thread beside the channel', async () => {
    await stage.open.visitor('ben').write(channel, 'A root');
    const page = await stage.come();
    await messages(page).first().hover();
    await page.getByRole('button', { name: 'Reply in thread' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.locator('textarea').fill('/imagine in here');
    await thread.locator('textarea').press('Enter');
    await thread.getByText('You asked for imagine.').waitFor();
    expect(stage.fake.runs[0]?.origin.place).toMatchObject({ channel, thread: expect.any(String) });
    await page.getByRole('button', { name: '2 replies' }).waitFor();
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'hidden' });
  });

  it('jumps to the message that a mention is about', async () => {
    const [target] =
      (await stage.open.history.add([
        { channel: 'gallery', text: '', message: { text: 'The picture', tone: 'good' } },
      ])) ?? [];
    const ada = { id: 'ada', name: 'Ada', roles: [], moderator: false };
    await stage.said({
      text: 'Your picture is done.',
      mention: ada,
      link: { platform: 'playground', channel: 'gallery', id: String(target?.id), data: null },
    });
    const page = await stage.come();
    expect(await page.locator('.mention').textContent()).toBe('@Ada');
    await page.getByRole('button', { name: 'Go to it' }).click();
    await page.locator('.is-found', { hasText: 'The picture' }).waitFor();
  });

  it('fits a phone', async () => {
    await stage.said({
      media: await Promise.all([1, 2, 3, 4].map((hue) => stage.fake.picture({ hue: hue * 60 }))),
      buttons: ['Again', 'Upscale 1', 'Upscale 2', 'Animate'].map((label) => ({
        label,
        call: { command: 'help', options: {} },
      })),
    });
    const page = await stage.come(phone);
    await page.locator('.picture img').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    await page.getByRole('button', { name: 'Channels and people' }).tap();
    await page.getByRole('button', { name: 'video-lab' }).tap();
    await page.getByText('Welcome to #video-lab').waitFor();
    await box(page).fill('/imagine');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });

  it('has the system’s colours until a person decides', async () => {
    const page = await stage.come({ colorScheme: 'dark' });
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await paper();
    await page.getByRole('button', { name: 'Light colours' }).click();
    await eventually(async () => expect(await paper()).not.toBe(dark));
    await page.reload();
    await page.getByRole('button', { name: 'Dark colours' }).waitFor();
  });
});
