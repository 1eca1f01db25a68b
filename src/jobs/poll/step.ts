/** One polling step under way, and the failure that ends it. */
import type { PhotoGPTError } from '../../photogpt/error.ts';

/**
 * A failure that is not one job's alone: then no further question leaves. All steps have this in common, because a slow
 * answer of one step may fail during the next.
 */
export type Outage = { failure?: PhotoGPTError };

/** A step. `onEnded` hears of each job that ended, and whether it made videos. */
export type Step = { signal: AbortSignal; onEnded(hasVideos: boolean): void; outage: Outage };
