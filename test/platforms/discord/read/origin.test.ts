import { describe, expect, it } from 'vitest';
import { useScriptedDiscord } from '../scripted-discord.ts';
import { guild } from '../world.ts';

const discord = useScriptedDiscord();

describe('originOf', () => {
  it('carries the age restriction of the channel', async () => {
    await discord.open.ada.slash(discord.open.channels.adults, 'imagine', { prompt: 'a lighthouse' });
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.origin.adult).toBe(true);
  });

  it('carries the age restriction of a thread’s channel', async () => {
    const thread = {
      id: discord.open.world.snowflake(),
      type: 11,
      guild_id: guild,
      parent_id: discord.open.channels.adults.id,
    };
    discord.open.world.channels.set(thread.id, thread);
    discord.open.fake.dispatch('GUILD_CREATE', {
      id: guild,
      name: 'Here',
      channels: [{ ...discord.open.channels.adults, name: 'adults' }],
    });
    await discord.open.ada.slash(thread, 'imagine', { prompt: 'a lighthouse' });
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.origin.adult).toBe(true);
  });

  it('knows a moderator by their permissions', async () => {
    await discord.open.ada.slash(
      discord.open.channels.general,
      'imagine',
      { prompt: 'x' },
      { member: String(1n << 5n) },
    );
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.origin.person).toMatchObject({
      name: 'Ada',
      roles: ['300000000000000001'],
      moderator: true,
    });
  });
});
