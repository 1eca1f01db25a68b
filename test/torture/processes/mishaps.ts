/** Mishaps at PhotoGPT, Discord and Slack: they refuse, break off, or take effect without an answer. */
import type { Fake as Discord, Fault as DiscordFault } from '../../platforms/discord/fake-discord.ts';
import type { Fake as Slack, Fault as SlackFault } from '../../platforms/slack/fake-slack.ts';
import type { Mishap } from './schedule.ts';

const busy = { status: 429, headers: { 'retry-after': '3' } };
const broken = { status: 500, body: 'broken' };
/** Faults for any request. A hang is not among them, because the client waits half a minute of real time for it. */
const atPhotoGpt: object[] = [
  { answer: busy },
  { answer: broken },
  { answer: broken, effect: true },
  { answer: 'drop' },
  { answer: 'drop', effect: true },
  { latency: 15_000 },
  { answer: 'drop', effect: true, job: { later: 20 } },
];
const operations = [
  'generateImage',
  'generateImage',
  'generateVideo',
  'getJob',
  'listJobs',
  'media',
  'getVideoDownload',
];

const atDiscord: DiscordFault['how'][] = [
  { status: 429, retryAfter: 0.2 },
  { status: 500 },
  { status: 500, effect: true },
  { status: 503 },
  'lost',
  'answer lost',
];
const discordRequests: [method: string, path: RegExp][] = [
  ['PATCH', /webhooks/],
  ['PATCH', /webhooks/],
  ['POST', /callback/],
  ['', /channels/],
];

const atSlack: SlackFault['what'][] = ['429', '503', '503 after', 'drop after'];
const slackMethods = [
  'chat.update',
  'chat.postMessage',
  'files.completeUploadExternal',
  'files.getUploadURLExternal',
  'upload',
];

/** Returns a function that makes a mishap happen. `tell` hands a rule to the sandbox. */
export function createMishaps(parts: { discord: Discord; slack?: Slack; key: string; tell(rule: object): void }) {
  const { discord, slack, key, tell } = parts;
  const from = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

  return function happen({ where, what, path }: Mishap): void {
    if (where === 'photogpt') {
      const operation = from(operations, path);
      tell({
        match: operation === 'media' ? { operation } : { operation, key },
        fault: from(atPhotoGpt, what),
        times: 1,
      });
    } else if (where === 'slack') slack?.faults.push({ method: from(slackMethods, path), what: from(atSlack, what) });
    else if (what % 20 === 0) discord.hangUp();
    else {
      const [method, asked] = from(discordRequests, path);
      discord.faults.push({ method, path: asked, times: 1, how: from(atDiscord, what) });
    }
  };
}
