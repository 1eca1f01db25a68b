/** Addresses that Slack names for files. The bot sends none into a private network, whatever Slack says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, Origin } from '../../../../src/chat.ts';
import { UndeliverableError } from '../../../../src/errors/catalogue.ts';
import type { Resolve } from '../../../../src/media/fetch/addresses.ts';
import { createPublicDispatcher } from '../../../../src/media/fetch/guarded.ts';
import { openFakeFileServer } from '../../../media/fake-file-server.ts';
import { createScriptedBot, type ScriptedBot } from '../../scripted-bot.ts';
import { openSlack } from '../opened.ts';

const origin: Origin = {
  ...{ platform: 'slack', event: 'e1', tenant: 'T1', locale: 'en', private: false },
  place: { kind: 'channel', channel: 'C1' },
  person: { id: 'UADA', name: 'ada', roles: [], moderator: false },
};
/** Every name is one of this machine's. */
const resolve: Resolve = (_, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);

let scripted: ScriptedBot;
let victim: Awaited<ReturnType<typeof openFakeFileServer>>;
let open: Awaited<ReturnType<typeof openSlack>>;
/** The wrong address that Slack names for the next file. The right one while this is undefined. */
let wrongAddress: string | undefined;

/** The Web API with a wrong address for uploads. */
const misleading: typeof fetch = async (url, init) => {
  const answer = await fetch(url, init);
  if (!wrongAddress || !String(url).endsWith('files.getUploadURLExternal')) return answer;
  const said = (await answer.json()) as Record<string, Json>;
  return Response.json({ ...said, upload_url: wrongAddress }, { headers: answer.headers });
};

beforeEach(async () => {
  scripted = createScriptedBot();
  victim = await openFakeFileServer((_, response) => response.end('OK'), '0.0.0.0');
  wrongAddress = undefined;
});
afterEach(() => open.close());

/** Returns a delivery whose notes stay between its attempts. */
async function deliver() {
  const notes: Record<string, Json> = {};
  const media = [await scripted.picture()];
  let attempt = 0;
  const post = () =>
    open.platform.post(
      origin,
      { text: 'A fox', tone: 'plain', media },
      {
        key: 'k'.repeat(22),
        attempt: ++attempt,
        notes: { ...notes },
        note: async (more) => void Object.assign(notes, more),
      },
      AbortSignal.timeout(10_000),
    );
  return { post, notes };
}

describe('an address for a file', () => {
  const hosts = ['10.0.0.1', '169.254.169.254', '127.0.0.1', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]', 'files.example'];
  it.each(hosts)('in a private network is refused, and the delivery is tried again: %s', async (host) => {
    open = await openSlack(scripted.bot, {
      fetch: misleading,
      dispatcherFor: (url) => createPublicDispatcher([new URL(open.slack.url()).host], resolve)(url),
    });
    const { post, notes } = await deliver();
    wrongAddress = `http://${host}:${victim.port}/upload`;
    const error = await post().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('is not a public address') });
    // Slack names another address at the next try, so that nobody is told that their picture is lost.
    expect(error).not.toBeInstanceOf(UndeliverableError);
    expect(victim.visits()).toBe(0);
    expect(open.slack.calls('files.completeUploadExternal')).toEqual([]);
    expect(notes).toMatchObject({ completing: false });

    wrongAddress = undefined;
    await post();
    expect(open.slack.workspace.posts.filter(({ files }) => files.length > 0)).toHaveLength(1);
    expect(open.slack.calls('upload')).toMatchObject([{ answer: 'ok' }]);
  });

  it('on this machine is refused where the API is elsewhere', async () => {
    open = await openSlack(scripted.bot, { dispatcherFor: createPublicDispatcher(['slack.com'], resolve) });
    const { post } = await deliver();
    await expect(post()).rejects.toThrow('127.0.0.1 is not a public address');
    expect(open.slack.calls('upload')).toEqual([]);
  });
});
