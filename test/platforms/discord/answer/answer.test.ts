import { describe, expect, it } from 'vitest';
import type { Button, Message } from '../../../../src/chat.ts';
import { allComponents } from '../check-body.ts';
import { useScriptedDiscord } from '../scripted-discord.ts';
import type { Posted } from '../world.ts';

const discord = useScriptedDiscord();
const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });

describe('a button', () => {
  it('makes its call long after its message was posted', async () => {
    const buttons: Button[] = [
      { label: 'Upscale 2', call: { command: 'upscale', options: { job: 41, image: 2 } } },
      { label: 'Long', call: { command: 'imagine', options: { prompt: 'x'.repeat(300) } } },
    ];
    discord.scripted.script.answer = async () => say('Made one picture', { buttons });
    await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
    const message = await discord.seen('Made one picture');
    await discord.open.again();
    await discord.open.ben.press(discord.open.channels.general, message, 'Upscale 2');
    await discord.runs(2);
    await discord.open.ben.press(discord.open.channels.general, message, 'Long');
    await discord.runs(3);
    expect(discord.scripted.runs[1]).toMatchObject({
      call: buttons[0]?.call,
      origin: { person: { id: '500000000000000002' } },
    });
    expect(discord.scripted.runs[2]).toMatchObject({ call: buttons[1]?.call });
  });

  it('on a private message is answered privately', async () => {
    const buttons = [{ label: 'Upscale', call: { command: 'upscale', options: { job: 41 } } }];
    discord.scripted.script.answer = async () => say('For your eyes', { buttons, private: true });
    await discord.open.ada.slash(discord.open.channels.general, 'help');
    const message = await discord.seen('For your eyes');
    const { answer } = await discord.open.ada.press(discord.open.channels.general, message, 'Upscale');
    expect(answer).toMatchObject({ type: 5, data: { flags: 64 } });
    await discord.runs(2);
    expect(discord.scripted.runs[1]?.origin.private).toBe(true);
  });

  it('opens a form that has the known values', async () => {
    const call = {
      command: 'imagine',
      options: { prompt: 'a lighthouse', ratio: '16:9', count: 2, private: true },
      form: true,
    };
    discord.scripted.script.answer = async () => say('Made one picture', { buttons: [{ label: 'Edit prompt', call }] });
    await discord.open.ada.slash(discord.open.channels.general, 'imagine', { prompt: 'x' });
    const modal = await discord.open.ada.press(
      discord.open.channels.general,
      await discord.seen('Made one picture'),
      'Edit prompt',
    );
    const fields = allComponents(modal.answer?.data?.components).filter(({ type }) => type !== 18);
    expect(fields).toMatchObject([
      { custom_id: 'prompt', type: 4, value: 'a lighthouse', required: true },
      { custom_id: 'ratio', type: 21 },
      { custom_id: 'count', type: 4, value: '2' },
      { custom_id: 'private', type: 23, default: true },
      { custom_id: 'look', type: 3 },
    ]);
    await discord.open.ada.submit(discord.open.channels.general, modal, { prompt: 'a windmill', private: false });
    await discord.runs(2);
    expect(discord.scripted.runs[1]?.call.options).toEqual({
      prompt: 'a windmill',
      ratio: '16:9',
      count: '2',
      private: false,
    });
  });

  it('is refused with a sentence when its call is unknown', async () => {
    const stale = { custom_id: 'of another time', type: 2, label: 'Old' };
    const message = { id: discord.open.world.snowflake(), components: [stale], flags: 0 } as unknown as Posted;
    const { answer } = await discord.open.ada.press(discord.open.channels.general, message, 'Old');
    expect(answer?.type).toBe(4);
    expect(discord.scripted.runs).toEqual([]);
  });
});
