/** The adapter with a scripted bot behind it, opened anew for each test: the setting of most tests of calls. */
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { createScriptedBot, paint, type ScriptedBot } from '../scripted-bot.ts';
import { type OpenDiscord, openDiscord } from './opened.ts';
import { textOf } from './visitor.ts';
import type { File, Posted } from './world.ts';

/** Time within which a call must arrive, or a message must be seen. */
const arrivalTimeoutMs = 5_000;

/**
 * Opens the adapter before each test of the file and closes it afterwards. A test fails when the adapter sent something
 * that Discord's documentation forbids.
 */
export function useScriptedDiscord() {
  let scripted: ScriptedBot;
  let open: OpenDiscord;
  beforeEach(async () => {
    scripted = createScriptedBot();
    open = await openDiscord(scripted.bot);
  });
  afterEach(async () => {
    await open.close();
    expect(open.fake.violations).toEqual([]);
  });

  return {
    get scripted() {
      return scripted;
    },
    get open() {
      return open;
    },
    /** Waits until the bot has run this number of calls. */
    runs: (count: number) => vi.waitFor(() => expect(scripted.runs).toHaveLength(count), arrivalTimeoutMs),
    /** Returns a small picture that a person can attach. */
    picture: async (filename: string, hue = 10): Promise<File> => ({
      id: open.world.snowflake(),
      filename,
      bytes: await paint(32, 24, hue),
      content_type: 'image/png',
    }),
    /** Waits until Ada, or `who`, sees a message with these words in it. Returns that message. */
    seen: (words: string, who = open.ada): Promise<Posted> =>
      vi.waitFor(
        () => who.see(open.channels.general).find((one) => textOf(one).includes(words)) ?? expect.fail(words),
        arrivalTimeoutMs,
      ),
  };
}
