import { describe, expect, it } from 'vitest';
import { useScriptedDiscord } from '../scripted-discord.ts';

const discord = useScriptedDiscord();

describe('the intake', () => {
  it('answers an interaction once when it comes twice', async () => {
    const twice = (each: unknown) => {
      discord.open.fake.dispatch('INTERACTION_CREATE', each);
      discord.open.fake.dispatch('INTERACTION_CREATE', each);
    };
    await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' }, { by: twice });
    await discord.open.ada.slash(discord.open.channels.general, 'help');
    await discord.runs(2);
    expect(discord.scripted.runs.map(({ call }) => call.command)).toEqual(['imagine', 'help']);
    expect(discord.open.world.ledger.filter(({ path }) => path.endsWith('/callback'))).toHaveLength(2);
  });
});
