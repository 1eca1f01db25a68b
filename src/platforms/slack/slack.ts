/** Slack: every command of the bot as slash commands, forms, buttons, shortcuts and mentions. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Platform } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';
import { type Clock, systemClock } from '../../concurrency/clock.ts';
import { withTimeout } from '../../concurrency/with-timeout.ts';
import type { Log } from '../../log.ts';
import { createAnswer } from './answer/answer.ts';
import { createForms } from './answer/forms.ts';
import { createHome } from './answer/home.ts';
import { createListeners } from './answer/listen.ts';
import { createPendingCalls } from './answer/pending-calls.ts';
import { type BoltLog, boltLog } from './bolt-log.ts';
import { connect, type Transport } from './connect.ts';
import { type Credentials, fixedCredentials, installedCredentials } from './install/credentials.ts';
import { createInstallations } from './install/installations.ts';
import { type AppCredentials, installOptions } from './install/pages.ts';
import { createSeal } from './install/seal.ts';
import { createFileReader } from './read/file.ts';
import { createPeople } from './read/people.ts';
import { createPrefixes } from './render/command-names.ts';
import { createChannels } from './send/channels.ts';
import { createDeliver } from './send/deliver.ts';
import { createEphemeral } from './send/ephemeral.ts';
import { createMessages } from './send/messages.ts';
import { createProgressUpdates } from './send/progress-updates.ts';
import { createRateLimit } from './send/rate-limit.ts';
import { codeOf } from './send/slack-error.ts';
import { createUpload, type DispatcherFor, type Fit } from './send/upload.ts';
import { createUploadCheck } from './send/upload-check.ts';
import { createWeb } from './send/web.ts';
import { setupProblems, startProblems } from './sentences.ts';
import { stopTimeoutMs } from './timings.ts';
import type { TtlStore } from './ttl-store.ts';

const usualUrl = 'https://slack.com/api/';

/**
 * `appToken` chooses Socket Mode; without it, signed requests are expected at `port` (and `host`, every address by
 * default), path `/slack/events`. `heartbeat` in milliseconds is for tests. `open` and `fit` are the bot's media,
 * `drafts` its database, `wayTo` the guarded way on which files are sent to where Slack says.
 */
export type SlackParts = {
  botToken?: string;
  /** An app that many workspaces install by themselves, in place of `botToken`. */
  install?: AppCredentials & { tokenKey: string };
  appToken?: string;
  signingSecret?: string;
  port?: number;
  host?: string;
  apiUrl?: string;
  heartbeat?: number;
  open(media: string): Promise<Readable | undefined>;
  fit: Fit;
  wayTo: DispatcherFor;
  ttlStore: TtlStore;
  /** All commands: a process that only posts does not know them otherwise. */
  commands?: readonly string[];
  /** Ends the open work of a workspace that the bot was removed from. */
  removed?(tenant: string): Promise<void>;
  clock?: Clock;
  random: () => number;
  fetch?: typeof globalThis.fetch;
  log: Log;
};

/** Makes the platform. `post` and `edit` work before `start`, so that a process without a connection can deliver. */
export function createSlack(parts: SlackParts): Platform<Bot> {
  const { clock = systemClock, random, fetch = globalThis.fetch, apiUrl = usualUrl, ttlStore } = parts;
  const log = parts.log.child({ part: 'slack' });
  const { credentials, installing } = identify(parts, apiUrl, fetch, clock, boltLog(log));
  const web = createWeb({ apiUrl, credentials, rateLimit: createRateLimit(clock), fetch, log: boltLog(log) });
  const channels = createChannels({ web, clock });
  const upload = createUpload({ web, open: parts.open, fit: parts.fit, wayTo: parts.wayTo, clock });
  const first = (parts.commands ?? []).map((name) => name.split(' ')[0] ?? name);
  const prefixes = createPrefixes(ttlStore, first);
  const messages = createMessages({ web, ttlStore, prefixes });
  const deliver = createDeliver({ web, channels, messages, upload, ttlStore, share: createProgressUpdates(clock) });
  let running: { stop(): Promise<void> } | undefined;

  async function start(bot: Bot): Promise<void> {
    const people = createPeople({ web, clock });
    const ephemeral = createEphemeral({ web, deliver, messages, channels, fetch, apiUrl });
    const pendingCalls = createPendingCalls({ bot, ttlStore, messages, ephemeral, clock, log });
    const uploadCheck = createUploadCheck({ web, clock });
    const answer = createAnswer({
      bot,
      deliver,
      messages,
      ephemeral,
      pendingCalls,
      uploadCheck,
      channels,
      people,
      ttlStore,
      log,
    });
    const attach = createFileReader({ web, credentials, fetch, apiUrl });
    const forms = createForms({ bot, web, ttlStore, clock, random, origin: answer.origin, attach });
    const home = createHome({ bot, web, messages, ttlStore, origin: answer.origin });
    const removed = async (tenant: string) => {
      log.warn({ tenant }, 'the bot was removed from a workspace');
      for (const each of await credentials.removed(tenant)) await parts.removed?.(each);
    };
    const listening = { bot, answer, forms, ephemeral, ttlStore, prefixes, attach, home, removed, clock, log };
    const { listeners, settled } = createListeners(listening);
    const connection = connect({
      way: transportOf(parts),
      apiUrl,
      fetch,
      credentials,
      installing,
      listeners,
      log: boltLog(log),
    });
    try {
      const answer = z.object({ team: z.string().optional() });
      const { team } = installing ? {} : await web.call('', 'auth.test', {}, answer);
      await connection.start();
      log.info({ team }, 'connected to Slack');
    } catch (error) {
      await connection.stop().catch(() => undefined);
      throw new Error(startProblems[codeOf(error) ?? ''] ?? setupProblems.unreachable, { cause: error });
    }
    const stopping = new AbortController();
    const watching = pendingCalls.watch(stopping.signal);
    running = {
      async stop() {
        stopping.abort();
        await connection.stop();
        await watching;
        await withTimeout(settled(), stopTimeoutMs, clock);
      },
    };
  }

  return {
    name: 'slack',
    start,
    post: deliver.post,
    edit: deliver.edit,
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
  };
}

/** One token for one workspace, or a token for each that has installed the app. */
function identify(
  { botToken, install, ttlStore }: SlackParts,
  apiUrl: string,
  fetch: typeof globalThis.fetch,
  clock: Clock,
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

/** Where HTTP requests are taken if nothing else is said. */
const usualPort = 3_000;

function transportOf({ appToken, signingSecret, heartbeat, port = usualPort, host }: SlackParts): Transport {
  if (appToken) return { appToken, heartbeat, port };
  if (signingSecret) return { signingSecret, port, host };
  throw new Error(setupProblems.noTransport);
}
