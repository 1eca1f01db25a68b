import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot } from '../../scripted-bot.ts';
import { type OpenDiscord, openDiscord } from '../opened.ts';

let open: OpenDiscord | undefined;
afterEach(async () => {
  await open?.close();
  expect(open?.fake.violations).toEqual([]);
});

describe('the gateway', () => {
  it('takes the shards that this process is told to take', async () => {
    open = await openDiscord(createScriptedBot().bot, { shards: { ids: [2, 3], count: 4 } });
    const { identified } = open.fake;
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
    const scripted = createScriptedBot();
    open = await openDiscord(scripted.bot);
    open.fake.hangUp();
    const { fake, ada, channels } = open;
    await vi.waitFor(() => expect(fake.connected()).toBe(1), 10_000);
    await vi.waitFor(() => expect(open?.logged.some((line) => line.includes('gateway resumed'))).toBe(true), 10_000);
    await ada.slash(channels.general, 'imagine', { prompt: 'x' });
    await vi.waitFor(() => expect(scripted.runs).toHaveLength(1), 5_000);
  });
});
