/** The whole bot with all its loops, under a clock that a test moves. Commands go in, and messages come out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Call, Message, Origin } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { createBot } from '../../src/commands/kit/bot.ts';
import { views } from '../../src/commands/views.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Database } from '../../src/db/connect.ts';
import { logTo } from '../../src/log.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { createFakeChat, type Shown } from '../jobs/fake-chat.ts';
import { origin, secret } from '../jobs/world.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { expectNoSecrets } from '../security/no-secrets.ts';

/** Loops of the pipeline. Each sleeps when there is nothing to do. */
const loopCount = 8;

/** Starts a bot that runs until the test ends. `database` returns its database under a clock. */
export async function openLivingBot(database: (clock: Pick<Clock, 'now'>) => Database) {
  const clock = createMovedClock(Date.now());
  const lines: string[] = [];
  const log = logTo({ write: (line) => void lines.push(line) }, 'info');
  const sandbox = createSandbox({
    clock,
    keys: [{ key: secret, credits: 1e6 }],
    guesses: { smallestSide: 64, largestSide: 128, drawsAhead: false, framesPerSecond: 2 },
    speed: 10,
  });
  await sandbox.start();
  const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-life-'));
  const chat = createFakeChat();
  let underWay = 0;
  const counted: typeof fetch = async (...request) => {
    underWay += 1;
    try {
      return await fetch(...request);
    } finally {
      underWay -= 1;
    }
  };
  const { app, pipeline, close } = createApp({
    photogpt: { key: secret, url: sandbox.url, exclusive: true },
    catalogue: createCatalogue(),
    db: database(clock),
    folder,
    platforms: [chat.platform],
    views,
    maxOpen: 5,
    loopbackResults: true,
    version: '0.0.0',
    fetch: counted,
    clock,
    random: () => 0.5,
    log,
  });
  const bot = createBot(app, commands);
  await pipeline.start();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= pipeline.stop());
  onTestFinished(async () => {
    await stop();
    await close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
    expectNoSecrets('the log of a living bot', lines);
    expectNoSecrets('the chat of a living bot', chat.messages);
  });

  /** Resolves when nothing more happens without time passing. */
  async function settle() {
    for (let quiet = 0; quiet < 2; ) {
      await rest(1);
      quiet = clock.sleepers() >= loopCount && underWay === 0 && chat.underWay() === 0 ? quiet + 1 : 0;
    }
  }

  /** Moves the clock until `what` returns something. Throws after `seconds` by that clock. */
  async function until<T>(
    what: () => T | undefined | false | Promise<T | undefined | false>,
    seconds = 600,
  ): Promise<T> {
    for (const end = clock.now() + seconds * 1000; clock.now() < end; clock.pass(1)) {
      await settle();
      const found = await what();
      if (found) return found;
    }
    throw new Error(`it did not happen within ${seconds} seconds: ${what}\n${lines.slice(-10).join('')}`);
  }

  /** Makes a call as a platform does: runs it, shows the answer, and tells the bot where the message of a job is. */
  async function call(command: string, options: Call['options'] = {}, from: Origin = origin()): Promise<Shown> {
    const message = await bot.run({ command, options }, from);
    const shown = chat.say(message.private ? `@${from.person.id}` : 'make-pictures', message);
    if (message.job !== undefined) await bot.shown(message.job, chat.refOf(shown));
    return shown;
  }

  return {
    clock,
    chat,
    sandbox,
    bot,
    app,
    lines,
    until,
    call,
    settle,
    stop,
    folder,
    /** Whether every loop waits. */
    asleep: () => clock.sleepers() >= loopCount,
    /** Makes a call that starts a job, and returns its message once the job has ended. */
    async finished(
      command: string,
      options: Call['options'],
      from?: Origin,
    ): Promise<{ shown: Shown; message: Message; job: number }> {
      const shown = await call(command, options, from);
      await until(() => shown.key);
      const { message } = shown;
      return { shown, message, job: message.job ?? 0 };
    },
    /** Presses the button with this label, and returns the answer. */
    press(message: Message, label: string, from?: Origin): Promise<Shown> {
      const button = message.buttons?.find((each) => each.label === label);
      if (!button) throw new Error(`there is no button ${label} among ${message.buttons?.map((each) => each.label)}`);
      return call(button.call.command, button.call.options, from);
    },
  };
}
