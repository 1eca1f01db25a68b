import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { logTo } from '../../../../src/log.ts';
import { boltLog } from '../../../../src/platforms/slack/bolt-log.ts';
import { fixedCredentials } from '../../../../src/platforms/slack/install/credentials.ts';
import { manifestScopes } from '../../../../src/platforms/slack/install/manifest-scopes.ts';
import { createRateLimit } from '../../../../src/platforms/slack/web/rate-limit.ts';
import { createWeb } from '../../../../src/platforms/slack/web/web.ts';
import { botToken, type Fake, openFake } from '../fake-slack.ts';

let slack: Fake;
let web: ReturnType<typeof createWeb>;
/** Waits of the adapter, which a test ends. */
const waits: { milliseconds: number; end(): void }[] = [];

beforeAll(async () => {
  slack = await openFake(manifestScopes);
  const clock = {
    now: () => 0,
    sleep: (milliseconds: number) => new Promise<void>((end) => waits.push({ milliseconds, end })),
  };
  web = createWeb({
    apiUrl: `${slack.url()}/api/`,
    credentials: fixedCredentials(botToken),
    rateLimit: createRateLimit(clock),
    log: boltLog(logTo({ write: () => undefined })),
  });
});
afterAll(() => slack.close());

const anything = z.object({});
const post = (text: string) => web.call('T1', 'chat.postMessage', { channel: 'C1', text }, anything);
const texts = () => slack.workspace.posts.map(({ text }) => text);

describe('a call of the Web API', () => {
  it.each(['503', '503 after', 'drop after'] as const)('is asked once, whatever Slack does (%s)', async (what) => {
    slack.faults.push({ method: 'chat.postMessage', what });
    const before = slack.calls('chat.postMessage').length;
    await expect(post(what)).rejects.toThrow();
    expect(slack.calls('chat.postMessage').length - before).toBe(1);
    expect(texts().filter((text) => text === what).length).toBeLessThanOrEqual(1);
  });

  it('waits with one method for as long as Slack asks, while all others go on', async () => {
    const { ts } = slack.workspace.post('C1', { text: 'old' });
    const update = () => web.call('T1', 'chat.update', { channel: 'C1', ts, text: 'new' }, anything);
    slack.faults.push({ method: 'chat.update', what: '429' });
    const updating = update();
    await expect.poll(() => waits.length).toBe(1);
    expect(waits[0]?.milliseconds).toBe(1_000);
    await post('meanwhile');
    expect(texts()).toContain('meanwhile');
    expect(texts()).toContain('old');
    waits[0]?.end();
    await updating;
    expect(texts()).toContain('new');
  });
});
