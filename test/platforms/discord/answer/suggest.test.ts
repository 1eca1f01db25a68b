import { describe, expect, it } from 'vitest';
import { useScriptedDiscord } from '../scripted-discord.ts';

const discord = useScriptedDiscord();

describe('suggest', () => {
  it('offers the suggestions that fit', async () => {
    const choices = await discord.open.ada.typing(discord.open.channels.general, 'imagine', 'look', 'film');
    expect(choices).toEqual([{ name: 'Film still', value: 'Film still' }]);
  });
});
