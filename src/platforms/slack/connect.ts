/** Bolt, connected by Socket Mode or listening for signed requests, with one listener for each thing people can do. */
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { PlainTextOption } from '@slack/types';
import type { FetchFunction } from '@slack/web-api';
import type { BoltLog } from './bolt-log.ts';
import type { Credentials } from './install/credentials.ts';
import { type installOptions, installPath, redirectPath } from './install/pages.ts';
import { formCallback } from './render/view.ts';
import { maxReconnectDelayMs, pingTimeoutMs } from './timings.ts';

/** How Slack reaches the bot: over a connection that the bot opens, or over HTTP with every request signed. */
export type Transport =
  | { appToken: string; heartbeat?: number; port: number }
  | { signingSecret: string; port: number; host?: string };

/** What is done with each kind of payload. All of them were acknowledged before, but for the two that answer. */
export type Listeners = {
  slash(body: unknown): void;
  press(body: unknown): void;
  /** Something was chosen in an open form that other fields follow. */
  reshape(body: unknown): void;
  shortcut(body: unknown): void;
  mention(body: unknown): void;
  /** Something was written to the bot itself; only where the app was made with that event. */
  message(body: unknown): void;
  home(body: unknown): void;
  removed(body: unknown): void;
  /** Problems by block, or none. */
  submit(body: unknown): Promise<Record<string, string>>;
  /** Options for a select. */
  suggest(body: unknown): Promise<PlainTextOption[]>;
};

type Parts = {
  way: Transport;
  apiUrl?: string;
  fetch?: FetchFunction;
  credentials: Credentials;
  /** For an app that many workspaces install: Socket Mode then listens at `port` for these pages alone. */
  installing?: ReturnType<typeof installOptions>;
  listeners: Listeners;
  log: BoltLog;
};

/** The path at which Slack's requests arrive. */
export const requestPath = '/slack/events';

/** Makes the app; nothing is connected before `start`. `stop` lets nothing in from then on. */
export function connect({ way, apiUrl, fetch, credentials, installing, listeners, log }: Parts) {
  // The library gives up for good when its tries run out, so they never do.
  const patient = { forever: true, factor: 1.3, maxTimeout: maxReconnectDelayMs, randomize: true };
  const clientOptions = { slackApiUrl: apiUrl, fetch, logger: log };
  const pages = { installPath, redirectUriPath: redirectPath, directInstall: true };
  const receiver: Receiver =
    'appToken' in way
      ? new SocketModeReceiver({
          appToken: way.appToken,
          clientPingTimeout: way.heartbeat ?? pingTimeoutMs,
          ...installing,
          installerOptions: { ...pages, port: way.port, clientOptions: { ...clientOptions, retryConfig: patient } },
          logger: log,
        })
      : new HTTPReceiver({
          signingSecret: way.signingSecret,
          endpoints: requestPath,
          ...installing,
          installerOptions: { ...pages, clientOptions },
          logger: log,
        });

  const app = new App({
    receiver,
    logger: log,
    clientOptions,
    convoStore: false,
    // Bolt wants a token before it lets a payload through, and asks the installation store for it where there is one.
    ...(installing ? {} : { authorize: async () => ({ botToken: await credentials.token('') }) }),
  });

  app.command(/^\//, async ({ ack, body }) => {
    await ack();
    listeners.slash(body);
  });
  app.action(/^(call:\d+|direct|share)$/, async ({ ack, body }) => {
    await ack();
    listeners.press(body);
  });
  app.action(/^suggest:/, async ({ ack, body }) => {
    await ack();
    listeners.reshape(body);
  });
  app.shortcut(/./, async ({ ack, body }) => {
    await ack();
    listeners.shortcut(body);
  });
  app.view(formCallback, async ({ ack, body }) => {
    const problems = await listeners.submit(body);
    if (Object.keys(problems).length) await ack({ response_action: 'errors', errors: problems });
    else await ack();
  });
  app.options(/^suggest:/, async ({ ack, body }) => {
    await ack({ options: await listeners.suggest(body) });
  });
  app.event('app_mention', async ({ body }) => listeners.mention(body));
  app.event('message', async ({ body }) => listeners.message(body));
  app.event('app_home_opened', async ({ body }) => listeners.home(body));
  app.event('app_uninstalled', async ({ body }) => listeners.removed(body));
  app.event('tokens_revoked', async ({ body }) => listeners.removed(body));
  app.event('team_access_revoked', async ({ body }) => listeners.removed(body));
  app.error(async (error) => log.error(`a payload of Slack’s could not be handled: ${error.message}`));

  return {
    async start(): Promise<void> {
      if ('appToken' in way) await app.start();
      else await app.start({ port: way.port, host: way.host });
    },
    async stop(): Promise<void> {
      await app.stop();
    },
  };
}
