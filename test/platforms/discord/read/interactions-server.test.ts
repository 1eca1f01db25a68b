import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { type OpenDiscord, openDiscord } from '../opened.ts';
import { createSigner } from '../visitor.ts';

const signer = createSigner();
let scripted: ScriptedBot;
let open: OpenDiscord;
let url: string;
beforeEach(async () => {
  scripted = createScriptedBot();
  open = await openDiscord(scripted.bot, { webhook: { publicKey: signer.publicKey, host: '127.0.0.1', port: 0 } });
  const line = open.logged.find((each) => each.includes('over HTTP')) ?? expect.fail('not listening');
  url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/`;
});
afterEach(async () => {
  await open.close();
  expect(open.fake.violations).toEqual([]);
});

const now = () => String(Math.floor(Date.now() / 1000));
const send = (body: string, headers: Record<string, string>) => fetch(url, { method: 'POST', body, headers });
const ping = JSON.stringify({ type: 1 });

describe('listenForInteractions', () => {
  it('opens no gateway', () => {
    expect(open.fake.identified).toEqual([]);
  });

  it('answers Discord’s ping', async () => {
    const answer = await send(ping, signer.headersFor(ping, now()));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ type: 1 });
  });

  it('answers interactions as those of the gateway', async () => {
    const statuses: number[] = [];
    const by = (each: unknown) => {
      const body = JSON.stringify(each);
      void send(body, signer.headersFor(body, now())).then(({ status }) => statuses.push(status));
    };
    await open.ada.slash(open.channels.general, 'imagine', { prompt: 'a lighthouse' }, { by });
    await vi.waitFor(() => expect(scripted.runs).toHaveLength(1), 5000);
    expect(statuses).toEqual([202]);
  });

  it.each([
    ['a signature of somebody else', () => createSigner().headersFor(ping, now())],
    ['a signature for other words', () => signer.headersFor(`${ping} `, now())],
    ['a signature of yesterday', () => signer.headersFor(ping, String(Number(now()) - 86_400))],
    ['half a signature', () => ({ 'x-signature-ed25519': 'ab', 'x-signature-timestamp': now() })],
    ['no signature', () => ({})],
  ])('refuses %s', async (_, headers) => {
    expect((await send(ping, headers() as Record<string, string>)).status).toBe(401);
  });

  it('refuses a body that is too long', async () => {
    const long = 'x'.repeat(1_100_000);
    const status = await send(long, signer.headersFor(long, now())).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  it('survives a body that is no JSON', async () => {
    await send('{', signer.headersFor('{', now())).catch(() => undefined);
    expect((await send(ping, signer.headersFor(ping, now()))).status).toBe(200);
  });

  it('rejects the start with a wrong key', async () => {
    const wrong = openDiscord(scripted.bot, { webhook: { publicKey: 'abc', host: '127.0.0.1', port: 0 } });
    await expect(wrong).rejects.toThrow(/DISCORD_PUBLIC_KEY/);
  });
});
