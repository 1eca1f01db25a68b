/**
 * Slack's adapter: every command of the bot as slash commands, forms, buttons, shortcuts and mentions.
 *
 * Its rooms, in the way of a call: `read` checks what Slack sends, `answer` runs the call, `render` draws the answer,
 * and `send` posts it. `install` brings the app into workspaces. A process that only posts needs `render` and `send`.
 */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Platform, TtlStore } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import { type Clock, systemClock } from '../../concurrency/clock.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import type { Log } from '../../log.ts';
import { createAnswer } from './answer/answer.ts';
import { createForms } from './answer/forms.ts';
import { createShowHome } from './answer/home.ts';
import { createListeners } from './answer/listen.ts';
import { createOnMention } from './answer/mention.ts';
import { createPendingCalls, forgetPendingCall } from './answer/pending-calls.ts';
import { createPlaceholders } from './answer/placeholder.ts';
import { createOnPress } from './answer/press.ts';
import { createOnShortcut } from './answer/shortcut.ts';
import { createClaimEvent, createStartCall } from './answer/start-call.ts';
import { createOnSuggest } from './answer/suggest.ts';
import { type BoltLog, boltLog } from './bolt-log.ts';
import { type Connection, createConnection, type Transport } from './connect.ts';
import { slackFacts } from './facts.ts';
import { type Credentials, fixedCredentials, installedCredentials } from './install/credentials.ts';
import { createInstallations } from './install/installations.ts';
import { type AppCredentials, installOptions } from './install/pages.ts';
import { createSeal } from './install/seal.ts';
import { createFileReader } from './read/file.ts';
import { createOriginOf } from './read/origin.ts';
import { createReadProfile } from './read/people.ts';
import { createPrefixes } from './render/command-names.ts';
import { createAttempt } from './send/attempt-delivery.ts';
import { createChannels } from './send/channels.ts';
import { createDeliver } from './send/deliver.ts';
import { createEphemeral } from './send/ephemeral.ts';
import { createMessages } from './send/messages.ts';
import { createProgressUpdates } from './send/progress-updates.ts';
import { createUpload, type DispatcherFor, type Fit } from './send/upload.ts';
import { createUploadCheck } from './send/upload-check.ts';
import { setupProblems, startProblems } from './sentences.ts';
import { stopTimeoutMs } from './timings.ts';
import { createRateLimit } from './web/rate-limit.ts';
import { codeOf } from './web/slack-error.ts';
import { createWeb } from './web/web.ts';

const defaultApiUrl = 'https://slack.com/api/';

/** The port at which HTTP requests arrive if the operator names none. */
const defaultPort = 3_000;

/** The parts of the adapter. */
export type SlackParts = {
  /** The token of an app in one workspace. */
  botToken?: string;
  /** An app that many workspaces install by themselves, in place of `botToken`. */
  install?: AppCredentials & { tokenKey: string };
  /** Chooses Socket Mode. Without it, signed requests arrive at `port`, under `/slack/events`. */
  appToken?: string;
  signingSecret?: string;
  port?: number;
  /** The network address for `port`. Every address without it. */
  host?: string;
  apiUrl?: string;
  /** Milliseconds for Slack's answer to a ping. For tests. */
  pingTimeoutMs?: number;
  /** Opens a file of the bot's media. Undefined when it is gone. */
  open(media: string): Promise<Readable | undefined>;
  fit: Fit;
  /** The guarded connection on which files go to the addresses that Slack names. */
  dispatcherFor: DispatcherFor;
  ttlStore: TtlStore;
  /** The names of all commands, for processes that only post and so have no bot. */
  commands?: readonly string[];
  /** Ends the open work of a workspace that removed the bot. */
  removed?(tenant: string): Promise<void>;
  clock?: Clock;
  random: () => number;
  fetch?: typeof globalThis.fetch;
  log: Log;
};

/** The parts with their defaults. */
type Settings = SlackParts & Required<Pick<SlackParts, 'clock' | 'fetch' | 'apiUrl'>>;

type Sending = ReturnType<typeof createSending>;

/** Returns the platform. `post` and `edit` work before `start`, so that a process without a connection can deliver. */
export function createSlack(parts: SlackParts): Platform<Bot> {
  const { clock = systemClock, fetch = globalThis.fetch, apiUrl = defaultApiUrl } = parts;
  const settings = { ...parts, clock, fetch, apiUrl, log: parts.log.child({ part: 'slack' }) };
  const sending = createSending(settings);
  let running: { stop(): Promise<void> } | undefined;

  return {
    name: 'slack',
    facts: slackFacts,
    async start(bot) {
      running = await start(bot, settings, sending);
    },
    post: sending.deliver.post,
    edit: sending.deliver.edit,
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
  };
}

