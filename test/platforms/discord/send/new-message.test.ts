import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Origin } from '../../../../src/chat.ts';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import { delivery } from '../../receipts.ts';
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
beforeEach(async () => {
  ({ scripted, open, invalid, minutes, ask, persist, fault, reading } = await openDeliveries());
});
afterEach(async () => {
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

describe('a place', () => {
  it.each([
    ['deleted', () => open.world.channels.delete(open.channels.general.id)],
    ['closed to the bot', () => Object.assign(open.channels.general, { isClosed: true })],
    ['without the permission to write', () => Object.assign(open.channels.general, { permissions: '0' })],
  ])('that is %s is refused, without trying it again', async (_, happen) => {
    const { origin } = await ask();
    minutes(20);
    happen();
    const count = open.world.ledger.length;
    const post = open.platform.post(origin, say('Here it is'), delivery('refused')(), signal());
    await expect(post).rejects.toBeInstanceOf(UndeliverableError);
    expect(open.world.ledger.length - count).toBeLessThanOrEqual(1);
  });

  it('that is an archived thread is opened again', async () => {
    const { origin, ref } = await ask(open.channels.thread);
    minutes(20);
    Object.assign(open.channels.thread, { archived: true });
    await persist(origin, say('Here it is'), delivery('archived', ref));
    expect(reading('Here it is', open.channels.thread)).toHaveLength(1);
  });

  it('that is a locked thread is refused', async () => {
    const { origin, ref } = await ask(open.channels.thread);
    minutes(20);
    Object.assign(open.channels.thread, { archived: true, locked: true });
    const post = open.platform.post(origin, say('Here it is'), delivery('locked', ref)(), signal());
    await expect(post).rejects.toBeInstanceOf(UndeliverableError);
  });

  it('that is a forum’s post gets its result inside, or beside when it is gone', async () => {
    const { origin } = await ask(open.channels.forumPost);
    expect(origin.place).toEqual({
      kind: 'channel',
      channel: open.channels.forum.id,
      thread: open.channels.forumPost.id,
    });
    await persist(origin, say('Inside'), delivery('inside'));
    expect(reading('Inside', open.channels.forumPost)).toHaveLength(1);

    Object.assign(open.channels.forum, { needsTag: true });
    const beside: Origin = { ...origin, place: { kind: 'channel', channel: open.channels.forum.id } };
    fault('answer lost', 'POST', /\/threads$/);
    const ref = await persist(beside, say('Beside it', { media: [await scripted.picture()] }), delivery('beside'));
    expect(open.world.messages.filter((one) => textOf(one).includes('Beside it'))).toHaveLength(1);
    expect(reading('Beside it', open.world.channel(ref.channel))).toHaveLength(1);
  });

  it('that is an announcement channel gets an ordinary message', async () => {
    const { origin, ref } = await ask(open.channels.news);
    await persist(origin, say('Here it is'), delivery('news', ref));
    expect(reading('Here it is', open.channels.news)).toHaveLength(1);
  });

  it('that is a direct message keeps one message that can always be edited', async () => {
    const direct = open.world.direct('500000000000000001');
    const { origin, ref } = await ask(direct, {}, { prompt: 'x', private: true });
    expect(origin.place).toEqual({ kind: 'direct' });
    minutes(60);
    await persist(origin, say('Here it is'), delivery('direct', ref));
    expect(open.ada.see(direct)).toHaveLength(1);
  });

  it('is refused by a person who takes no direct messages', async () => {
    const { origin } = await ask();
    fault({ status: 403, code: 50007 });
    const direct: Origin = { ...origin, place: { kind: 'direct' } };
    await expect(open.platform.post(direct, say('Psst'), delivery('closed')(), signal())).rejects.toBeInstanceOf(
      UndeliverableError,
    );
    expect(invalid).toEqual([403]);
  });
});
