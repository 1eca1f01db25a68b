/** Sharing of a trained model with people: who may use it besides its owner. */
import type { Origin, PlatformFacts, PlatformName } from '../chat.ts';
import { refuse } from '../errors/catalogue.ts';
import { readAudience, type Share } from './access.ts';
import type { Identity, IdentityStore } from './identities-store.ts';

/** The parts that sharing needs. `own` returns a model that this person may change, and throws `UserError` otherwise. */
type SharingParts = {
  store: IdentityStore;
  own(typed: string, origin: Origin): Promise<Identity>;
  /** Returns how mentions and ids look on a platform. */
  factsOf(platform: PlatformName): PlatformFacts;
};

/** Returns the two steps. */
export function createSharing({ store, own, factsOf }: SharingParts) {
  /** Returns the audience that a person typed. Throws `UserError` when it is none, or this place is no channel. */
  function audienceOf(typed: string, origin: Origin): Share | 'nobody' {
    const audience = readAudience(typed, origin, factsOf(origin.platform));
    if (audience === 'no channel') throw refuse('notAChannel', undefined);
    if (audience === 'unknown') throw refuse('notSomebody', { given: typed });
    return audience;
  }

  return {
    /** Shares a model with a person, this channel or this tenant. `nobody` ends all shares. Throws `UserError`. */
    async share(typed: string, audience: string, origin: Origin): Promise<{ row: Identity; share: Share | 'nobody' }> {
      const row = await own(typed, origin);
      const share = audienceOf(audience, origin);
      if (share === 'nobody') await store.unshare(row.id);
      else await store.share(row.id, share);
      return { row, share };
    },

    /** Ends the share with an audience, or all shares. `ended` counts them. Throws `UserError`. */
    async unshare(typed: string, audience: string | undefined, origin: Origin) {
      const row = await own(typed, origin);
      const share = audience === undefined ? 'nobody' : audienceOf(audience, origin);
      return { row, ended: await store.unshare(row.id, share === 'nobody' ? undefined : share) };
    },
  };
}
