/** The ladder of places for something that must be said: where it was asked, then the channel around it, then the person. */
import type { Origin, Place } from '../../chat.ts';

/** All places for an answer to this call, best first, none twice. */
export function placesFor({ place }: Origin): Place[] {
  const direct: Place = { kind: 'direct' };
  if (place.kind === 'direct') return [direct];
  const channel: Place = { kind: 'channel', channel: place.channel };
  return place.thread === undefined ? [channel, direct] : [place, channel, direct];
}

/** Platform, tenant and channel in one word. One delivery at a time goes into each. */
export function channelKey({ platform, tenant, place, person }: Origin): string {
  return `${platform}/${tenant}/${place.kind === 'channel' ? place.channel : `@${person.id}`}`;
}
