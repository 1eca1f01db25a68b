import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Origin } from '../../../../src/chat.ts';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import { delivery } from '../../receipts.ts';
import { allComponents } from '../check-body.ts';
import { type Deliveries, openDeliveries, say, signal } from '../deliveries.ts';
import { textOf } from '../visitor.ts';

let scripted: Deliveries['scripted'];
let open: Deliveries['open'];
let invalid: number[];
let minutes: Deliveries['minutes'];
let ask: Deliveries['ask'];
let persist: Deliveries['persist'];
let fault: Deliveries['fault'];
let reading: Deliveries['reading'];
let posts: Deliveries['posts'];
beforeEach(async () => {
  ({ scripted, open, invalid, minutes, ask, persist, fault, reading, posts } = await openDeliveries());
});
afterEach(async () => {
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

const upscale = { label: 'Upscale', call: { command: 'upscale', options: { job: 41, image: 1 } } };

describe('a result', () => {
  it('takes the place of an acknowledgement of 20 minutes ago, with its bytes intact', async () => {
    const { origin, ref } = await ask();
    minutes(20);
    const media = [await scripted.picture({ alt: 'a **lighthouse**', spoiler: true })];
    const shown = await persist(
      origin,
      say('Made one picture', { media, job: 41, buttons: [upscale] }),
      delivery('late', ref),
    );
    expect(shown.id).toBe(ref.id);
    const [message] = reading('Made one picture');
    expect(open.ada.see(open.channels.general)).toHaveLength(1);
    const bytes = await (await scripted.bot.open(media[0]?.id ?? ''))?.toArray();
    expect(message?.attachments.map((file) => file.bytes)).toEqual([Buffer.concat(bytes ?? [])]);
    const gallery = allComponents(message?.components).find(({ type }) => type === 12);
    expect(gallery?.items).toMatchObject([{ description: 'a **lighthouse**', spoiler: true }]);
  });

  it('comes as one message when the connection breaks after each of its requests', async () => {
    const { origin, ref } = await ask();
    fault('answer lost', 'PATCH', /messages/, 2);
    await persist(origin, say('Here it is', { media: [await scripted.picture()] }), delivery('broken', ref), () =>
      open.again(),
    );
    expect(reading('Here it is')).toMatchObject([{ attachments: [{}] }]);
  });

  it('is a new message, once, when the acknowledgement was deleted', async () => {
    const { origin, ref } = await ask();
    open.world.remove(ref.id);
    fault('answer lost');
    await persist(origin, say('Here it is', { buttons: [upscale] }), delivery('deleted', ref), () => minutes(1));
    expect(reading('Here it is')).toHaveLength(1);
  });

  it('is found by its buttons an hour later', async () => {
    const { origin } = await ask();
    fault('answer lost');
    const receipt = delivery('hour');
    await persist(origin, say('Here it is', { buttons: [upscale] }), receipt, () => {
      minutes(60);
      // Discord has forgotten the nonce by then.
      for (const message of open.world.messages) message.nonce = undefined;
    });
    expect(reading('Here it is')).toHaveLength(1);
    expect(posts()).toHaveLength(1);
  });

  it('is found by its container without buttons', async () => {
    const { origin } = await ask();
    fault('answer lost');
    await persist(origin, say('job 41 is ready'), delivery('ping'), () => {
      minutes(60);
      for (const message of open.world.messages) message.nonce = undefined;
    });
    expect(reading('job 41 is ready')).toHaveLength(1);
  });

  it('is posted once where the bot may not look', async () => {
    const { origin } = await ask();
    open.world.channel(open.channels.general.id).permissions = String((1n << 11n) | (1n << 10n));
    fault('answer lost', 'POST', /\/channels\/\d+\/messages$/, 2);
    const receipt = delivery('blind');
    await expect(open.platform.post(origin, say('Here it is'), receipt(), signal())).rejects.toThrow();
    await expect(open.platform.post(origin, say('Here it is'), receipt(), signal())).rejects.toThrow();
    minutes(30);
    await expect(open.platform.post(origin, say('Here it is'), receipt(), signal())).rejects.toBeInstanceOf(
      UndeliverableError,
    );
    expect(reading('Here it is')).toHaveLength(1);
  });

  it('counts as delivered when it was deleted between two attempts', async () => {
    const { origin } = await ask();
    fault('answer lost');
    await persist(origin, say('Here it is'), delivery('gone'), () => {
      open.world.remove(reading('Here it is')[0]?.id ?? '');
    });
    expect(reading('Here it is')).toHaveLength(0);
  });

  it('waits for a rate limit and then comes once', async () => {
    const { origin } = await ask();
    fault({ status: 429, retryAfter: 0.2 });
    await persist(origin, say('Here it is', { media: [await scripted.picture()] }), delivery('limited'));
    expect(reading('Here it is')).toMatchObject([{ attachments: [{}] }]);
    expect(invalid).toEqual([429]);
  });

  it('waits for others in its channel, but not elsewhere', async () => {
    const { origin } = await ask();
    const { fake, channels } = open;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    fake.gate.before = (path) => (path.includes(channels.general.id) ? released : undefined);
    const send = (to: Origin, name: string) => persist(to, say(name), delivery(name));
    const here = [send(origin, 'first'), send(origin, 'second')];
    await send({ ...origin, place: { kind: 'channel', channel: channels.news.id } }, 'elsewhere');
    expect(posts().map(({ path }) => path)).toEqual([
      `/channels/${channels.general.id}/messages`,
      `/channels/${channels.news.id}/messages`,
    ]);
    release();
    await Promise.all(here);
    expect(
      open.ada
        .see(channels.general)
        .map(textOf)
        .slice(-2)
        .map((text) => text.trim()),
    ).toEqual(['first', 'second']);
  });

  it('is never sent twice by the library after a 503', async () => {
    const { origin } = await ask();
    fault({ status: 503 });
    await expect(open.platform.post(origin, say('Here it is'), delivery('busy')(), signal())).rejects.toThrow('503');
    expect(posts()).toHaveLength(1);
  });

  it('with eleven pictures comes as two messages, once each', async () => {
    const { origin, ref } = await ask();
    const media = await Promise.all(Array.from({ length: 11 }, () => scripted.picture({ width: 32, height: 24 })));
    fault('answer lost');
    const shown = await persist(origin, say('All of them', { media, job: 41 }), delivery('eleven', ref));
    expect(open.ada.see(open.channels.general).map(({ attachments }) => attachments.length)).toEqual([10, 1]);
    await open.platform.edit(shown, say('Job #41 was deleted.', { tone: 'plain' }), signal());
    expect(open.ada.see(open.channels.general).map(({ attachments }) => attachments.length)).toEqual([0]);
  });

  it('is plain when Discord does not take components', async () => {
    const { origin } = await ask();
    open.fake.settings.refusesComponents = true;
    await persist(
      origin,
      say('Here it is', { media: [await scripted.picture()], buttons: [upscale] }),
      delivery('plain'),
    );
    expect(reading('Here it is')).toMatchObject([{ flags: 0, attachments: [{}], components: [{ type: 1 }] }]);
  });

  it('is a new plain message when the old one cannot lose its components', async () => {
    const { origin, ref } = await ask();
    open.fake.settings.refusesComponents = true;
    await persist(origin, say('Here it is', { media: [await scripted.picture()] }), delivery('plain', ref));
    expect(reading('Here it is')).toMatchObject([{ flags: 0, attachments: [{}] }]);
  });

  it('is posted once when an unconfirmed message cannot lose its components', async () => {
    const { origin, ref } = await ask();
    fault('answer lost', 'PATCH', /messages/, 2);
    fault({ status: 500 }, 'PATCH', /messages/);
    await persist(origin, say('Here it is', { media: [await scripted.picture()] }), delivery('lost', ref));
    expect(reading('Here it is')).toHaveLength(1);
  });
});

describe('progress', () => {
  it('shows on the acknowledgement, until a tombstone empties it', async () => {
    const { origin, ref } = await ask();
    const running = say('At work', { tone: 'working', progress: { stage: 'running', elapsed: 5, usual: 10 } });
    await open.platform.edit(ref, running, signal());
    expect(textOf(reading('At work')[0] ?? expect.fail('nothing'))).toContain('▰▰▰▰▰▱▱▱▱▱');
    await persist(
      origin,
      say('Made', { media: [await scripted.picture()], buttons: [upscale] }),
      delivery('done', ref),
    );
    await open.platform.edit(ref, say('Job #41 was deleted.', { tone: 'plain' }), signal());
    const [message] = open.ada.see(open.channels.general);
    expect(message?.attachments).toEqual([]);
    expect(allComponents(message?.components).filter(({ type }) => type === 2)).toEqual([]);
  });

  it('keeps within Discord’s limits whatever was asked for', async () => {
    const { origin } = await ask();
    const quote = '*é🏳️‍🌈`@everyone` '.repeat(1_500);
    const facts = Array.from({ length: 30 }, (_, index) => ({ label: `fact ${index}`, value: '_x_'.repeat(90) }));
    await persist(origin, say('Quoting', { quote, facts, by: origin.person }), delivery('long'));
    expect(reading('Quoting')).toHaveLength(1);
  });

  it('never logs a token', async () => {
    const { origin, ref } = await ask();
    fault({ status: 400, code: 12345 }, 'PATCH', /webhooks/, 9);
    await open.platform.post(origin, say('x'), delivery('secret', ref)(), signal()).catch((error: unknown) => {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('token-');
    });
    expect(open.logged.join('\n')).not.toMatch(/token-\d|MTAw/);
  });
});
