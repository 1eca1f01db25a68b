/** Opens the adapter at a fake Slack, with a scripted bot. */
import { Writable } from 'node:stream';
import type { Json } from '../../../src/chat.ts';
import type { Bot } from '../../../src/commands/kit/bot.ts';
import { systemClock } from '../../../src/concurrency/clock.ts';
import { UndeliverableError } from '../../../src/errors/catalogue.ts';
import { logTo } from '../../../src/log.ts';
import { createPublicDispatcher } from '../../../src/media/fetch/guarded.ts';
import { manifestScopes } from '../../../src/platforms/slack/install/manifest-scopes.ts';
import { createSlack, type SlackParts } from '../../../src/platforms/slack/slack.ts';
import { expectNoCredentials, expectNoSecrets } from '../../security/no-secrets.ts';
import { appToken, botToken, openFake, signingSecret } from './fake-slack.ts';

/** Returns a keyed store whose claims and values outlive the adapter, as those of a database do. */
export function createTtlStore() {
  const values = new Map<string, Json>();
  return {
    get: async (key: string) => values.get(key),
    put: async (key: string, value: Json) => void values.set(key, value),
    values,
    list: async (prefix: string) =>
      [...values].flatMap(([key, content]) => (key.startsWith(prefix) && content !== null ? [{ key, content }] : [])),
    claim: async (key: string) => !values.has(key) && Boolean(values.set(key, true)),
  };
}

/**
 * With `http`, the adapter takes signed requests at this port. Without it, it uses Socket Mode. `scopes` were granted.
 */
type Opening = Partial<SlackParts> & { http?: number; scopes?: readonly string[] };

/** Opens both. `close` fails if a call was wrong or without a scope, a block malformed, or a secret sent. */
export async function openSlack(bot: Bot, { http, scopes = manifestScopes, ...more }: Opening = {}) {
  const slack = await openFake(scopes);
  const logged: string[] = [];
  const log = logTo(
    new Writable({
      write(line, _encoding, done) {
        logged.push(String(line));
        done();
      },
    }),
  );
  const ttlStore = createTtlStore();
  const make = () =>
    createSlack({
      botToken,
      apiUrl: `${slack.url()}/api/`,
      pingTimeoutMs: 1_000,
      open: bot.open,
      ttlStore,
      clock: systemClock,
      log,
      ...(http ? { signingSecret, port: http, host: '127.0.0.1' } : { appToken }),
      fit: async ({ name }) => {
        throw new UndeliverableError(`${name} cannot be made smaller here`);
      },
      dispatcherFor: createPublicDispatcher([new URL(slack.url()).host]),
      random: Math.random,
      commands: bot.sheets.map(({ name }) => name),
      ...more,
    });
  let platform = make();
  await platform.start(bot);
  if (http) slack.sendTo(`http://127.0.0.1:${http}/slack/events`);
  return {
    slack,
    logged,
    ttlStore,
    get platform() {
      return platform;
    },
    /** Stops the adapter and makes a new one, as a new process would. */
    async restart(started = true) {
      await platform.stop();
      platform = make();
      if (started) await platform.start(bot);
    },
    /** Lets the process die: nothing that it still asks for goes through. Another one may start. */
    async kill(started = true) {
      slack.cutAt({ after: 0, how: 'lost' });
      await platform.stop();
      slack.cutAt();
      platform = make();
      if (started) await platform.start(bot);
    },
    async close() {
      await platform.stop();
      await slack.close();
      const complaints = scopes === manifestScopes ? slack.complaints() : [];
      expectNoSecrets('the log beside Slack', logged);
      expectNoCredentials('the drafts beside Slack', [...ttlStore.values]);
      if (complaints.length) throw new Error(`Slack was asked wrongly: ${JSON.stringify(complaints)}`);
    },
  };
}
