/** Says something to one person only, where they are looking: through their reply address, or as an ephemeral message. */
import { z } from 'zod';
import type { Message } from '../../../chat.ts';
import type { Interaction } from '../read/interaction.ts';
import type { Rendered } from '../render/message.ts';
import { responseUrlTimeoutMs } from '../timings.ts';
import type { Channels } from './channels.ts';
import type { Deliver } from './deliver.ts';
import type { Messages } from './messages.ts';
import type { Web } from './web.ts';

const anything = z.object({});

type Where = Pick<Interaction, 'tenant' | 'channel' | 'thread' | 'user' | 'respond'>;
type Parts = {
  web: Web;
  deliver: Deliver;
  messages: Messages;
  channels: Channels;
  fetch: typeof globalThis.fetch;
  apiUrl: string;
};

export type Ephemeral = ReturnType<typeof createEphemeral>;

/** Returns a function that tries the reply address, the channel and the direct message, in that order. */
export function createEphemeral({ web, deliver, messages, channels, fetch, apiUrl }: Parts) {
  const isSlack = ({ hostname, host }: URL) => hostname === 'hooks.slack.com' || host === new URL(apiUrl).host;

  async function respond(address: string, { text, blocks }: Rendered): Promise<boolean> {
    if (!isSlack(new URL(address))) return false;
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
      redirect: 'error',
      signal: AbortSignal.timeout(responseUrlTimeoutMs),
    });
    await response.body?.cancel();
    return response.ok;
  }

  async function postEphemeral({ tenant, channel, user, thread }: Where, { text, blocks }: Rendered): Promise<boolean> {
    const args = { channel, user: user.id, thread_ts: thread, text, blocks };
    await web.call(tenant, 'chat.postEphemeral', args, anything);
    return true;
  }

  /** `extra` blocks are the adapter's own. Rejects when the person could not be reached at all. */
  return async function ephemeral(interaction: Where, message: Message, extra: Rendered['blocks'] = []): Promise<void> {
    const { respond: address, channel, tenant, thread, user } = interaction;
    const drawn = await messages.draw(message, tenant);
    const drawing = { ...drawn, blocks: [...drawn.blocks, ...extra] };
    const throughAddress = () => (address ? respond(address, drawing) : Promise.resolve(false));
    const inPlace = () => (channel ? postEphemeral(interaction, drawing) : Promise.resolve(false));
    // A reply address cannot answer into a thread.
    for (const way of thread ? [inPlace, throughAddress] : [throughAddress, inPlace]) {
      if (await way().catch(() => false)) return;
    }
    await deliver.say(tenant, { channel: await channels.direct(tenant, user.id) }, message);
  };
}
