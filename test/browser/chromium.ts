/** A real browser for tests: the one that is installed, with pages that fail the test when anything in them does. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is, or undefined where there is none: then there is nothing to test with. */
export const browserPath = [process.env.CHROMIUM_PATH ?? '', ...places].find((path) => path && existsSync(path));

/** Starts the browser. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** A page of its own visitor; `trouble` collects errors, refused resources, and requests to anywhere else. */
export async function visit(browser: Browser, address: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith('blob:')) trouble.push(`asked for ${url}`);
  });
  await page.goto(address);
  await page.locator('#channel-name', { hasText: /#|PhotoGPT$/ }).waitFor();
  return { page, trouble, close: () => context.close() };
}

/** The messages in the channel, as they are read. */
export const messages = (page: Page) => page.locator('#channel-timeline .message');
