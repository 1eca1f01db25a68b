import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Database } from '../../src/db/connect.ts';
import { openPostgres } from '../../src/db/engines/postgres.ts';
import { openDoor } from '../db/door.ts';
import { soon } from '../jobs/world.ts';
import { openLivingBot } from './living-bot.ts';

let door: Awaited<ReturnType<typeof openDoor>>;
let opened: Database;
beforeAll(async () => {
  door = await openDoor();
  opened = await openPostgres(door.url, undefined, { statementTimeoutMs: 4_000 });
});
afterAll(async () => {
  await opened.close();
  await door.close();
});
beforeEach(async () => {
  await door.behind('set session characteristics as transaction read write');
  for (const table of ['jobs', 'keys', 'leases', 'durations', 'media']) await door.behind(`delete from ${table}`);
});
afterEach(() => door.open());

const database = (clock: Pick<Clock, 'now'>): Database => ({
  ...opened,
  get now() {
    return sql`${new Date(clock.now()).toISOString()}::timestamptz`;
  },
});

type Life = Awaited<ReturnType<typeof openLivingBot>>;
const prompts = ({ sandbox }: Life) => sandbox.ledger.jobs().map(({ prompt }) => prompt);
const status = async (life: Life) => (await life.call('status')).message;

/** Moves the clock while the database is in trouble. Loops that wait for it in real time do not stop the clock. */
async function pass(life: Life, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 5) {
    life.clock.pass(5);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Expects one result of an earlier call, and no other paid job. */
async function endsWell(life: Life, shown: { key?: string }, prompt: string): Promise<void> {
  await life.until(() => shown.key, 1_800);
  expect(prompts(life)).toEqual([prompt]);
  // A ping follows after more than a minute.
  expect(life.chat.delivered().filter(({ message }) => message.media?.length)).toHaveLength(1);
}

describe('a bot whose database', () => {
  it('is gone for a minute refuses work, and goes on when it is back', async () => {
    const life = await openLivingBot(database);
    const shown = await life.call('imagine', { prompt: 'a cat' });
    await door.shut();
    await expect.poll(() => opened.answers().catch(() => 'away'), { timeout: 10_000 }).toBe('away');
    const refused = await life.call('imagine', { prompt: 'a dog' });
    expect(refused.message.text).toBe(
      'The bot cannot keep new work safe right now, so nothing was started. Nothing was spent. Try again in a minute.',
    );
    await pass(life, 60);
    const told = await status(life);
    expect(told).toMatchObject({ tone: 'bad', text: expect.stringContaining('The database cannot be reached') });
    expect(told.facts).toContainEqual({ label: 'database', value: 'postgres, cannot be reached' });
    await door.open();
    await endsWell(life, shown, 'a cat');
    expect(await status(life)).toMatchObject({ text: 'Everything works.' });
  });

  it('hangs answers within seconds, and starts nothing later', async () => {
    const life = await openLivingBot(database);
    const shown = await life.call('imagine', { prompt: 'a cat' });
    door.hang();
    const before = performance.now();
    const refused = await life.call('imagine', { prompt: 'a dog' });
    expect(performance.now() - before).toBeLessThan(20_000);
    expect(refused.message.text).toMatch(/nothing was started|cannot tell whether it kept this/);
    const asked = life.call('status');
    // The status waits three seconds for the database, by the clock of the bot.
    await expect.poll(life.clock.sleepers, soon).toBeGreaterThan(0);
    await pass(life, 5);
    expect((await asked).message.text).toContain('The database does not answer');
    await door.open();
    await endsWell(life, shown, 'a cat');
  });

  it('loses the answer to the insert of a job starts the job once', async () => {
    const life = await openLivingBot(database);
    door.loseInsert('jobs');
    const calling = life.call('imagine', { prompt: 'a cat' });
    let isAnswered = false;
    void calling.finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) await pass(life, 1);
    const shown = await calling;
    expect(shown.message).toMatchObject({ tone: 'working', job: expect.any(Number) });
    await endsWell(life, shown, 'a cat');
  });

  it('takes no writes refuses work until it does', async () => {
    const life = await openLivingBot(database);
    const sessions = Array.from({ length: 25 });
    for (const _ of sessions) await opened.run(sql`set session characteristics as transaction read only`);
    await opened.together([sql`set session characteristics as transaction read only`]);
    const refused = await life.call('imagine', { prompt: 'a dog' });
    expect(refused.message.text).toContain('nothing was started');
    await door.behind('set session characteristics as transaction read write');
    // All sessions at once, because some were busy before and took writes all the time.
    const each = () => Promise.all(sessions.map(() => opened.answers().catch(() => false)));
    await expect.poll(async () => (await each()).every(Boolean), { timeout: 10_000 }).toBe(true);
    await endsWell(life, await life.call('imagine', { prompt: 'a cat' }), 'a cat');
  });
});

describe('a bot whose disk', () => {
  it('takes no files posts its results once there is room', async () => {
    const life = await openLivingBot(database);
    const media = join(life.folder, 'media');
    await rm(media, { recursive: true, force: true });
    // A file in place of the folder: no user can write below it.
    await writeFile(media, '');
    const shown = await life.call('imagine', { prompt: 'a cat' });
    await life.until(async () => (await opened.run(sql`select 1 from deliveries where attempts > 1`)).length > 0);
    expect(await status(life)).toMatchObject({ tone: 'bad', text: expect.stringContaining('no room for pictures') });
    expect(shown.key).toBeUndefined();
    await rm(media);
    await mkdir(media);
    await life.until(() => shown.key);
    expect(await status(life)).toMatchObject({ text: 'Everything works.' });
    expect(prompts(life)).toEqual(['a cat']);
  });
});
