/**
 * The places for an answer, which are tried in order: where the person asked, then the channel around that thread, then
 * a direct message.
 */
import type { Origin, Place } from '../../chat.ts';

/** Returns all places for an answer to this call, the best first, without repeats. */
export function placesFor({ place }: Origin): Place[] {
  const direct: Place = { kind: 'direct' };
  if (place.kind === 'direct') return [direct];
  const channel: Place = { kind: 'channel', channel: place.channel };
  return place.thread === undefined ? [channel, direct] : [place, channel, direct];
}

/** Returns platform, tenant and channel as one key. One delivery at a time goes into each channel. */
export function channelKey({ platform, tenant, place, person }: Origin): string {
  return `${platform}/${tenant}/${place.kind === 'channel' ? place.channel : `@${person.id}`}`;
}
