/** Stops the parts of the bot in the order that loses nothing, within the time that a machine gives. */
import type { Log } from '../log.ts';

type Stopping = { stop(): Promise<void> };

/** The parts to stop. `closing` gives back what the others use, in the order of the list. */
export type Ending = { platforms: readonly Stopping[]; pipeline: Stopping; closing: readonly (() => Promise<void>)[] };

/**
 * Stops platforms and pipeline at the same time, in about twelve seconds at most, then calls each of `closing`. They
 * can stop together: a call that still comes in leaves a row for any process, and a result is posted without a
 * connection. A part that fails to stop is logged and holds up no other. Never rejects.
 */
export async function stopInOrder({ platforms, pipeline, closing }: Ending, log: Log): Promise<void> {
  const logged = (ending: Promise<void>) => ending.catch((err: unknown) => log.warn({ err }, 'stopping a part failed'));
  await Promise.all([...platforms, pipeline].map((part) => logged(part.stop())));
  for (const close of closing) await logged(close());
}
