/**
 * Signed addresses under which PhotoGPT can fetch a kept picture from us: for one picture, for three hours. For example
 * `https://bot.example/pictures/Yx3…?until=1760000000000&signature=k9…`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../concurrency/clock.ts';
import { publicLinkLifetimeMs } from '../timings.ts';

/** Makes and checks signed addresses. */
export type PublicLinks = ReturnType<typeof createPublicLinks>;

/** Returns the addresses below `base`, where the outside reaches this bot. `secret` never leaves it. */
export function createPublicLinks({ base, secret, clock }: { base: string; secret: string; clock: Clock }) {
  const signature = (id: string, until: number) =>
    createHmac('sha256', secret).update(`picture ${id} ${until}`).digest('base64url');

  return {
    /** Returns the address of a picture, good for three hours. */
    to(id: string): string {
      const until = clock.now() + publicLinkLifetimeMs;
      return `${base.replace(/\/$/, '')}/pictures/${id}?until=${until}&signature=${signature(id, until)}`;
    },

    /** Returns whether we made this address and its time is not over. */
    holds(id: string, until: number, given: string): boolean {
      const expected = Buffer.from(signature(id, until));
      const actual = Buffer.from(given);
      return until > clock.now() && expected.length === actual.length && timingSafeEqual(expected, actual);
    },
  };
}
