import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delivery } from '../../receipts.ts';
import { type Deliveries, openDeliveries, say } from '../deliveries.ts';
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

describe('a private call', () => {
  it('is answered in its ephemeral message while that can be edited', async () => {
    const { origin, ref } = await ask(open.channels.general, {}, { prompt: 'x', private: true });
    minutes(10);
    await persist(origin, say('A secret', { private: true }), delivery('soon', ref));
    expect(reading('A secret')).toHaveLength(1);
    expect(reading('A secret', open.channels.general, open.ben)).toHaveLength(0);
  });

  it('is answered by a direct message after that', async () => {
    const { origin, ref } = await ask(open.channels.general, {}, { prompt: 'x', private: true });
    minutes(20);
    fault('answer lost');
    await persist(origin, say('A secret', { private: true }), delivery('late', ref), () => minutes(5));
    expect(reading('A secret')).toHaveLength(0);
    expect(reading('A secret', open.world.direct('500000000000000001'))).toHaveLength(1);
  });
});

describe('a private answer that was perhaps shown in its last moment', () => {
  it.each(['answer lost', 'lost'] as const)('(%s) is not shown again, but can be asked for', async (how) => {
    const { origin, ref } = await ask(open.channels.general, {}, { prompt: 'x', private: true });
    minutes(10);
    fault(how, 'PATCH', /webhooks/);
    const message = say('A secret', { private: true, quote: 'a fox', job: 41, media: [await scripted.picture()] });
    await persist(origin, message, delivery(`perhaps ${how}`, ref), () => minutes(10));
    expect(reading('A secret')).toHaveLength(how === 'lost' ? 0 : 1);
    expect(reading('A secret', open.world.direct('500000000000000001'))).toHaveLength(0);
    const [told] = reading('nobody can tell', open.world.direct('500000000000000001'));
    expect(textOf(told ?? expect.fail('nothing was said'))).toContain('a fox');
    expect(told?.attachments).toEqual([]);
  });
});

describe('replaceMessage', () => {
  it('learns a lost id of an acknowledgement when it edits that', async () => {
    fault('answer lost', 'POST', /callback/);
    const { origin, ref } = await ask();
    expect(ref.id).toBe(open.ada.see(open.channels.general)[0]?.id);
    minutes(20);
    await persist(origin, say('Here it is'), delivery('learned', ref));
    expect(open.ada.see(open.channels.general)).toHaveLength(1);
  });

  it('sends no token again that Discord has refused', async () => {
    const { origin } = await ask();
    fault({ status: 401 });
    const receipt = delivery('token');
    const tries = persist(origin, say('Here it is'), receipt);
    await expect(tries).rejects.toThrow('DISCORD_TOKEN');
    expect(invalid).toEqual([401]);
  });
});
