/** A whole bot on a clock that a test moves: real database, real sandbox, real files, and a fake chat. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { beforeEach, onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Attachment, IncomingCall, Message, Origin, Value } from '../../src/chat.ts';
import { commands } from '../../src/commands/index.ts';
import { createBot } from '../../src/commands/kit/bot.ts';
import { views } from '../../src/commands/views.ts';
import type { Database } from '../../src/db/connect.ts';
import { identities } from '../../src/db/schema/identity-schema.ts';
import { jobs, orphans } from '../../src/db/schema/schema.ts';
import { logTo } from '../../src/log.ts';
import { createCatalogue } from '../../src/photogpt/models/catalogue.ts';
import type { Guesses } from '../../src/sandbox/guesses.ts';
import { createFakeChat } from '../jobs/fake-chat.ts';
import { useDatabase } from '../jobs/movable-database.ts';
import { createMovedClock } from '../sandbox/moved-clock.ts';
import { key, openSandbox } from '../sandbox/open-sandbox.ts';
import { expectNoSecrets } from '../security/no-secrets.ts';

type Options = Record<string, Value | Attachment | (Attachment | string)[]>;

/** Returns an attachment that passes the checks for a photo. Each number gives another picture. */
export function photo(number: number, name = `me-${number}.jpg`): Attachment {
  const background = { r: (number * 37) % 256, g: (number * 91) % 256, b: 80 };
  const create = { width: 64, height: 64, channels: 3, background } as const;
  return { name, read: () => sharp({ create }).jpeg().toBuffer() };
}
/** Returns `count` different photos. */
export const photos = (count: number, from = 0) => Array.from({ length: count }, (_, index) => photo(from + index));

/** Time of the longest training and the poll after it, in seconds. */
export const longestTraining = 26 * 60;

const person = (id: string) => ({ id, name: id, roles: [], moderator: false });

