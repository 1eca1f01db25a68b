import { describe, expect, it } from 'vitest';
import { useScriptedDiscord } from '../scripted-discord.ts';
import { guild } from '../world.ts';

const discord = useScriptedDiscord();

describe('runCall', () => {
  it('acknowledges first, then reads files byte for byte', async () => {
    const files = [await discord.picture('one.png', 10), await discord.picture('two.png', 200)];
    const opened = await discord.open.ada.slash(discord.open.channels.general, 'edit', {
      pictures: files,
      prompt: 'make it night',
    });
    expect(opened.answer?.type).toBe(5);
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      files.map(({ bytes }) => bytes),
    );
    expect(discord.scripted.runs[0]?.call.options.prompt).toBe('make it night');
  });

  it('tells the bot the acknowledging message before it runs the call', async () => {
    const opened = await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'a lighthouse' });
    await discord.runs(1);
    const { origin } = discord.scripted.runs[0] ?? expect.fail('no call');
    expect(origin).toMatchObject({
      event: opened.id,
      tenant: guild,
      ack: { platform: 'discord', channel: discord.open.channels.general.id, id: opened.answer?.message },
      uploadLimit: 20 * 1024 * 1024,
      adult: false,
    });
  });

  it('names a missing permission before it runs anything', async () => {
    const lacking = String((1n << 10n) | (1n << 11n) | (1n << 14n));
    const { answer } = await discord.open.ada.slash(
      discord.open.channels.general,
      'imagine',
      { prompt: 'x' },
      { permissions: lacking },
    );
    expect(answer).toMatchObject({ type: 4, data: { flags: 64 | 32768 } });
    expect(JSON.stringify(answer?.data)).toMatch(/Attach Files.*Edit Channel/);
    expect(discord.scripted.runs).toEqual([]);
  });

  it('names it plainly where Discord takes no components', async () => {
    discord.open.fake.settings.refusesComponents = true;
    const { answer } = await discord.open.ada.slash(
      discord.open.channels.general,
      'imagine',
      { prompt: 'x' },
      { permissions: '0' },
    );
    expect(answer).toMatchObject({ type: 4, data: { flags: 64, content: expect.stringContaining('View Channel') } });
  });
});
