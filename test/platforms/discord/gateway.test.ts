import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot } from '../scripted-bot.ts';
import { type OpenDiscord, openDiscord } from './opened.ts';

let open: OpenDiscord | undefined;
afterEach(async () => {
  await open?.close();
  expect(open?.standIn.violations).toEqual([]);
});

describe('the gateway', () => {
  it('takes the shards that this process is told to take', async () => {
    open = await openDiscord(createScriptedBot().bot, { shards: { ids: [2, 3], count: 4 } });
    const { identified } = open.standIn;
    await vi.waitFor(
      () =>
        expect(identified.map(({ shard }) => shard)).toEqual([
          [2, 4],
          [3, 4],
        ]),
      15_000,
    );
  });

  it('is taken up again after its connection broke', async () => {
    const far = createScriptedBot();
    open = await openDiscord(far.bot);
    open.standIn.hangUp();
    const { standIn, ada, channels } = open;
    await vi.waitFor(() => expect(standIn.connected()).toBe(1), 10_000);
    await vi.waitFor(() => expect(open?.logged.some((line) => line.includes('gateway resumed'))).toBe(true), 10_000);
    await ada.slash(channels.general, 'imagine', { prompt: 'x' });
    await vi.waitFor(() => expect(far.runs).toHaveLength(1), 5_000);
  });
});
