import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Button, Message } from '../../../../src/chat.ts';
import { createScriptedBot, paint, type ScriptedBot } from '../../scripted-bot.ts';
import { allComponents } from '../check-body.ts';
import { type OpenDiscord, openDiscord } from '../opened.ts';
import { textOf } from '../visitor.ts';
import { application, type File, guild, type Posted } from '../world.ts';

let scripted: ScriptedBot;
let open: OpenDiscord;
beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openDiscord(scripted.bot);
});
afterEach(async () => {
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

const say = (text: string, more: Partial<Message> = {}): Message => ({ text, tone: 'plain', ...more });
const runs = (count: number) => vi.waitFor(() => expect(scripted.runs).toHaveLength(count), 5000);
const file = async (name: string, hue = 10): Promise<File> => ({
  id: open.world.snowflake(),
  filename: name,
  bytes: await paint(32, 24, hue),
  content_type: 'image/png',
});
/** Waits until Ada sees a message with these words in it. */
const seen = (words: string, who = open.ada): Promise<Posted> =>
  vi.waitFor(
    () => who.see(open.channels.general).find((one) => textOf(one).includes(words)) ?? expect.fail(words),
    5000,
  );

describe('the connection', () => {
  it('asks for the Guilds intent and for nothing else', () => {
    expect(open.fake.identified).toMatchObject([{ shard: [0, 1], intents: 1 }]);
  });

  it('logs an invite link with the permissions it needs', () => {
    const line = open.logged.find((each) => each.includes('oauth2/authorize')) ?? expect.fail('no link');
    const link = new URL((JSON.parse(line) as { invite: string }).invite);
    expect(link.searchParams.get('client_id')).toBe(application);
    // View Channel, Send Messages, Embed Links, Attach Files, Read Message History, Send Messages in Threads.
    const bits = [10n, 11n, 14n, 15n, 16n, 38n].reduce((sum, bit) => sum | (1n << bit), 0n);
    expect(link.searchParams.get('permissions')).toBe(String(bits));
  });

  it('says what to do when the token is not accepted', async () => {
    const refused = openDiscord(scripted.bot, { token: 'wrong.token.here' });
    await expect(refused).rejects.toThrow(/DISCORD_TOKEN/);
  });
});

describe('a slash command', () => {
  it('is acknowledged first, and its files are read byte for byte', async () => {
    const files = [await file('one.png', 10), await file('two.png', 200)];
    const opened = await open.ada.slash(open.channels.general, 'edit', { pictures: files, prompt: 'make it night' });
    expect(opened.answer?.type).toBe(5);
    await runs(1);
    expect(scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual(files.map(({ bytes }) => bytes));
    expect(scripted.runs[0]?.call.options.prompt).toBe('make it night');
  });

  it('tells the bot the acknowledging message before the call is run', async () => {
    const opened = await open.ada.slash(open.channels.general, 'imagine', { prompt: 'a lighthouse' });
    await runs(1);
    const { origin } = scripted.runs[0] ?? expect.fail('no call');
    expect(origin).toMatchObject({
      event: opened.id,
      tenant: guild,
      ack: { platform: 'discord', channel: open.channels.general.id, id: opened.answer?.message },
      uploadLimit: 20 * 1024 * 1024,
      adult: false,
    });
  });

  it('carries the age restriction of the channel', async () => {
    await open.ada.slash(open.channels.adults, 'imagine', { prompt: 'a lighthouse' });
    await runs(1);
    expect(scripted.runs[0]?.origin.adult).toBe(true);
  });

  it('carries the age restriction of the channel that its thread is in', async () => {
    const thread = { id: open.world.snowflake(), type: 11, guild_id: guild, parent_id: open.channels.adults.id };
    open.world.channels.set(thread.id, thread);
    open.fake.dispatch('GUILD_CREATE', {
      id: guild,
      name: 'Here',
      channels: [{ ...open.channels.adults, name: 'adults' }],
    });
    await open.ada.slash(thread, 'imagine', { prompt: 'a lighthouse' });
    await runs(1);
    expect(scripted.runs[0]?.origin.adult).toBe(true);
  });

  it('knows a moderator by their permissions', async () => {
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' }, { member: String(1n << 5n) });
    await runs(1);
    expect(scripted.runs[0]?.origin.person).toMatchObject({
      name: 'Ada',
      roles: ['300000000000000001'],
      moderator: true,
    });
  });

  it('starts nothing when it is delivered twice', async () => {
    const twice = (each: unknown) => {
      open.fake.dispatch('INTERACTION_CREATE', each);
      open.fake.dispatch('INTERACTION_CREATE', each);
    };
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' }, { by: twice });
    await open.ada.slash(open.channels.general, 'help');
    await runs(2);
    expect(scripted.runs.map(({ call }) => call.command)).toEqual(['imagine', 'help']);
    expect(open.world.ledger.filter(({ path }) => path.endsWith('/callback'))).toHaveLength(2);
  });

  it.each([
    ['somebody else has answered', 40060],
    ['is too old', 10062],
  ])('ends silently when it %s', async (_, code) => {
    open.fake.faults.push({ method: 'POST', path: /callback/, times: 1, how: { status: 400, code } });
    const call = open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' }, { patience: 400 });
    await expect(call).rejects.toThrow('was not answered');
    expect(scripted.runs).toEqual([]);
    expect(open.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it('is answered once when the acknowledgement arrived and its answer was lost', async () => {
    open.fake.faults.push({ method: 'POST', path: /callback/, times: 1, how: 'answer lost' });
    scripted.script.answer = async () => say('Here I am');
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
    await seen('Here I am');
    expect(scripted.runs).toHaveLength(1);
  });

  it('names the missing permission before anything is run, and how to give it', async () => {
    const lacking = String((1n << 10n) | (1n << 11n) | (1n << 14n));
    const { answer } = await open.ada.slash(
      open.channels.general,
      'imagine',
      { prompt: 'x' },
      { permissions: lacking },
    );
    expect(answer).toMatchObject({ type: 4, data: { flags: 64 | 32768 } });
    expect(JSON.stringify(answer?.data)).toMatch(/Attach Files.*Edit Channel/);
    expect(scripted.runs).toEqual([]);
  });

  it('says so plainly where Discord does not take components', async () => {
    open.fake.settings.refusesComponents = true;
    const { answer } = await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' }, { permissions: '0' });
    expect(answer).toMatchObject({ type: 4, data: { flags: 64, content: expect.stringContaining('View Channel') } });
  });

  it('shows an error that comes late to the person alone, though the acknowledgement was public', async () => {
    scripted.script.answer = async () => say('That did not work', { private: true, tone: 'bad' });
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
    await seen('That did not work');
    expect(open.ben.see(open.channels.general)).toEqual([]);
  });

  describe('that is answered for the person alone after all', () => {
    const working: Message = { text: 'On its way', tone: 'working', private: true, job: 41 };
    const direct = () => open.world.direct('500000000000000001');
    const shown = () =>
      vi.waitFor(() => scripted.shown[0]?.ref ?? expect.fail('the bot was not told where'), { timeout: 8_000 });

    it('tells the bot where the hidden message stands, which can be changed while the interaction lives', async () => {
      scripted.script.answer = async () => working;
      await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
      const ref = await shown();
      expect(open.ada.see(open.channels.general)).toMatchObject([{ id: ref.id, flags: 64 | 32768 }]);
      await open.platform.edit(ref, say('Half done', { private: true }), AbortSignal.timeout(5_000));
      await seen('Half done');
      expect(open.ben.see(open.channels.general)).toEqual([]);
    });

    it.each([
      ['the public message cannot be changed', 'PATCH', /\/messages\//],
      ['no hidden message is taken', 'POST', /\/webhooks\/\d+\/[^/]+$/],
    ])('goes to the direct messages when %s', async (_, method, path) => {
      open.fake.faults.push({ method, path, times: 3, how: { status: 503 } });
      scripted.script.answer = async () => working;
      await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
      expect((await shown()).channel).toBe(direct().id);
      expect(open.ada.see(direct()).map(textOf)).toMatchObject([expect.stringContaining('On its way')]);
      expect(open.ben.see(open.channels.general)).toEqual([]);
    });

    it('says nothing in public and nothing to the bot when the person cannot be reached at all', async () => {
      open.fake.faults.push({ method: 'POST', path: /\/webhooks\/\d+\/[^/]+$/, times: 3, how: { status: 503 } });
      open.fake.faults.push({
        method: 'POST',
        path: /\/channels\/\d+\/messages$/,
        times: 1,
        how: { status: 403, code: 50007 },
      });
      scripted.script.answer = async () => working;
      await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
      await vi.waitFor(() => expect(open.logged.join()).toContain('showing an answer failed'), 8_000);
      expect(open.ben.see(open.channels.general)).toEqual([]);
      expect(scripted.shown).toEqual([]);
    });

    it('leaves words that say nothing where the public message cannot be taken away', async () => {
      open.fake.faults.push({ method: 'DELETE', path: /\/messages\//, times: 1, how: { status: 503 } });
      scripted.script.answer = async () => say('A secret', { private: true });
      await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
      await seen('A secret');
      expect(open.ben.see(open.channels.general).map(textOf)).toMatchObject([
        expect.stringContaining('Only the person who asked'),
      ]);
    });

    it('also when a button on somebody’s public message was pressed', async () => {
      const buttons: Button[] = [{ label: 'Again', call: { command: 'upscale', options: { job: 41 } } }];
      scripted.script.answer = async () => say('Made one picture', { buttons });
      await open.ben.slash(open.channels.general, 'imagine', { prompt: 'x' });
      const message = await seen('Made one picture');
      scripted.script.answer = async () => say('A secret', { private: true });
      await open.ada.press(open.channels.general, message, 'Again');
      await seen('A secret');
      expect(open.ben.see(open.channels.general)).toMatchObject([{ id: message.id }]);
    });
  });

  it('shows its answer although Discord stumbles', async () => {
    open.fake.faults.push({ method: 'PATCH', path: /@original|messages/, times: 1, how: { status: 503 } });
    scripted.script.answer = async () => say('Here I am');
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
    await seen('Here I am');
  });
});

describe('a subcommand', () => {
  beforeEach(() => {
    const [imagine] = scripted.bot.sheets;
    scripted.bot.sheets.push({ ...(imagine ?? expect.fail('no sheet')), name: 'model train' });
  });
  afterEach(() => void scripted.bot.sheets.pop());

  it('is the second word of a name', async () => {
    await open.ada.slash(open.channels.general, 'model train', { prompt: 'x' });
    await runs(1);
    expect(scripted.runs[0]?.call).toMatchObject({ command: 'model train', options: { prompt: 'x' } });
  });

  it('makes suggestions', async () => {
    const choices = await open.ada.typing(open.channels.general, 'model train', 'look', 'film');
    expect(choices).toHaveLength(1);
  });

  it('has a form, and buttons that make its call', async () => {
    const buttons: Button[] = [{ label: 'Train', call: { command: 'model train', options: {} } }];
    scripted.script.answer = async () => say('Press it', { buttons });
    await open.ada.slash(open.channels.general, 'help');
    const modal = await open.ada.press(open.channels.general, await seen('Press it'), 'Train');
    expect(modal.answer?.data?.title).toBe('/model train');
  });
});

describe('typing', () => {
  it('suggests what fits', async () => {
    const choices = await open.ada.typing(open.channels.general, 'imagine', 'look', 'film');
    expect(choices).toEqual([{ name: 'Film still', value: 'Film still' }]);
  });
});

describe('a right-click', () => {
  const picture = async () => {
    const sent = await file('theirs.png', 120);
    open.world.files.set(sent.id, sent);
    const url = `${open.fake.url}/files/${sent.id}`;
    const attachment = {
      id: sent.id,
      filename: sent.filename,
      size: sent.bytes.length,
      url,
      content_type: 'image/png',
    };
    return { sent, message: { id: open.world.snowflake(), attachments: [attachment], embeds: [], components: [] } };
  };

  it('on a picture opens the form, and the picture goes along with what is typed', async () => {
    const { sent, message } = await picture();
    const modal = await open.ada.rightClick(open.channels.general, 'Edit this', message);
    expect(modal.answer?.type).toBe(9);
    await open.ada.submit(open.channels.general, modal, { prompt: 'make it night' });
    await runs(1);
    expect(scripted.runs[0]?.call).toMatchObject({ command: 'edit', options: { prompt: 'make it night' } });
    expect(scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual([sent.bytes]);
  });

  it('finds pictures that components show', async () => {
    const { sent, message } = await picture();
    const media = { url: `${open.fake.url}/files/${sent.id}`, content_type: 'image/png', attachment_id: sent.id };
    const shown = {
      ...message,
      attachments: [],
      components: [{ type: 17, components: [{ type: 12, items: [{ media }] }] }],
    };
    const modal = await open.ada.rightClick(open.channels.general, 'Edit this', shown);
    expect(modal.answer?.type).toBe(9);
  });

  it('on a person takes their avatar', async () => {
    const person = { id: '500000000000000002', username: 'ben', avatar: 'b1946ac9' };
    const modal = await open.ada.rightClick(open.channels.general, 'Edit this', person, 2);
    expect(modal.answer?.type).toBe(9);
    const [draft] = [...open.ttlStore.kept.values()];
    expect(draft).toContain('avatars/500000000000000002/b1946ac9.png');
  });

  it('says so where there is no picture', async () => {
    const bare = { id: open.world.snowflake(), attachments: [], embeds: [], components: [] };
    const { answer } = await open.ada.rightClick(open.channels.general, 'Edit this', bare);
    expect(answer).toMatchObject({ type: 4, data: { flags: 64 | 32768 } });
    expect(JSON.stringify(answer?.data)).toContain('no picture');
  });
});

describe('a button', () => {
  it('makes the call it stands for, long after its message was posted', async () => {
    const buttons: Button[] = [
      { label: 'Upscale 2', call: { command: 'upscale', options: { job: 41, image: 2 } } },
      { label: 'Long', call: { command: 'imagine', options: { prompt: 'x'.repeat(300) } } },
    ];
    scripted.script.answer = async () => say('Made one picture', { buttons });
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
    const message = await seen('Made one picture');
    await open.again();
    await open.ben.press(open.channels.general, message, 'Upscale 2');
    await runs(2);
    await open.ben.press(open.channels.general, message, 'Long');
    await runs(3);
    expect(scripted.runs[1]).toMatchObject({
      call: buttons[0]?.call,
      origin: { person: { id: '500000000000000002' } },
    });
    expect(scripted.runs[2]).toMatchObject({ call: buttons[1]?.call });
  });

  it('on a private message is answered privately', async () => {
    const buttons = [{ label: 'Upscale', call: { command: 'upscale', options: { job: 41 } } }];
    scripted.script.answer = async () => say('For your eyes', { buttons, private: true });
    await open.ada.slash(open.channels.general, 'help');
    const message = await seen('For your eyes');
    const { answer } = await open.ada.press(open.channels.general, message, 'Upscale');
    expect(answer).toMatchObject({ type: 5, data: { flags: 64 } });
    await runs(2);
    expect(scripted.runs[1]?.origin.private).toBe(true);
  });

  it('opens a form that is filled in with what is known', async () => {
    const call = {
      command: 'imagine',
      options: { prompt: 'a lighthouse', ratio: '16:9', count: 2, private: true },
      form: true,
    };
    scripted.script.answer = async () => say('Made one picture', { buttons: [{ label: 'Edit prompt', call }] });
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'x' });
    const modal = await open.ada.press(open.channels.general, await seen('Made one picture'), 'Edit prompt');
    const fields = allComponents(modal.answer?.data?.components).filter(({ type }) => type !== 18);
    expect(fields).toMatchObject([
      { custom_id: 'prompt', type: 4, value: 'a lighthouse', required: true },
      { custom_id: 'ratio', type: 21 },
      { custom_id: 'count', type: 4, value: '2' },
      { custom_id: 'private', type: 23, default: true },
      { custom_id: 'look', type: 3 },
    ]);
    await open.ada.submit(open.channels.general, modal, { prompt: 'a windmill', private: false });
    await runs(2);
    expect(scripted.runs[1]?.call.options).toEqual({ prompt: 'a windmill', ratio: '16:9', count: '2', private: false });
  });

  it('that nobody knows any more is answered with a sentence', async () => {
    const stale = { custom_id: 'of another time', type: 2, label: 'Old' };
    const message = { id: open.world.snowflake(), components: [stale], flags: 0 } as unknown as Posted;
    const { answer } = await open.ada.press(open.channels.general, message, 'Old');
    expect(answer?.type).toBe(4);
    expect(scripted.runs).toEqual([]);
  });
});

describe('a form', () => {
  it('takes files, which arrive byte for byte', async () => {
    const files = [await file('one.png', 10), await file('two.png', 200)];
    const modal = await open.ada.slash(open.channels.general, 'edit');
    expect(modal.answer?.type).toBe(9);
    await open.ada.submit(open.channels.general, modal, { pictures: files, prompt: 'make it night' });
    await runs(1);
    expect(scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual(files.map(({ bytes }) => bytes));
  });

  it('takes ten files at once', async () => {
    const [, edit] = scripted.bot.sheets;
    const [pictures = expect.fail('no field')] = edit?.fields ?? [];
    const before = pictures.max;
    pictures.max = 10;
    try {
      const files = await Promise.all(Array.from({ length: 10 }, (_, index) => file(`${index}.png`, index * 30)));
      const modal = await open.ada.slash(open.channels.general, 'edit');
      const upload = allComponents(modal.answer?.data?.components).find(({ type }) => type === 19);
      expect(upload).toMatchObject({ min_values: 1, max_values: 10 });
      await open.ada.submit(open.channels.general, modal, { pictures: files, prompt: 'all of them' });
      await runs(1);
      expect(scripted.runs[0]?.files.map(({ bytes }) => Buffer.from(bytes))).toEqual(files.map(({ bytes }) => bytes));
    } finally {
      pictures.max = before;
    }
  });

  it('with more than five fields comes in steps that lose nothing, even over a restart', async () => {
    const [imagine] = scripted.bot.sheets;
    const fields = imagine?.fields ?? [];
    const more = ['sixth', 'seventh'].map((name) => ({ ...fields[3], kind: 'text' as const, name, suggests: false }));
    fields.push(...(more as typeof fields));
    try {
      const modal = await open.ada.slash(open.channels.general, 'imagine');
      expect(modal.answer?.data?.title).toBe('/imagine (1 of 2)');
      const between = await open.ada.submit(open.channels.general, modal, { prompt: 'a *lighthouse*', count: '3' });
      expect(between.answer?.data?.flags).toBe(64 | 32768);
      await open.again();
      const asked = await seen('a *lighthouse*');
      const second = await open.ada.press(open.channels.general, asked, /^More/);
      expect(second.answer?.data?.title).toBe('/imagine (2 of 2)');
      await open.ada.submit(open.channels.general, second, { seventh: 'heaven' }, asked);
      await runs(1);
      expect(scripted.runs[0]?.call.options).toEqual({ prompt: 'a *lighthouse*', count: '3', seventh: 'heaven' });
      expect(scripted.runs[0]?.origin.private).toBe(false);
    } finally {
      fields.splice(-2);
    }
  });

  it('changes the message between its steps, where that is seen by one person only', async () => {
    const [imagine] = scripted.bot.sheets;
    const fields = imagine?.fields ?? [];
    const more = Array.from({ length: 7 }, (_, index) => ({
      ...(fields[1] ?? expect.fail('no field')),
      name: `f${index}`,
    }));
    fields.push(...more);
    try {
      const modal = await open.ada.slash(open.channels.general, 'imagine');
      await open.ada.submit(open.channels.general, modal, { prompt: 'a lighthouse' });
      const asked = await seen('Almost done');
      const second = await open.ada.press(open.channels.general, asked, /^More/);
      const between = await open.ada.submit(open.channels.general, second, {}, asked);
      // Whether a message is hidden is not changed by an update, so only the look is named.
      expect(between.answer).toMatchObject({ type: 7, data: { flags: 32768 } });
    } finally {
      fields.splice(-7);
    }
  });

  it('can be sent after its first step when nothing else is needed', async () => {
    const [imagine] = scripted.bot.sheets;
    const fields = imagine?.fields ?? [];
    fields.push({ ...(fields[1] ?? expect.fail('no field')), name: 'sixth' });
    try {
      const modal = await open.ada.slash(open.channels.general, 'imagine');
      await open.ada.submit(open.channels.general, modal, { prompt: 'a lighthouse' });
      await open.ada.press(open.channels.general, await seen('Almost done'), 'Send');
      await runs(1);
      expect(scripted.runs[0]?.call.options).toEqual({ prompt: 'a lighthouse' });
    } finally {
      fields.pop();
    }
  });

  it('that was forgotten says so', async () => {
    const modal = await open.ada.slash(open.channels.general, 'imagine');
    open.ttlStore.kept.clear();
    const { answer } = await open.ada.submit(open.channels.general, modal, { prompt: 'x' });
    expect(answer?.type).toBe(4);
    expect(scripted.runs).toEqual([]);
  });
});
