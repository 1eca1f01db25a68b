import { describe, expect, it, vi } from 'vitest';
import type { Button, Message } from '../../../../src/chat.ts';
import { useScriptedDiscord } from '../scripted-discord.ts';
import { textOf } from '../visitor.ts';

const discord = useScriptedDiscord();
const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });

describe('showAnswer', () => {
  it('shows a late private error to the person alone', async () => {
    discord.scripted.script.answer = async () => say('That did not work', { private: true, tone: 'bad' });
    await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
    await discord.seen('That did not work');
    expect(discord.open.ben.see(discord.open.channels.general)).toEqual([]);
  });

  describe('of a private answer after a public acknowledgement', () => {
    const working: Message = { text: 'On its way', tone: 'working', private: true, job: 41 };
    const direct = () => discord.open.world.direct('500000000000000001');
    const shown = () =>
      vi.waitFor(() => discord.scripted.shown[0]?.ref ?? expect.fail('the bot was not told where'), { timeout: 8_000 });

    it('tells the bot of an ephemeral message, which can be edited', async () => {
      discord.scripted.script.answer = async () => working;
      await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
      const ref = await shown();
      expect(discord.open.ada.see(discord.open.channels.general)).toMatchObject([{ id: ref.id, flags: 64 | 32768 }]);
      await discord.open.platform.edit(ref, say('Half done', { private: true }), AbortSignal.timeout(5_000));
      await discord.seen('Half done');
      expect(discord.open.ben.see(discord.open.channels.general)).toEqual([]);
    });

    it.each([
      ['the public message cannot be changed', 'PATCH', /\/messages\//],
      ['no hidden message is taken', 'POST', /\/webhooks\/\d+\/[^/]+$/],
    ])('uses direct messages when %s', async (_, method, path) => {
      discord.open.fake.faults.push({ method, path, times: 3, how: { status: 503 } });
      discord.scripted.script.answer = async () => working;
      await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
      expect((await shown()).channel).toBe(direct().id);
      expect(discord.open.ada.see(direct()).map(textOf)).toMatchObject([expect.stringContaining('On its way')]);
      expect(discord.open.ben.see(discord.open.channels.general)).toEqual([]);
    });

    it('tells nobody when the person cannot be reached at all', async () => {
      discord.open.fake.faults.push({
        method: 'POST',
        path: /\/webhooks\/\d+\/[^/]+$/,
        times: 3,
        how: { status: 503 },
      });
      discord.open.fake.faults.push({
        method: 'POST',
        path: /\/channels\/\d+\/messages$/,
        times: 1,
        how: { status: 403, code: 50007 },
      });
      discord.scripted.script.answer = async () => working;
      await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
      await vi.waitFor(() => expect(discord.open.logged.join()).toContain('showing an answer failed'), 8_000);
      expect(discord.open.ben.see(discord.open.channels.general)).toEqual([]);
      expect(discord.scripted.shown).toEqual([]);
    });

    it('leaves a neutral text when the public message cannot be deleted', async () => {
      discord.open.fake.faults.push({ method: 'DELETE', path: /\/messages\//, times: 1, how: { status: 503 } });
      discord.scripted.script.answer = async () => say('A secret', { private: true });
      await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
      await discord.seen('A secret');
      expect(discord.open.ben.see(discord.open.channels.general).map(textOf)).toMatchObject([
        expect.stringContaining('Only the person who asked'),
      ]);
    });

    it('works for a press on another person’s public message', async () => {
      const buttons: Button[] = [{ label: 'Again', call: { command: 'upscale', options: { job: 41 } } }];
      discord.scripted.script.answer = async () => say('Made one picture', { buttons });
      await discord.open.ben.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
      const message = await discord.seen('Made one picture');
      discord.scripted.script.answer = async () => say('A secret', { private: true });
      await discord.open.ada.press(discord.open.channels.general, message, 'Again');
      await discord.seen('A secret');
      expect(discord.open.ben.see(discord.open.channels.general)).toMatchObject([{ id: message.id }]);
    });
  });

  it('tries again after a 503', async () => {
    discord.open.fake.faults.push({ method: 'PATCH', path: /@original|messages/, times: 1, how: { status: 503 } });
    discord.scripted.script.answer = async () => say('Here I am');
    await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
    await discord.seen('Here I am');
  });
});
