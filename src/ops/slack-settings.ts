/** The part of the list of settings about Slack. */
import { z } from 'zod';
import { api, credential, hostName, wholeNumber } from './setting-schemas.ts';

const slackApps = 'https://api.slack.com/apps';

/** Slack's settings, in the order of `.env.example` and of the README's table. */
export const slackSettings = [
  {
    name: 'SLACK_BOT_TOKEN',
    section: 'Slack',
    purpose: 'The bot’s token: with it and one of the next two, the bot is on Slack.',
    source: `Your app’s page OAuth & Permissions, “Bot User OAuth Token”: ${slackApps}`,
    schema: credential([
      [/^xapp-/, 'starts with xapp-, so it is the app-level token and belongs in SLACK_APP_TOKEN'],
      [/^xoxp-/, 'starts with xoxp-, so it is a person’s token; the bot’s starts with xoxb-'],
      [/^(?!xoxb-.)/, 'does not start with xoxb-'],
    ]),
    example: 'xoxb-…',
    secret: true,
  },
  {
    name: 'SLACK_APP_TOKEN',
    section: 'Slack',
    purpose: 'The app-level token, scope connections:write, for Socket Mode: no public address is needed.',
    source: `Your app’s page Basic Information, “App-Level Tokens”: ${slackApps}`,
    schema: credential([
      [/^xox/, 'starts with xox, so it is a token of a bot or a person; the bot’s belongs in SLACK_BOT_TOKEN'],
      [/^(?!xapp-.)/, 'does not start with xapp-'],
    ]),
    example: 'xapp-…',
    secret: true,
  },
  {
    name: 'SLACK_SIGNING_SECRET',
    section: 'Slack',
    purpose: 'Proves that a request comes from Slack, where Slack calls the bot over HTTP instead of Socket Mode.',
    source: `Your app’s page Basic Information, “Signing Secret”: ${slackApps}`,
    schema: credential([[/^(xox|xapp)/, 'is a token; the signing secret has no prefix']]),
    secret: true,
  },
  {
    name: 'SLACK_API_URL',
    section: 'Slack',
    purpose: 'Where Slack’s Web API answers. Changed only for tests.',
    source: 'https://docs.slack.dev/apis/web-api',
    schema: api,
    default: 'https://slack.com/api',
  },
  {
    name: 'SLACK_PORT',
    section: 'Slack',
    purpose:
      'The port on which Slack’s requests are waited for, where it calls over HTTP, and the pages for installing.',
    source: 'Any free port that your reverse proxy knows',
    schema: wholeNumber(0, 65_535),
    default: '3000',
  },
  {
    name: 'SLACK_HOST',
    section: 'Slack',
    purpose: 'The network address for SLACK_PORT.',
    source: 'Your own decision',
    schema: hostName,
    default: '127.0.0.1',
  },
  {
    name: 'SLACK_CLIENT_ID',
    section: 'Slack',
    purpose:
      'With the next three and PUBLIC_URL, many workspaces can install the app; SLACK_BOT_TOKEN is then left empty.',
    source: `Your app’s page Basic Information, “Client ID”: ${slackApps}`,
    schema: z.string().regex(/^[\d.]+$/, 'is not a client id, which is two numbers with a dot between them'),
  },
  {
    name: 'SLACK_CLIENT_SECRET',
    section: 'Slack',
    purpose: 'Proves to Slack, when a workspace installs the app, that the bot is the app.',
    source: `Your app’s page Basic Information, “Client Secret”: ${slackApps}`,
    schema: credential([[/^(xox|xapp)/, 'is a token; the client secret has no prefix']]),
    secret: true,
  },
  {
    name: 'SLACK_STATE_SECRET',
    section: 'Slack',
    purpose: 'Signs the round trip of an installation.',
    source: 'openssl rand -base64 32',
    schema: z.string().min(16, 'is shorter than 16 characters'),
    secret: true,
  },
  {
    name: 'SLACK_TOKEN_KEY',
    section: 'Slack',
    purpose: 'Encrypts the workspaces’ tokens in the database. Without it they cannot be read again.',
    source: 'openssl rand -base64 32',
    schema: z
      .string()
      .refine((value) => Buffer.from(value, 'base64').length === 32, 'is not 32 bytes written as base64'),
    secret: true,
  },
] as const;
