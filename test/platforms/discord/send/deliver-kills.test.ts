import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call, Json, Message, MessageRef, Origin, Receipt } from '../../../../src/chat.ts';
import { systemClock } from '../../../../src/concurrency/clock.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { type OpenDiscord, openDiscord } from '../opened.ts';
import { textOf } from '../visitor.ts';
import type { Channel } from '../world.ts';

let scripted: ScriptedBot;
let open: OpenDiscord;
let ahead = 0;
beforeAll(async () => {
  scripted = createScriptedBot();
  const clock = { now: () => systemClock.now() + ahead, sleep: systemClock.sleep };
  open = await openDiscord(scripted.bot, {}, clock);
});
afterAll(async () => {
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

/** A way of a result. `late` is in minutes after the call. */
type Scene = {
  name: string;
  channel?: () => Channel;
  options?: Call['options'];
  late?: number;
  happens?(ref: MessageRef): void;
  to?: Partial<Origin>;
};

/** Ways of a result. Each takes other requests. */
const scenes: Scene[] = [
  { name: 'in the place of its acknowledgement' },
  { name: 'in the place of an old acknowledgement', late: 20 },
  { name: 'beside an acknowledgement that was deleted', happens: (ref) => open.world.remove(ref.id) },
  {
    name: 'in an archived thread',
    channel: () => open.channels.thread,
    late: 20,
    happens: () => Object.assign(open.channels.thread, { archived: true }),
  },
  { name: 'in a direct message, for a private call', options: { prompt: 'x', private: true }, late: 20 },
  {
    name: 'in a forum',
    to: { place: { kind: 'channel', channel: '400000000000000003' } },
    happens: (ref) => open.world.remove(ref.id),
  },
];

const cases = scenes.flatMap((scene) =>
  (['lost', 'answer lost'] as const).flatMap((how) =>
    [0, 1, 2, 3].map((after) => [scene.name, how, after, scene] as const),
  ),
);

describe('deliver, in a process that dies at any request', () => {
  it.each(cases)('leaves one result %s (%s, after %i)', async (_, how, after, scene) => {
    ahead = 0;
    const words = `Result of ${scene.name}, ${how}, ${after}`;
    scripted.script.answer = async () => ({ text: 'On its way', tone: 'working', job: 41 });
    const before = scripted.shown.length;
    await open.ada.call(scene.channel?.() ?? open.channels.general, {
      command: 'imagine',
      options: scene.options ?? { prompt: 'x' },
    });
    await vi.waitFor(() => expect(scripted.shown.length).toBe(before + 1), 5000);
    const { origin } = scripted.runs.at(-1) ?? expect.fail('no call');
    const { ref } = scripted.shown.at(-1) ?? expect.fail('not shown');
    ahead = (scene.late ?? 0) * 60_000;
    scene.happens?.(ref);
    const since = open.world.messages.length;

    open.fake.faults.push({ method: '', path: /./, times: 1, after, how });
    const media = [await scripted.picture({ width: 16, height: 12 })];
    const message: Message = { text: words, tone: 'good', media };
    const notes: Record<string, Json> = {};
    const key = `${origin.event}`.padEnd(22, '0');
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const note = async (more: Record<string, Json>) => void Object.assign(notes, more);
      const receipt: Receipt = { key, attempt, replaces: ref, notes: { ...notes }, note };
      const posted = await open
        .worker()
        .post({ ...origin, ...scene.to }, message, receipt, AbortSignal.timeout(10_000))
        .catch(() => undefined);
      // One attempt more than needed: a process can die after it has posted the result and before it records that.
      if (posted && attempt > 1) break;
      ahead += 60_000;
    }
    open.fake.faults.length = 0;
    const seen = open.world.messages.filter(
      (one) => textOf(one).includes(words) && BigInt(one.id) >= BigInt(origin.event),
    );
    expect(seen.map(({ attachments }) => attachments.map(({ filename }) => filename))).toEqual([[media[0]?.name]]);
    expect(open.world.messages.length - since).toBeLessThanOrEqual(1);
  });
});