/** Makes all that posting needs. */
function createSending(settings: Settings) {
  const { open, fit, dispatcherFor, ttlStore, commands = [], clock, fetch, apiUrl, log } = settings;
  const { credentials, installing } = identify(settings, boltLog(log));
  const web = createWeb({ apiUrl, credentials, rateLimit: createRateLimit(clock), fetch, log: boltLog(log) });
  const channels = createChannels({ web, clock });
  const upload = createUpload({ web, open, fit, dispatcherFor, clock });
  const firstWords = commands.map((name) => name.split(' ')[0] ?? name);
  const prefixes = createPrefixes(ttlStore, firstWords);
  const messages = createMessages({ web, ttlStore, prefixes });
  const deliver = createDeliver({
    web,
    attempt: createAttempt({ channels, messages, upload }),
    channels,
    messages,
    progressUpdates: createProgressUpdates(clock),
    forgetPendingCall: (tenant, event) => forgetPendingCall(ttlStore, tenant, event),
  });
  return { credentials, installing, web, channels, prefixes, messages, deliver };
}

/** Makes all that answering needs, and connects. Rejects with a sentence for the operator. */
async function start(bot: Bot, settings: Settings, sending: Sending): Promise<{ stop(): Promise<void> }> {
  const { clock, fetch, apiUrl, log } = settings;
  const { credentials, installing } = sending;
  const { listeners, settled, pendingCalls } = createAnswering(bot, settings, sending);
  const transport = transportOf(settings);
  const connection = createConnection({
    transport,
    apiUrl,
    fetch,
    credentials,
    installing,
    listeners,
    log: boltLog(log),
  });
  await connect(connection, sending, log);
  const stopping = new AbortController();
  const watching = pendingCalls.watch(stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await connection.stop();
      await watching;
      await withTimeout(settled(), stopTimeoutMs, clock);
    },
  };
}

function createAnswering(bot: Bot, settings: Settings, sending: Sending) {
  const { ttlStore, clock, random, fetch, apiUrl, log } = settings;
  const { credentials, web, channels, prefixes, messages, deliver } = sending;
  const readProfile = createReadProfile({ web, clock });
  const attach = createFileReader({ web, credentials, fetch, apiUrl });
  const sayEphemeral = createEphemeral({ web, deliver, messages, channels, fetch, apiUrl });
  const pendingCalls = createPendingCalls({ bot, ttlStore, messages, sayEphemeral, clock, log });
  const placeholders = createPlaceholders({ bot, deliver, messages, channels, pendingCalls, log });
  const originOf = createOriginOf({ bot, readProfile, channels });
  const answer = createAnswer({
    bot,
    originOf,
    placeholders,
    pendingCalls,
    deliver,
    sayEphemeral,
    whyNoUploads: createUploadCheck({ web, clock }),
    channels,
    ttlStore,
    log,
  });
  const forms = createForms({ bot, web, ttlStore, clock, random, originOf, attach });
  const claimEvent = createClaimEvent(ttlStore);
  const startCall = createStartCall({ answer, forms, sayEphemeral, claimEvent, attach, log });
  const { listeners, settled } = createListeners({
    bot,
    answer,
    forms,
    startCall,
    claimEvent,
    sayEphemeral,
    prefixes,
    onPress: createOnPress({ answer, startCall, sayEphemeral, claimEvent, ttlStore }),
    onShortcut: createOnShortcut({ bot, startCall, sayEphemeral }),
    onMention: createOnMention({ bot, startCall, originOf, sayEphemeral, claimEvent }),
    onSuggest: createOnSuggest({ bot, originOf, clock }),
    showHome: createShowHome({ bot, web, messages, ttlStore, originOf }),
    async onRemoved(tenant) {
      log.warn({ tenant }, 'the bot was removed from a workspace');
      for (const each of await credentials.remove(tenant)) await settings.removed?.(each);
    },
    log,
  });
  return { listeners, settled, pendingCalls };
}

async function connect(connection: Connection, { web, installing }: Sending, log: Log): Promise<void> {
  try {
    const identity = z.object({ team: z.string().optional() });
    const { team } = installing ? {} : await web.call('', 'auth.test', {}, identity);
    await connection.start();
    log.info({ team }, 'connected to Slack');
  } catch (error) {
    await connection.stop().catch(() => undefined);
    throw new Error(startProblems[codeOf(error) ?? ''] ?? setupProblems.unreachable, { cause: error });
  }
}

/** Returns the credentials: one token for one workspace, or a token for each that has installed the app. */
function identify(
  { botToken, install, ttlStore, apiUrl, fetch, clock }: Settings,
  log: BoltLog,
): { credentials: Credentials; installing?: ReturnType<typeof installOptions> } {
  if (botToken) return { credentials: fixedCredentials(botToken) };
  if (!install) throw new Error(setupProblems.noToken);
  const installations = createInstallations({ ttlStore, seal: createSeal(install.tokenKey) });
  const { clientId, clientSecret } = install;
  const client = { clientId, clientSecret, apiUrl, fetch, log };
  const credentials = installedCredentials({ installations, ttlStore, client, clock });
  return { credentials, installing: installOptions(install, installations, credentials) };
}

function transportOf({ appToken, signingSecret, pingTimeoutMs, port = defaultPort, host }: SlackParts): Transport {
  if (appToken) return { appToken, pingTimeoutMs, port };
  if (signingSecret) return { signingSecret, port, host };
  throw new Error(setupProblems.noTransport);
}
