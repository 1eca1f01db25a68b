/** Finds out who made a call and where: the origin, by which the bot knows everything about it. */
import type { IncomingCall, Origin } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import { maxUploadBytes } from '../limits.ts';
import type { Channels } from '../send/channels.ts';
import type { Interaction } from './interaction.ts';
import type { ReadProfile } from './people.ts';

type Parts = { bot: Bot; readProfile: ReadProfile; channels: Channels };

/** Returns the origin of a call. With `inDirect`, the answer goes to the person's direct message. */
export type OriginOf = (interaction: Interaction, call: IncomingCall, inDirect?: boolean) => Promise<Origin>;

/** Returns a function that finds origins. It rejects if Slack does not open the direct message with the person. */
export function createOriginOf({ bot, readProfile, channels }: Parts): OriginOf {
  return async function originOf(interaction, call, inDirect = false) {
    const { event, tenant, user, channel, thread, isDirect, isEphemeral } = interaction;
    const { person, locale } = await readProfile(tenant, user);
    // The direct message of two people looks like the one with the bot, but the bot cannot post there.
    const isOurs = !channel || (isDirect && (await channels.openDirect(tenant, user.id)) === channel);
    const place: Origin['place'] = isOurs || inDirect ? { kind: 'direct' } : { kind: 'channel', channel, thread };
    // A person who asked in public and was turned away did not ask for a private answer.
    const isPrivate = (isEphemeral && !inDirect) || bot.isPrivate(call);
    return {
      platform: 'slack',
      event,
      tenant,
      place,
      person,
      locale,
      private: isPrivate,
      uploadLimit: maxUploadBytes,
    };
  };
}
