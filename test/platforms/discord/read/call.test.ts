import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Button, Message } from '../../../../src/chat.ts';
import { useScriptedDiscord } from '../scripted-discord.ts';

const discord = useScriptedDiscord();
const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });

describe('a subcommand', () => {
  beforeEach(() => {
    const [imagine] = discord.scripted.bot.sheets;
    discord.scripted.bot.sheets.push({ ...(imagine ?? expect.fail('no sheet')), name: 'model train' });
  });
  afterEach(() => void discord.scripted.bot.sheets.pop());

  it('is the second word of a name', async () => {
    await discord.open.ada.slash(discord.open.channels.general, 'model train', { prompt: 'x' });
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.call).toMatchObject({ command: 'model train', options: { prompt: 'x' } });
  });

  it('gets suggestions for its options', async () => {
    const choices = await discord.open.ada.typing(discord.open.channels.general, 'model train', 'look', 'film');
    expect(choices).toHaveLength(1);
  });

  it('opens its form from a button', async () => {
    const buttons: Button[] = [{ label: 'Train', call: { command: 'model train', options: {} } }];
    discord.scripted.script.answer = async () => say('Press it', { buttons });
    await discord.open.ada.slash(discord.open.channels.general, 'help');
    const modal = await discord.open.ada.press(discord.open.channels.general, await discord.seen('Press it'), 'Train');
    expect(modal.answer?.data?.title).toBe('/model train');
  });
});

describe('a right-click', () => {
  const picture = async () => {
    const sent = await discord.picture('theirs.png', 120);
    discord.open.world.files.set(sent.id, sent);
    const url = `${discord.open.fake.url}/files/${sent.id}`;
    const attachment = {
      id: sent.id,
      filename: sent.filename,
      size: sent.bytes.length,
      url,
      content_type: 'image/png',
    };
    return {
      sent,
      message: { id: discord.open.world.snowflake(), attachments: [attachment], embeds: [], components: [] },
    };
  };

  it('on a picture opens a form that keeps the picture', async () => {
    const { sent, message } = await picture();
    const modal = await discord.open.ada.rightClick(discord.open.channels.general, 'Edit this', message);
    expect(modal.answer?.type).toBe(9);
    await discord.open.ada.submit(discord.open.channels.general, modal, { prompt: 'make it night' });
    await discord.runs(1);
    expect(discord.scripted.runs[0]?.call).toMatchObject({ command: 'edit', options: { prompt: 'make it night' } });
    expect(discord.scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual([sent.bytes]);
  });

  it('finds pictures that components show', async () => {
    const { sent, message } = await picture();
    const media = {
      url: `${discord.open.fake.url}/files/${sent.id}`,
      content_type: 'image/png',
      attachment_id: sent.id,
    };
    const shown = {
      ...message,
      attachments: [],
      components: [{ type: 17, components: [{ type: 12, items: [{ media }] }] }],
    };
    const modal = await discord.open.ada.rightClick(discord.open.channels.general, 'Edit this', shown);
    expect(modal.answer?.type).toBe(9);
  });

  it('on a person takes their avatar', async () => {
    const person = { id: '500000000000000002', username: 'ben', avatar: 'b1946ac9' };
    const modal = await discord.open.ada.rightClick(discord.open.channels.general, 'Edit this', person, 2);
    expect(modal.answer?.type).toBe(9);
    const [draft] = [...discord.open.ttlStore.entries.values()];
    expect(draft).toContain('avatars/500000000000000002/b1946ac9.png');
  });

  it('is refused where there is no picture', async () => {
    const bare = { id: discord.open.world.snowflake(), attachments: [], embeds: [], components: [] };
    const { answer } = await discord.open.ada.rightClick(discord.open.channels.general, 'Edit this', bare);
    expect(answer).toMatchObject({ type: 4, data: { flags: 64 | 32768 } });
    expect(JSON.stringify(answer?.data)).toContain('no picture');
  });
});
