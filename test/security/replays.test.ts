/** Recorded calls that are played again. The webhook and HTTP tests of each platform have the forged ones. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDiscord } from '../platforms/discord/opened.ts';
import { createSigner } from '../platforms/discord/visitor.ts';
import { createScriptedBot } from '../platforms/scripted-bot.ts';
import { send as sendToSlack } from '../platforms/slack/fake-slack.ts';
import { freePort } from '../platforms/slack/free-port.ts';
import { openSlack } from '../platforms/slack/opened.ts';

/** Long enough for a second run to show, had there been one. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

it('a signed call of Discord runs once, even after a restart', async () => {
  const signer = createSigner();
  const fake = createScriptedBot();
  const open = await openDiscord(fake.bot, { webhook: { publicKey: signer.publicKey, host: '127.0.0.1', port: 0 } });
  onTestFinished(open.close);
  const url = () => {
    const line = open.logged.findLast((each) => each.includes('over HTTP')) ?? expect.fail('not listening');
    return `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/`;
  };
  const bodies: string[] = [];
  const at = String(Math.floor(Date.now() / 1000));
  const play = (body: string) =>
    fetch(url(), { method: 'POST', body, headers: signer.headersFor(body, at) }).then(({ status }) => status);
  await open.ada.slash(
    open.channels.general,
    'imagine',
    { prompt: 'a fox' },
    {
      by: (each) => {
        bodies.push(JSON.stringify(each));
        void play(bodies[0] ?? '');
      },
    },
  );
  await vi.waitUntil(() => fake.runs.length === 1, 5_000);
  const [body = ''] = bodies;
  expect(await Promise.all([play(body), play(body), play(body)])).toEqual([202, 202, 202]);
  await open.again();
  expect(await play(body)).toBe(202);
  await settled();
  expect(fake.runs).toHaveLength(1);
});

it('a signed call of Slack runs once, even after a restart', async () => {
  const fake = createScriptedBot();
  const port = await freePort();
  const open = await openSlack(fake.bot, { http: port });
  onTestFinished(open.close);
  const body = new URLSearchParams({
    command: '/imagine',
    text: 'a fox',
    team_id: 'T1',
    channel_id: 'C1',
    user_id: 'UADA',
    user_name: 'ada',
    trigger_id: open.slack.trigger(),
  }).toString();
  const play = () => sendToSlack(`http://127.0.0.1:${port}/slack/events`, body).then(({ status }) => status);
  expect(await Promise.all([play(), play(), play()])).toEqual([200, 200, 200]);
  await vi.waitUntil(() => fake.runs.length === 1, 5_000);
  await open.restart();
  expect(await play()).toBe(200);
  await settled();
  expect(fake.runs).toHaveLength(1);
});
