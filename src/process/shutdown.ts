/** Ends the parts of the bot in the order that loses nothing, within the time that a machine gives. */
import type { Log } from '../log.ts';

type Stopping = { stop(): Promise<void> };

/** `closing` are what the others use, in the order in which they are given back. */
export type Ending = { platforms: readonly Stopping[]; pipeline: Stopping; closing: readonly (() => Promise<void>)[] };

/**
 * Calls and jobs end at the same time, about twelve seconds at most: what a call still asks for is a row, which
 * anybody's loops find, and what a job still says needs no connection of a platform's. What does not stop well is
 * logged and keeps nobody else from stopping. Never rejects.
 */
export async function stopInOrder({ platforms, pipeline, closing }: Ending, log: Log): Promise<void> {
  const well = (ending: Promise<void>) => ending.catch((err: unknown) => log.warn({ err }, 'a part did not stop well'));
  await Promise.all([...platforms, pipeline].map((part) => well(part.stop())));
  for (const close of closing) await well(close());
}
