/** Addresses under which PhotoGPT can fetch a kept picture from us: signed, for one picture, for a while. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../concurrency/clock.ts';

export type PublicLinks = ReturnType<typeof createPublicLinks>;

/** Long enough for a job that waits its turn, short enough that a leaked address is soon worth nothing. Milliseconds. */
const lasts = 3 * 3_600_000;

/** `base` is where the outside reaches this bot; `secret` never leaves it. */
export function createPublicLinks({ base, secret, clock }: { base: string; secret: string; clock: Clock }) {
  const signature = (id: string, until: number) =>
    createHmac('sha256', secret).update(`picture ${id} ${until}`).digest('base64url');

  return {
    /** The address of a picture, good for three hours. */
    to(id: string): string {
      const until = clock.now() + lasts;
      return `${base.replace(/\/$/, '')}/pictures/${id}?until=${until}&signature=${signature(id, until)}`;
    },
    /** Whether we made this address and its time is not over. */
    holds(id: string, until: number, given: string): boolean {
      const [expected, actual] = [Buffer.from(signature(id, until)), Buffer.from(given)];
      return until > clock.now() && expected.length === actual.length && timingSafeEqual(expected, actual);
    },
  };
}
