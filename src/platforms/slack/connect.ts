/**
 * Connects to Slack with Bolt, its library, and calls one listener for each thing that people can do.
 *
 * - Socket Mode: the bot opens a connection, and payloads arrive on it.
 * - HTTP: Slack sends each payload as a signed request to `/slack/events`.
 *
 * Slack waits for an acknowledgement of three seconds at most, so it goes out before the listener begins. Only a
 * submitted form and suggestions are acknowledged with what their listener returns.
 */
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { PlainTextOption } from '@slack/types';
import type { FetchFunction } from '@slack/web-api';
import type { BoltLog } from './bolt-log.ts';
import type { Credentials } from './install/credentials.ts';
import { type installOptions, installPath, redirectPath } from './install/pages.ts';
import { formCallback } from './render/view.ts';
import { maxReconnectDelayMs, pingTimeoutMs } from './timings.ts';

/** How payloads reach the bot: with an app-level token over Socket Mode, or with a signing secret over HTTP. */
export type Transport =
  | { appToken: string; pingTimeoutMs?: number; port: number }
  | { signingSecret: string; port: number; host?: string };

/** The functions that take each kind of payload. */
export type Listeners = {
  /** A slash command. */
  slash(body: unknown): void;
  /** A press on a button of ours. */
  press(body: unknown): void;
  /** A choice in an open form that other fields follow. */
  reshape(body: unknown): void;
  /** A shortcut, on a message or from nowhere. */
  shortcut(body: unknown): void;
  /** A mention of the bot in a channel. */
  mention(body: unknown): void;
  /** A message to the bot alone. It arrives only if the app's manifest was made with `--direct`. */
  message(body: unknown): void;
  /** A look at the app's own page. */
  home(body: unknown): void;
  /** The removal of the bot from a workspace. */
  removed(body: unknown): void;
  /** A submitted form. Resolves with the problems by the id of the block, which keep the form open. */
  submit(body: unknown): Promise<Record<string, string>>;
  /** Typed characters in a select. Resolves with its options. */
  suggest(body: unknown): Promise<PlainTextOption[]>;
};

/** A connection that Slack's payloads arrive on. */
export type Connection = {
  /** Connects, or listens. Rejects with the errors of Slack's client. */
  start(): Promise<void>;
  /** Takes no payloads from then on. */
  stop(): Promise<void>;
};

type Parts = {
  transport: Transport;
  apiUrl?: string;
  fetch?: FetchFunction;
  credentials: Credentials;
  /** The pages of an app that many workspaces install. With Socket Mode, `port` is for these pages alone. */
  installing?: ReturnType<typeof installOptions>;
  listeners: Listeners;
  log: BoltLog;
};

/** The path at which Slack's requests arrive. */
export const requestPath = '/slack/events';

/** Returns the connection. It is closed until `start`. */
export function createConnection(parts: Parts): Connection {
  const { transport, apiUrl, fetch, credentials, installing, listeners, log } = parts;
  const app = new App({
    receiver: createReceiver(parts),
    logger: log,
    clientOptions: { slackApiUrl: apiUrl, fetch, logger: log },
    convoStore: false,
    // Bolt lets no payload through without a token. Where there is an installation store, it asks that one.
    ...(installing ? {} : { authorize: async () => ({ botToken: await credentials.token('') }) }),
  });
  listenToInteractions(app, listeners);
  listenToEvents(app, listeners);
  app.error(async (error) => log.error(`handling a payload failed: ${error.message}`));

  return {
    async start() {
      if ('appToken' in transport) await app.start();
      else await app.start({ port: transport.port, host: transport.host });
    },
    async stop() {
      await app.stop();
    },
  };
}

function createReceiver({ transport, apiUrl, fetch, installing, log }: Parts): Receiver {
  const clientOptions = { slackApiUrl: apiUrl, fetch, logger: log };
  const pages = { installPath, redirectUriPath: redirectPath, directInstall: true };
  if ('signingSecret' in transport)
    return new HTTPReceiver({
      signingSecret: transport.signingSecret,
      endpoints: requestPath,
      ...installing,
      installerOptions: { ...pages, clientOptions },
      logger: log,
    });
  // The library gives up for good when its tries run out, so they never do.
  const retryConfig = { forever: true, factor: 1.3, maxTimeout: maxReconnectDelayMs, randomize: true };
  return new SocketModeReceiver({
    appToken: transport.appToken,
    clientPingTimeout: transport.pingTimeoutMs ?? pingTimeoutMs,
    ...installing,
    installerOptions: { ...pages, port: transport.port, clientOptions: { ...clientOptions, retryConfig } },
    logger: log,
  });
}

function listenToInteractions(app: App, listeners: Listeners): void {
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
}

function listenToEvents(app: App, listeners: Listeners): void {
  app.event('app_mention', async ({ body }) => listeners.mention(body));
  app.event('message', async ({ body }) => listeners.message(body));
  app.event('app_home_opened', async ({ body }) => listeners.home(body));
  app.event('app_uninstalled', async ({ body }) => listeners.removed(body));
  app.event('tokens_revoked', async ({ body }) => listeners.removed(body));
  app.event('team_access_revoked', async ({ body }) => listeners.removed(body));
}
