import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot } from '../../scripted-bot.ts';
import { type OpenDiscord, openDiscord } from '../opened.ts';
import { useScriptedDiscord } from '../scripted-discord.ts';
import { application } from '../world.ts';

describe('connect', () => {
  const discord = useScriptedDiscord();

  it('asks for the Guilds intent and for nothing else', () => {
    expect(discord.open.fake.identified).toMatchObject([{ shard: [0, 1], intents: 1 }]);
  });

  it('logs an invite link with the permissions it needs', () => {
    const line = discord.open.logged.find((each) => each.includes('oauth2/authorize')) ?? expect.fail('no link');
    const link = new URL((JSON.parse(line) as { invite: string }).invite);
    expect(link.searchParams.get('client_id')).toBe(application);
    // View Channel, Send Messages, Embed Links, Attach Files, Read Message History, Send Messages in Threads.
    const bits = [10n, 11n, 14n, 15n, 16n, 38n].reduce((sum, bit) => sum | (1n << bit), 0n);
    expect(link.searchParams.get('permissions')).toBe(String(bits));
  });

  it('names the setting when Discord refuses the token', async () => {
    const refused = openDiscord(discord.scripted.bot, { token: 'wrong.token.here' });
    await expect(refused).rejects.toThrow(/DISCORD_TOKEN/);
  });
});

describe('a connection', () => {
  let open: OpenDiscord | undefined;
  afterEach(async () => {
    await open?.close();
    expect(open?.fake.violations).toEqual([]);
  });

  it('takes the shards of the settings', async () => {
    open = await openDiscord(createScriptedBot().bot, { shards: { ids: [2, 3], count: 4 } });
    const { identified } = open.fake;
    await vi.waitFor(
      () =>
        expect(identified.map(({ shard }) => shard)).toEqual([
          [2, 4],
          [3, 4],
        ]),
      15_000,
    );
  });

  it('resumes after it broke', async () => {
    const scripted = createScriptedBot();
    open = await openDiscord(scripted.bot);
    open.fake.hangUp();
    const { fake, ada, channels } = open;
    await vi.waitFor(() => expect(fake.connected()).toBe(1), 10_000);
    await vi.waitFor(() => expect(open?.logged.some((line) => line.includes('gateway resumed'))).toBe(true), 10_000);
    await ada.slash(channels.general, 'imagine', { prompt: 'x' });
    await vi.waitFor(() => expect(scripted.runs).toHaveLength(1), 5_000);
  });
});
