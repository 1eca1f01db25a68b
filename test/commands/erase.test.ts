import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { useDatabase } from '../jobs/movable-database.ts';
import { origin } from '../jobs/world.ts';
import { openLivingBot } from '../journeys/living-bot.ts';

const database = useDatabase();
const person = (id: string) => origin({ person: { id, name: id, roles: [], moderator: false } });

it('/erase asks first, then deletes all of one person, here and at PhotoGPT', async () => {
  const { bot, call, finished, press, until, sandbox, clock } = await openLivingBot(database);
  const db = database(clock);
  const mine = await finished('imagine', { prompt: 'a secret of mine', count: 2 });
  const theirs = await finished('imagine', { prompt: 'of somebody else' }, person('ben'));
  await call('favourite', { job: mine.job });
  await call('defaults set', { name: 'shape', value: '16:9' });

  const asked = await bot.run({ command: 'erase', options: {} }, origin());
  expect(asked).toMatchObject({ private: true, buttons: [{ label: 'Erase everything', style: 'danger' }] });
  expect(await db.run(sql`select count(*)::int as count from jobs`)).toEqual([{ count: 2 }]);

  const { message } = await press(asked, 'Erase everything');
  expect(message.text).toMatch(
    /^Erased: 1 job, 2 files, 1 favourite, your defaults\. PhotoGPT is asked to delete its copies.*What stays: messages/,
  );
  const everywhere = await db.run(sql`select
    (select count(*)::int from jobs where person = 'ada') as jobs, (select count(*)::int from media where person = 'ada') as media,
    (select count(*)::int from favourites) as favourites, (select count(*)::int from settings) as settings`);
  expect(everywhere).toEqual([{ jobs: 0, media: 0, favourites: 0, settings: 0 }]);
  expect(await bot.open(mine.message.media?.[0]?.id ?? '')).toBeUndefined();

  await until(async () => (await db.run(sql`select 1 from erasures`)).length === 0);
  expect(sandbox.ledger.requests().deleteImage?.calls).toBe(2);
  const other = await bot.run({ command: 'show', options: { job: theirs.job } }, person('ben'));
  expect(other).toMatchObject({ tone: 'good', media: [{ kind: 'image' }] });
  // The spent sum stays.
  expect((await bot.run({ command: 'budget', options: {} }, origin())).text).toContain('used **1** job');
  expect((await bot.run({ command: 'erase', options: { confirmed: true } }, origin())).text).toMatch(
    /^There was nothing of yours to erase\./,
  );
}, 60_000);

it('/erase cancels waiting jobs and names those that it cannot erase yet', async () => {
  const { call, bot, until, sandbox } = await openLivingBot(database);
  await call('imagine', { prompt: 'being made' });
  await until(() => sandbox.ledger.jobs().length === 1);
  const { text } = await bot.run({ command: 'erase', options: { confirmed: true } }, origin());
  expect(text).toMatch(/1 job had been sent already and will not be posted: use \/erase again when it is over\./);
}, 60_000);
