import { describe, expect, it } from 'vitest';
import { allComponents } from '../check-body.ts';
import { useScriptedDiscord } from '../scripted-discord.ts';

const discord = useScriptedDiscord();

describe('a form', () => {
  it('takes files byte for byte', async () => {
    const files = [await discord.picture('one.png', 10), await discord.picture('two.png', 200)];
    const modal = await discord.open.ada.slash(discord.open.channels.general, 'edit');
    expect(modal.answer?.type).toBe(9);
    await discord.open.ada.submit(discord.open.channels.general, modal, { pictures: files, prompt: 'make it night' });
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      files.map(({ bytes }) => bytes),
    );
  });

  it('takes ten files at once', async () => {
    const [, edit] = discord.scripted.bot.sheets;
    const [pictures = expect.fail('no field')] = edit?.fields ?? [];
    const before = pictures.max;
    pictures.max = 10;
    try {
      const files = await Promise.all(
        Array.from({ length: 10 }, (_, index) => discord.picture(`${index}.png`, index * 30)),
      );
      const modal = await discord.open.ada.slash(discord.open.channels.general, 'edit');
      const upload = allComponents(modal.answer?.data?.components).find(({ type }) => type === 19);
      expect(upload).toMatchObject({ min_values: 1, max_values: 10 });
      await discord.open.ada.submit(discord.open.channels.general, modal, { pictures: files, prompt: 'all of them' });
      await discord.runs(1);
      expect(discord.scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual(
        files.map(({ bytes }) => bytes),
      );
    } finally {
      pictures.max = before;
    }
  });

  it('comes in steps that lose nothing over a restart', async () => {
    const [imagine] = discord.scripted.bot.sheets;
    const fields = imagine?.fields ?? [];
    const more = ['sixth', 'seventh'].map((name) => ({ ...fields[3], kind: 'text' as const, name, suggests: false }));
    fields.push(...(more as typeof fields));
    try {
      const modal = await discord.open.ada.slash(discord.open.channels.general, 'imagine');
      expect(modal.answer?.data?.title).toBe('/imagine (1 of 2)');
      const between = await discord.open.ada.submit(discord.open.channels.general, modal, {
        prompt: 'a *lighthouse*',
        count: '3',
      });
      expect(between.answer?.data?.flags).toBe(64 | 32768);
      await discord.open.again();
      const asked = await discord.seen('a *lighthouse*');
      const second = await discord.open.ada.press(discord.open.channels.general, asked, /^More/);
      expect(second.answer?.data?.title).toBe('/imagine (2 of 2)');
      await discord.open.ada.submit(discord.open.channels.general, second, { seventh: 'heaven' }, asked);
      await discord.runs(1);
      expect(discord.scripted.runs[0]?.call.options).toEqual({
        prompt: 'a *lighthouse*',
        count: '3',
        seventh: 'heaven',
      });
      expect(discord.scripted.runs[0]?.origin.private).toBe(false);
    } finally {
      fields.splice(-2);
    }
  });

  it('updates the ephemeral message between its steps', async () => {
    const [imagine] = discord.scripted.bot.sheets;
    const fields = imagine?.fields ?? [];
    const more = Array.from({ length: 7 }, (_, index) => ({
      ...(fields[1] ?? expect.fail('no field')),
      name: `f${index}`,
    }));
    fields.push(...more);
    try {
      const modal = await discord.open.ada.slash(discord.open.channels.general, 'imagine');
      await discord.open.ada.submit(discord.open.channels.general, modal, { prompt: 'a lighthouse' });
      const asked = await discord.seen('Almost done');
      const second = await discord.open.ada.press(discord.open.channels.general, asked, /^More/);
      const between = await discord.open.ada.submit(discord.open.channels.general, second, {}, asked);
      // Whether a message is hidden is not changed by an update, so only the look is named.
      expect(between.answer).toMatchObject({ type: 7, data: { flags: 32768 } });
    } finally {
      fields.splice(-7);
    }
  });

  it('can be sent after its first step when nothing else is needed', async () => {
    const [imagine] = discord.scripted.bot.sheets;
    const fields = imagine?.fields ?? [];
    fields.push({ ...(fields[1] ?? expect.fail('no field')), name: 'sixth' });
    try {
      const modal = await discord.open.ada.slash(discord.open.channels.general, 'imagine');
      await discord.open.ada.submit(discord.open.channels.general, modal, { prompt: 'a lighthouse' });
      await discord.open.ada.press(discord.open.channels.general, await discord.seen('Almost done'), 'Send');
      await discord.runs(1);
      expect(discord.scripted.runs[0]?.call.options).toEqual({ prompt: 'a lighthouse' });
    } finally {
      fields.pop();
    }
  });

  it('is refused when it was forgotten', async () => {
    const modal = await discord.open.ada.slash(discord.open.channels.general, 'imagine');
    discord.open.ttlStore.entries.clear();
    const { answer } = await discord.open.ada.submit(discord.open.channels.general, modal, { prompt: 'x' });
    expect(answer?.type).toBe(4);
    expect(discord.scripted.runs).toEqual([]);
  });
});
