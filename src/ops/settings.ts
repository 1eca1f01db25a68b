/** The list of the operator's settings. The reader, `.env.example` and the README's table are made from it. */
import { z } from 'zod';
import { address, api, credential, flag, hostName, wholeNumber, withoutSlash } from './setting-schemas.ts';
import { slackSettings } from './slack-settings.ts';

/** The headings of `.env.example` and the README's table, in their order. */
export const sections = ['PhotoGPT', 'Discord', 'Slack', 'Storage', 'Running'] as const;

/**
 * A setting. `purpose` and `source` are sentences for the operator: its use, and the place to get its value. `default`
 * and `example` are written as in the environment. The value of a `secret` is a credential or holds one.
 */
export type Setting = {
  name: string;
  section: (typeof sections)[number];
  purpose: string;
  source: string;
  schema: z.ZodType<unknown, string>;
  required?: true;
  default?: string;
  example?: string;
  secret?: true;
};

const discordPortal = 'https://discord.com/developers/applications';

/** Reads `auto`, or ids and a total such as `0,1/4`, as the shards of discord.js. */
function readShards(text: string): 'auto' | { ids: number[]; count: number } {
  const [ids = '', count] = text.split('/');
  return count === undefined ? 'auto' : { ids: ids.split(',').map(Number), count: Number(count) };
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/**
 * Every setting, section by section. Discord's bot tokens are three parts with dots between them
 * (discord.com/developers/docs/reference, "Authentication"). Slack's bot tokens start with xoxb-, its app-level tokens
 * with xapp- (docs.slack.dev, "Tokens").
 */
export const settings = [
  {
    name: 'PHOTOGPT_API_KEY',
    section: 'PhotoGPT',
    purpose: 'The key of the PhotoGPT account that pays for the pictures.',
    source: 'Make one in the developer portal: https://platform.photogptai.com',
    schema: credential([[/^bearer\b/i, 'starts with “Bearer”; give only what comes after it']]),
    required: true,
    secret: true,
  },
  {
    name: 'PHOTOGPT_API_URL',
    section: 'PhotoGPT',
    purpose: 'Where the PhotoGPT API answers. Changed only to use the sandbox.',
    source: 'It is given at https://platform.photogptai.com/docs/getting-started',
    schema: api,
    default: 'https://developer.photogptai.com/api',
  },
  {
    name: 'PHOTOGPT_KEY_EXCLUSIVE',
    section: 'PhotoGPT',
    purpose:
      'Whether nothing but this bot uses the key. If so, a job whose answer was lost can be found in the account and ' +
      'taken over. If not, it might be somebody else’s, and is reported as failed.',
    source: 'Your own decision: true or false',
    schema: flag,
    default: 'false',
  },
  {
    name: 'PHOTOGPT_REQUESTS_PER_SECOND',
    section: 'PhotoGPT',
    purpose:
      'The most requests a second that PhotoGPT gets, from all processes with this key together. About 2.4 are made for ' +
      'a finished job. When PhotoGPT says that it is too much, fewer are made for a while.',
    source: 'Your own decision, 1 to 10000; PhotoGPT’s own limit is not documented',
    schema: wholeNumber(1, 10_000),
    default: '20',
  },
  {
    name: 'SUBMIT_LANES',
    section: 'PhotoGPT',
    purpose:
      'How many new jobs are sent to PhotoGPT at one time, by all processes together: with one, each waits for the ' +
      'answer to the job before it. When a process dies, the answers to that many can be lost at once, and may have to ' +
      'be reported as failed.',
    source: 'Your own decision, 1 to 64; the same in every process',
    schema: wholeNumber(1, 64),
    default: '1',
  },
  {
    name: 'PHOTOGPT_CATALOGUE',
    section: 'PhotoGPT',
    purpose: 'A JSON file with models to add to the catalogue or to correct in it.',
    source: 'You write it; https://platform.photogptai.com/docs/image-generation lists the models',
    schema: z.string(),
    example: './models.json',
  },
  {
    name: 'DISCORD_TOKEN',
    section: 'Discord',
    purpose: 'The bot’s token: with it, the bot is on Discord.',
    source: `Your application’s page Bot, “Reset Token”: ${discordPortal}`,
    schema: credential([
      [/^bot\s/i, 'starts with “Bot”; give only what comes after it'],
      [/^(xox|xapp)/, 'is a token of Slack’s, not of Discord’s'],
      [/^\d+$/, 'is a number, so it is the application’s id; the token is on the page Bot'],
      [/^(?!.+\..+\..+$)/, 'is not a bot token, which has three parts with dots between them'],
    ]),
    secret: true,
  },
  {
    name: 'DISCORD_API_URL',
    section: 'Discord',
    purpose: 'Where Discord’s REST API answers, without the version. Changed only for tests.',
    source: 'https://discord.com/developers/docs/reference',
    schema: api,
    default: 'https://discord.com/api',
  },
  {
    name: 'DISCORD_SHARDS',
    section: 'Discord',
    purpose: 'Which shards this process connects: auto for all, or ids and their total such as 0,1/4.',
    source: 'Your own decision; Discord wants one shard for every 2,500 servers',
    schema: z
      .string()
      .regex(/^(auto|\d+(,\d+)*\/\d+)$/, 'is neither auto nor ids and a total such as 0,1/4')
      .transform(readShards),
    default: 'auto',
  },
  {
    name: 'DISCORD_USER_INSTALL',
    section: 'Discord',
    purpose:
      'Whether people may add the bot to their own account, and use it where nobody added it. It can only answer there, ' +
      'for 15 minutes and five messages a call.',
    source: 'Your own decision: true or false; run `npm run discord:commands` after a change',
    schema: flag,
    default: 'false',
  },
  {
    name: 'DISCORD_PUBLIC_KEY',
    section: 'Discord',
    purpose: 'Proves that a request comes from Discord, where Discord calls the bot over HTTP instead of the gateway.',
    source: `Your application’s page General Information, “Public Key”: ${discordPortal}`,
    schema: z.string().regex(/^[0-9a-f]{64}$/i, 'is not a public key, which has 64 hexadecimal digits'),
  },
  {
    name: 'DISCORD_HOST',
    section: 'Discord',
    purpose: 'The network address on which Discord’s requests are waited for, where it calls over HTTP.',
    source: 'Your own decision',
    schema: hostName,
    default: '127.0.0.1',
  },
  {
    name: 'DISCORD_PORT',
    section: 'Discord',
    purpose: 'The port on which Discord’s requests are waited for, where it calls over HTTP.',
    source: 'Any free port that your reverse proxy knows',
    schema: wholeNumber(0, 65_535),
    default: '4402',
  },
  ...slackSettings,
  {
    name: 'DATABASE_URL',
    section: 'Storage',
    purpose:
      'The Postgres server that keeps jobs and messages. Without it, they are kept by an embedded database in DATA_DIR. ' +
      'That is enough for one process, but loses its last seconds when the machine goes down.',
    source: 'Your Postgres server or its provider; https://www.postgresql.org/docs/current/libpq-connect.html',
    schema: address(/^postgres(ql)?$/, 'postgres://user:password@host/database'),
    example: 'postgres://photogpt:password@127.0.0.1:5432/photogpt',
    secret: true,
  },
  {
    name: 'DATA_DIR',
    section: 'Storage',
    purpose: 'The folder for pictures and videos, and for the embedded database.',
    source: 'Any folder that the bot may write to',
    schema: z.string(),
    default: './data',
  },
  {
    name: 'KEEP_FILES_DAYS',
    section: 'Storage',
    purpose:
      'How many days pictures and videos stay on this disk. Favourites stay longer; an older result is fetched from ' +
      'PhotoGPT again when somebody wants to see it, for as long as PhotoGPT has it.',
    source: 'Your own decision, 0 for ever',
    schema: wholeNumber(0, 36_500),
    default: '30',
  },
  {
    name: 'PUBLIC_URL',
    section: 'Running',
    purpose: 'The address at which the internet reaches this bot, so that PhotoGPT can fetch pictures people attach.',
    source: 'Your reverse proxy or tunnel',
    schema: address(/^https$/, 'https://host').transform(withoutSlash),
    example: 'https://bot.example.com',
  },
  {
    name: 'ROLE',
    section: 'Running',
    purpose: 'What this process does: gateway listens to the chats, worker does the jobs, all does both.',
    source: 'Your own decision: all, gateway or worker',
    schema: z.enum(['all', 'gateway', 'worker'], 'is not one of all, gateway and worker'),
    default: 'all',
  },
  {
    name: 'HOST',
    section: 'Running',
    purpose: 'The network address on which health and metrics are served; 0.0.0.0 for every one.',
    source: 'Your own decision',
    schema: hostName,
    default: '127.0.0.1',
  },
  {
    name: 'PORT',
    section: 'Running',
    purpose: 'The port on which health and metrics are served.',
    source: 'Any free port, 0 for whichever is free',
    schema: wholeNumber(0, 65_535),
    default: '8080',
  },
  {
    name: 'MAX_OPEN_JOBS',
    section: 'Running',
    purpose: 'How many unfinished jobs one person may have.',
    source: 'Your own decision, 1 to 1000',
    schema: wholeNumber(1, 1_000),
    default: '20',
  },
  {
    name: 'PERSON_DAILY_JOBS',
    section: 'Running',
    purpose:
      'How many jobs one person may start in a day where no moderator has set it, and so in direct messages on Discord. ' +
      'Without it there is no limit.',
    source: 'Your own decision, 1 to 1000000',
    schema: wholeNumber(1, 1_000_000),
    example: '50',
  },
  {
    name: 'MAX_PERSON_CALLS',
    section: 'Running',
    purpose: 'How many commands one person may send in ten seconds.',
    source: 'Your own decision, 1 to 10000',
    schema: wholeNumber(1, 10_000),
    default: '20',
  },
  {
    name: 'MAX_PLACE_CALLS',
    section: 'Running',
    purpose: 'How many commands may come from one server or workspace in ten seconds.',
    source: 'Your own decision, 1 to 100000',
    schema: wholeNumber(1, 100_000),
    default: '100',
  },
  {
    name: 'LOG_LEVEL',
    section: 'Running',
    purpose: 'The least important lines that are logged.',
    source: `Your own decision: ${levels.join(', ')}`,
    schema: z.enum(levels, `is not one of ${levels.join(', ')}`),
    default: 'info',
  },
] as const satisfies Setting[];
