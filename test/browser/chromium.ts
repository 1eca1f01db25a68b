/** A real browser for tests: the installed one. Errors in a page are collected, so that the test can fail. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a browser. Undefined without one, and then the tests are skipped. */
export const browserPath = [process.env.CHROMIUM_PATH ?? '', ...places].find((path) => path && existsSync(path));

/** Starts the browser. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** Opens the page as a new visitor. `trouble` collects errors, refused resources, and requests to other hosts. */
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

/** Returns the messages of the channel in the order of reading. */
export const messages = (page: Page) => page.locator('#channel-timeline .message');
