import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { registerCommands } from '../../../src/platforms/discord/register-commands.ts';
import { renderCommands } from '../../../src/platforms/discord/render/commands.ts';
import { createApi } from '../../../src/platforms/discord/rest/api.ts';
import { createScriptedBot } from '../scripted-bot.ts';
import { botToken, type Fake, openFake } from './fake-discord.ts';

const wanted = renderCommands(createScriptedBot().bot, { userInstall: false });
let fake: Fake;
beforeEach(async () => {
  fake = await openFake(systemClock);
});
afterEach(async () => {
  await fake.close();
  expect(fake.violations).toEqual([]);
});

const signal = AbortSignal.timeout(60_000);
const register = (list = wanted, guild?: string) => {
  const api = createApi({ token: botToken, apiUrl: fake.apiUrl, timeoutMs: 5_000, maxRateLimitWaitMs: 1_000 });
  return registerCommands(api, list, { guild, signal });
};
const writes = () => fake.world.ledger.filter(({ method }) => method !== 'GET');

describe('registerCommands', () => {
  it('writes all commands the first time and none the second time', async () => {
    expect((await register()).written).toHaveLength(wanted.length);
    fake.world.ledger.length = 0;
    expect(await register()).toMatchObject({ written: [], removed: [] });
    expect(writes()).toEqual([]);
  });

  it('ignores properties that Discord adds', async () => {
    await register();
    for (const command of fake.world.commands.values()) {
      Object.assign(command, { nsfw: false, dm_permission: true, name_localizations: null, contexts: [1, 0] });
    }
    expect((await register()).written).toEqual([]);
  });

  it('writes only commands that differ, and removes unlisted ones', async () => {
    await register();
    fake.world.ledger.length = 0;
    const [first, , ...rest] = wanted;
    const changed = { ...(first ?? expect.fail('no command')), description: 'Another description' };
    expect(await register([changed, ...rest])).toMatchObject({ written: ['imagine'], removed: ['edit'] });
    expect(writes().map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });

  it('notices that an option no longer makes suggestions', async () => {
    await register();
    const [first, ...rest] = wanted;
    const options = first?.options?.map(({ autocomplete: _, ...option }) => option);
    expect((await register([{ ...(first ?? expect.fail('no command')), options }, ...rest])).written).toEqual([
      'imagine',
    ]);
  });

  it('names no other places in the commands of one server', async () => {
    await register(wanted, '200000000000000001');
    const [body] = writes().map((one) => one.body);
    expect(body).not.toHaveProperty('contexts');
    expect(writes().every(({ path }) => path.includes('/guilds/200000000000000001/'))).toBe(true);
  });
});
