/**
 * The parts of every test of the page: a browser, a playground with a scripted bot, and visitors who leave at the end.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { Message } from '../../src/chat.ts';
import type { Database } from '../../src/db/connect.ts';
import { openTestDatabase } from '../db/engine.ts';
import { openPlayground } from '../platforms/playground/opened.ts';
import { createScriptedBot, type ScriptedBot } from '../platforms/scripted-bot.ts';
import { launch, visit } from './chromium.ts';

/** The channel of the tests. */
export const channel = 'make-pictures';
/** Waits until a check holds. */
export const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 50 });

/** Sets up every test of the suite that calls it. A test fails when one of its pages had trouble. */
export function setStage() {
  let database: Database;
  let browser: Browser;
  let fake: ScriptedBot;
  let open: Awaited<ReturnType<typeof openPlayground>>;
  let visits: Awaited<ReturnType<typeof visit>>[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await database.close();
  });
  beforeEach(async () => {
    fake = createScriptedBot();
    open = await openPlayground(fake.bot, database);
  });
  afterEach(async () => {
    const trouble = visits.flatMap((each) => each.trouble);
    await Promise.all(visits.map((each) => each.close()));
    visits = [];
    await open.close();
    expect(trouble).toEqual([]);
  });

  return {
    get browser() {
      return browser;
    },
    get fake() {
      return fake;
    },
    get open() {
      return open;
    },
    /** Opens the page as a new visitor. */
    async come(options?: Parameters<typeof visit>[2]) {
      const visitor = await visit(browser, open.url(), options);
      visits.push(visitor);
      return visitor.page;
    },
    /** Adds a message of the bot. */
    async said(message: Partial<Message>) {
      await open.history.add([{ channel, text: '', message: { text: 'Look', tone: 'good', ...message } }]);
    },
  };
}