/** Returns what opens a world in the file that calls it. Its models are removed before every test. */
export function useIdentityWorld() {
  const database = useDatabase();
  let emptying: Database | undefined;
  beforeEach(async () => {
    emptying = database({ now: Date.now });
    await emptying.run(sql`truncate identities restart identity cascade`);
  });

  return async function open(guesses: Partial<Guesses> = {}) {
    const clock = createMovedClock(Date.now());
    const { sandbox, get } = await openSandbox({ clock, guesses });
    const folder = await mkdtemp(join(tmpdir(), 'photogpt-bot-models-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const db = database(clock);
    const chat = createFakeChat();
    const lines: string[] = [];
    let events = 0;
    onTestFinished(() => {
      expectNoSecrets('the log of a bot', lines);
      expectNoSecrets('the chat of a bot', chat.messages);
    });

    /** Starts one process of the bot. It stops after the test, if the test does not stop it. */
    async function boot() {
      const { app, pipeline, close } = createApp({
        photogpt: { key, url: sandbox.url, exclusive: true },
        catalogue: createCatalogue(),
        db,
        folder,
        platforms: [chat.platform],
        views,
        maxOpen: 20,
        loopbackResults: true,
        version: '0',
        fetch,
        clock,
        random: Math.random,
        log: logTo({ write: (line) => void lines.push(line) }),
      });
      const bot = createBot(app, commands);
      let running = false;
      const stop = async () => {
        if (running) await pipeline.stop();
        if (running) await close();
        running = false;
      };
      await pipeline.start();
      running = true;
      onTestFinished(stop);
      return { app, bot, stop };
    }

    let process = await boot();

    const originOf = (who: string, channel = 'studio', tenant = 'home'): Origin => {
      events += 1;
      const place = channel === 'direct' ? { kind: 'direct' as const } : { kind: 'channel' as const, channel };
      return {
        platform: 'playground',
        event: `event-${events}`,
        tenant,
        place,
        person: person(who),
        locale: 'en',
        private: false,
      };
    };

    /** Resolves with whether a lease is held. On a busy machine, time that moves on would end it. */
    const isBusy = async () => {
      const [held] = await db.run(sql`select 1 as one from deliveries where state = 'sending'
        union all select 1 from jobs where state = 'submitting' limit 1`);
      return held !== undefined;
    };

    /** Moves time on, `step` seconds at once, until `what` returns a value. */
    async function until<T>(what: () => Promise<T | undefined | false> | T | undefined | false, step = 1): Promise<T> {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const found = await what();
        if (found) return found;
        if (Date.now() > deadline) throw new Error(`never came true: ${what}\n${lines.slice(-20).join('')}`);
        if (step > 0 && !(await isBusy())) clock.pass(step);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }

    /** Calls a command, and shows its answer. */
    async function call(who: string, command: string, options: Options = {}, from = originOf(who)): Promise<Message> {
      const asked: IncomingCall = { command, options };
      const message = await process.bot.run(asked, from);
      if (message.job !== undefined) {
        const ack = chat.refOf(chat.say(`${who}'s view`, message));
        await process.bot.shown(message.job, ack);
      }
      return message;
    }

    const rows = () => db.orm.select().from(identities);
    const jobRows = () => db.orm.select().from(jobs).orderBy(jobs.id);
    /** Waits until PhotoGPT has begun with a job. */
    const begun = (id: number) =>
      until(async () => (await jobRows()).some((job) => job.id === id && job.state === 'running'));
    /** Waits for the message in which a job ends. */
    const outcome = (job: number | undefined) =>
      until(() => chat.delivered().find(({ message }) => message.job === job)?.message, 5);
    const create = (who = 'ada', name = 'Ada', more: Options = {}) =>
      call(who, 'model create', { name, age: 36, gender: 'Female', consent: true, ...more });

    return {
      db,
      clock,
      sandbox,
      get,
      chat,
      call,
      create,
      originOf,
      until,
      rows,
      lines,
      folder,
      pass: clock.pass,
      bot: () => process.bot,
      /** Stops the process and starts another one. `meanwhile` seconds pass between. */
      async restart(meanwhile = 0) {
        let stopped = false;
        const stopping = process.stop().finally(() => {
          stopped = true;
        });
        // A process that hangs is left behind after a while.
        for (let waited = 0; !stopped && waited < 1_000; waited += 1) {
          clock.pass(1);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await stopping;
        clock.pass(meanwhile);
        process = await boot();
      },
      jobRows,
      orphans: () => db.orm.select().from(orphans),
      begun,
      outcome,
      calls: (operation: string) => sandbox.ledger.requests()[operation]?.calls ?? 0,
      paid: (kind: string) => sandbox.ledger.jobs().filter((job) => job.kind === kind).length,
      /** Returns the names of the models that PhotoGPT has. */
      async remoteNames(): Promise<string[]> {
        const models: { name: string }[] = (await get('/models')).body.result;
        return models.map(({ name }) => name);
      },
      async remotePhotos(): Promise<string[]> {
        const [row] = await rows();
        const { body } = await get(`/models/${row?.remoteId}/images?imageType=input&pageSize=50`);
        return (body.result ?? []).map(({ id }: { id: string }) => id);
      },
      /** Returns the names of all files in the media folder. */
      async files(): Promise<string[]> {
        const all = await readdir(join(folder, 'media'), { recursive: true, withFileTypes: true }).catch(() => []);
        return all.filter((entry) => entry.isFile()).map(({ name }) => name);
      },
      /** Creates a model with twelve photos, and trains it. Returns the message at the end. */
      async trained(who = 'ada', name = 'Ada') {
        await create(who, name);
        await call(who, 'model photos', { model: name, photos: photos(12) });
        const { job = 0 } = await call(who, 'model train', { model: name });
        await begun(job);
        clock.pass(longestTraining);
        return outcome(job);
      },
    };
  };
}
