import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import { delivery } from '../../receipts.ts';
import { type Deliveries, openDeliveries, say, signal } from '../deliveries.ts';
import { type Circumstances, createSigner, textOf } from '../visitor.ts';
import type { Channel, Posted } from '../world.ts';

const person = '500000000000000001';
const guest: Circumstances = { owners: { '1': person } };
const notice = 'I cannot write here by myself';

let deliveries: Deliveries;
let open: Deliveries['open'];
const start = async (settings?: Parameters<typeof openDeliveries>[0]) => {
  deliveries = await openDeliveries(settings);
  open = deliveries.open;
  deliveries.scripted.bot.sheets.push({ name: 'show', description: 'x', group: 'Your work', example: '', fields: [] });
};
afterEach(async () => {
  deliveries.scripted.bot.sheets.pop();
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

/** Makes job 41, whose result comes too late for the interaction. Returns the result that a press then fetches. */
async function fetchLate(channel: Channel, more: Circumstances): Promise<Posted> {
  const { ask, minutes, scripted, reading } = deliveries;
  const { origin, ref } = await ask(channel, more);
  const [message] = reading(notice, channel);
  minutes(20);
  const post = open.platform.post(origin, say('Here it is'), delivery('guest', ref)(), signal());
  await expect(post).rejects.toBeInstanceOf(UndeliverableError);
  scripted.script.answer = async () => say('Fetched');
  await open.ada.press(channel, message ?? expect.fail('no message'), 'Fetch result', more);
  await vi.waitFor(() => expect(reading('Fetched', channel)).toHaveLength(1), 5000);
  expect(scripted.runs.at(-1)?.call).toMatchObject({ command: 'show', options: { job: 41 } });
  return reading('Fetched', channel)[0] ?? expect.fail('nothing');
}

describe('where only a person has installed the bot', () => {
  beforeEach(() => start());

  it('adds a notice and a button that fetches the result', async () => {
    await fetchLate(open.channels.general, guest);
  });

  it('puts the result in place while the interaction lives', async () => {
    const { ask, minutes, persist, scripted, reading, posts } = deliveries;
    const { origin, ref } = await ask(open.channels.general, guest);
    minutes(10);
    await persist(origin, say('Here it is', { media: [await scripted.picture()] }), delivery('guest', ref));
    expect(reading('Here it is')).toHaveLength(1);
    expect(posts()).toEqual([]);
  });

  it('posts further pictures as a follow-up, once', async () => {
    const { ask, persist, scripted, fault } = deliveries;
    const { origin, ref } = await ask(open.channels.general, guest);
    const media = await Promise.all(Array.from({ length: 11 }, () => scripted.picture({ width: 32, height: 24 })));
    fault('answer lost', 'POST', /\/webhooks\//);
    await persist(origin, say('All of them', { media }), delivery('eleven', ref));
    expect(open.ada.see(open.channels.general).map(({ attachments }) => attachments.length)).toEqual([10, 1]);
  });

  it('posts five follow-ups at most, and names what is left out', async () => {
    const { ask, persist, scripted, reading } = deliveries;
    const { origin, ref } = await ask(open.channels.general, guest);
    const one = await scripted.picture({ width: 16, height: 12 });
    const media = Array.from({ length: 65 }, () => one);
    await persist(origin, say('All of them', { media, job: 41 }), delivery('many', ref));
    expect(open.ada.see(open.channels.general).map(({ attachments }) => attachments.length)).toEqual([
      10, 10, 10, 10, 10, 10,
    ]);
    expect(reading('5 more cannot be shown')).toHaveLength(1);
    expect(open.world.ledger.filter(({ status }) => status >= 400)).toEqual([]);
  });

  it('notices an answer that the server hides', async () => {
    const { ask } = deliveries;
    const { ref } = await ask(open.channels.general, { ...guest, silenced: true });
    expect(ref.data).toMatchObject({ hidden: true, bot: false });
    expect(open.ben.see(open.channels.general)).toEqual([]);
  });

  it('posts nothing by itself in a group conversation', async () => {
    const group: Channel = { id: '400000000000000050', type: 3 };
    open.world.channels.set(group.id, group);
    await fetchLate(group, { ...guest, context: 2 });
    expect(deliveries.posts()).toEqual([]);
  });
});

describe('where a server has the commands without the bot', () => {
  it('adds the notice by the gateway’s word', async () => {
    await start();
    open.fake.dispatch('GUILD_DELETE', { id: open.channels.general.guild_id });
    open.fake.dispatch('GUILD_CREATE', { id: '200000000000000002', name: 'Elsewhere', channels: [] });
    await fetchLate(open.channels.general, {});
  });

  describe('and interactions come over HTTP', () => {
    const signer = createSigner();
    let by: (interaction: object) => void;
    beforeEach(async () => {
      await start({ webhook: { publicKey: signer.publicKey, host: '127.0.0.1', port: 0 } });
      const line = open.logged.find((each) => each.includes('over HTTP')) ?? expect.fail('not listening');
      const url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/`;
      by = (interaction) => {
        const body = JSON.stringify(interaction);
        const headers = signer.headersFor(body, String(Math.floor(deliveries.now() / 1000)));
        void fetch(url, { method: 'POST', body, headers });
      };
    });
    const lookUps = () => open.world.ledger.filter(({ path }) => path.startsWith('/guilds/'));

    it('asks Discord once for many calls', async () => {
      open.fake.settings.isMember = false;
      await fetchLate(open.channels.general, { by });
      await deliveries.ask(open.channels.general, { by });
      expect(lookUps().map(({ status }) => status)).toEqual([403, 403]);
      expect(deliveries.invalid).toEqual([403, 403]);
    });

    it('adds no notice for a member, or while Discord does not say', async () => {
      await deliveries.ask(open.channels.general, { by });
      deliveries.minutes(11);
      deliveries.fault({ status: 500 }, 'GET', /^\/guilds\//);
      await deliveries.ask(open.channels.general, { by });
      expect(lookUps().map(({ status }) => status)).toEqual([200, 500]);
      expect(open.ada.see(open.channels.general).map(textOf).join()).not.toContain(notice);
    });
  });
});
