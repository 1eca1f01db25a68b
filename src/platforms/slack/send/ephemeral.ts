/**
 * Says something to one person only, in the place where they are looking: through their response URL, or as an
 * ephemeral message. If neither works, it becomes a direct message.
 */
import { z } from 'zod';
import type { Message } from '../../../chat.ts';
import type { Interaction } from '../read/interaction.ts';
import type { Rendered } from '../render/message.ts';
import { responseUrlTimeoutMs } from '../timings.ts';
import type { Web } from '../web/web.ts';
import type { Channels } from './channels.ts';
import type { Deliver } from './deliver.ts';
import type { Messages } from './messages.ts';

const anything = z.object({});

/** The person, and the place where they are looking. */
type Recipient = Pick<Interaction, 'tenant' | 'channel' | 'thread' | 'user' | 'responseUrl'>;

type Parts = {
  web: Web;
  deliver: Deliver;
  messages: Messages;
  channels: Channels;
  fetch: typeof globalThis.fetch;
  apiUrl: string;
};

/** Says something to one person. `extraBlocks` stand below it. Rejects if the person could not be reached at all. */
export type SayEphemeral = (to: Recipient, message: Message, extraBlocks?: Rendered['blocks']) => Promise<void>;

/** Returns a function that tries the response URL, the channel and the direct message, in that order. */
export function createEphemeral({ web, deliver, messages, channels, fetch, apiUrl }: Parts): SayEphemeral {
  const isSlack = ({ hostname, host }: URL) => hostname === 'hooks.slack.com' || host === new URL(apiUrl).host;

  async function respond({ responseUrl }: Recipient, { text, blocks }: Rendered): Promise<boolean> {
    if (!responseUrl || !isSlack(new URL(responseUrl))) return false;
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
      redirect: 'error',
      signal: AbortSignal.timeout(responseUrlTimeoutMs),
    });
    await response.body?.cancel();
    return response.ok;
  }

  async function postEphemeral({ tenant, channel, user, thread }: Recipient, drawing: Rendered): Promise<boolean> {
    if (!channel) return false;
    const { text, blocks } = drawing;
    const args = { channel, user: user.id, thread_ts: thread, text, blocks };
    await web.call(tenant, 'chat.postEphemeral', args, anything);
    return true;
  }

  return async function sayEphemeral(to, message, extraBlocks = []) {
    const { tenant, thread, user } = to;
    const { text, blocks } = await messages.render(message, tenant);
    const drawing = { text, blocks: [...blocks, ...extraBlocks] };
    // A response URL cannot answer into a thread.
    for (const attempt of thread ? [postEphemeral, respond] : [respond, postEphemeral]) {
      if (await attempt(to, drawing).catch(() => false)) return;
    }
    await deliver.say(tenant, { channel: await channels.openDirect(tenant, user.id) }, message);
  };
}
