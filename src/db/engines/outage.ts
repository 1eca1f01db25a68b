/** Since when the database answers nothing, and which statement probes it. */
import type { Clock } from '../../concurrency/clock.ts';

/** Returns an outage that has not begun. */
export function createOutage(clock: Pick<Clock, 'now'>) {
  let beganAt: number | undefined;
  let isProbing = false;
  return {
    /** Returns when it began, in milliseconds since 1970. Undefined while the database answers. */
    since: () => beganAt,

    /** Begins the outage, unless it has begun. */
    begin(): void {
      beganAt ??= clock.now();
    },

    /** Ends the outage: the database answered. */
    end(): void {
      beganAt = undefined;
    },

    /** Returns whether the caller probes the server now. One statement at a time does, and only in an outage. */
    beginProbe(): boolean {
      const isProbe = beganAt !== undefined && !isProbing;
      isProbing ||= isProbe;
      return isProbe;
    },

    /** Lets the next statement probe the server. Called by the statement that probed it. */
    endProbe(): void {
      isProbing = false;
    },
  };
}
