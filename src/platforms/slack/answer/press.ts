/**
 * A press on a button of the bot. The action says what it is: `call:3` makes the call of a message's button, `direct`
 * makes its call in the direct message, and `share` shows a private result in the channel.
 */
import { z } from 'zod';
import type { TtlStore } from '../../../chat.ts';
import { readPress } from '../read/interaction.ts';
import { readValue } from '../render/button-calls.ts';
import type { SayEphemeral } from '../send/ephemeral.ts';
import { callSentences } from '../sentences.ts';
import type { Answer } from './answer.ts';
import type { ClaimEvent, StartCall } from './start-call.ts';

type Parts = {
  answer: Answer;
  startCall: StartCall;
  sayEphemeral: SayEphemeral;
  claimEvent: ClaimEvent;
  ttlStore: TtlStore;
};

/** The value of the button `share`: the job, and the channel in which a person asked for it. */
const shareValue = z.object({ channel: z.string(), thread: z.string().optional(), job: z.number() });

/** Returns a function that answers a press. */
export function createOnPress({ answer, startCall, sayEphemeral, claimEvent, ttlStore }: Parts) {
  return async function onPress(body: unknown): Promise<void> {
    const { action, value, ...interaction } = readPress(body);
    if (action === 'share') {
      const { job, ...place } = shareValue.parse(JSON.parse(value));
      const call = { command: 'show', options: { job } };
      if (await claimEvent(interaction.event)) await answer({ ...interaction, ...place, isDirect: false, call });
      return;
    }
    const call = await readValue(value, ttlStore);
    if (!call) return sayEphemeral(interaction, { text: callSentences.buttonTooOld, tone: 'bad' });
    if (action !== 'direct') return startCall(interaction, call);
    if (await claimEvent(interaction.event)) await answer({ ...interaction, call }, true);
  };
}
