import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createApi } from '../../../src/platforms/discord/api.ts';
import { registerCommands } from '../../../src/platforms/discord/register.ts';
import { renderCommands } from '../../../src/platforms/discord/render-commands.ts';
import { createScriptedBot } from '../scripted-bot.ts';
import { botToken, openStandIn, type StandIn } from './stand-in.ts';

const wanted = renderCommands(createScriptedBot().bot, { userInstall: false });
let standIn: StandIn;
beforeEach(async () => {
  standIn = await openStandIn(systemClock);
});
afterEach(async () => {
  await standIn.close();
  expect(standIn.violations).toEqual([]);
});

const signal = AbortSignal.timeout(60_000);
const register = (list = wanted, guild?: string) => {
  const api = createApi({ token: botToken, apiUrl: standIn.apiUrl, timeout: 5_000, longestWait: 1_000 });
  return registerCommands(api, list, { guild, signal });
};
const writes = () => standIn.world.ledger.filter(({ method }) => method !== 'GET');

describe('registering commands', () => {
  it('writes them all the first time and nothing the second time', async () => {
    expect((await register()).written).toHaveLength(wanted.length);
    standIn.world.ledger.length = 0;
    expect(await register()).toMatchObject({ written: [], removed: [] });
    expect(writes()).toEqual([]);
  });

  it('takes what Discord fills in by itself for no difference', async () => {
    await register();
    for (const command of standIn.world.commands.values()) {
      Object.assign(command, { nsfw: false, dm_permission: true, name_localizations: null, contexts: [1, 0] });
    }
    expect((await register()).written).toEqual([]);
  });

  it('writes only what differs, and removes what is not in the list', async () => {
    await register();
    standIn.world.ledger.length = 0;
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

  it('for one server says nothing about other places', async () => {
    await register(wanted, '200000000000000001');
    const [body] = writes().map((one) => one.body);
    expect(body).not.toHaveProperty('contexts');
    expect(writes().every(({ path }) => path.includes('/guilds/200000000000000001/'))).toBe(true);
  });
});
