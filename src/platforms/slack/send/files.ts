/** Files that are in Slack already: the message that shows them, their address, and their end. */
import { z } from 'zod';
import type { Clock } from '../../../concurrency/clock.ts';
import { shareLookDelaysSeconds } from '../timings.ts';
import { codeOf } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';

const anything = z.object({});

/** The messages that show a file, by channel. */
const shares = z.record(z.string(), z.array(z.object({ ts: z.string() })));
const fileInfo = z.object({
  file: z.object({
    permalink: z.url().optional(),
    shares: z.object({ public: shares.optional(), private: shares.optional() }).optional(),
  }),
});

/** Returns the timestamp of the message that shows a file in a channel. Undefined while there is none. */
export async function findShare(web: Web, tenant: string, file: string, channel: string, signal: AbortSignal) {
  try {
    const { file: found } = await web.call(tenant, 'files.info', { file }, fileInfo, { signal });
    return [found.shares?.public, found.shares?.private].flatMap((each) => each?.[channel] ?? []).at(0)?.ts;
  } catch (error) {
    if (codeOf(error) === 'file_not_found') return undefined;
    throw error;
  }
}

/**
 * Looks six times, within half a minute, for the message that shows a file. Returns its timestamp, or undefined.
 * Rejects with the signal's reason when it aborts.
 */
export async function awaitShare(
  { web, clock }: { web: Web; clock: Clock },
  tenant: string,
  file: string,
  channel: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const seconds of shareLookDelaysSeconds) {
    await clock.sleep(seconds * 1_000, signal);
    signal.throwIfAborted();
    const ts = await findShare(web, tenant, file, channel, signal);
    if (ts) return ts;
  }
  return undefined;
}

/** Returns the address of a file. Undefined if Slack does not say. */
export const permalinkOf = (web: Web, tenant: string, file: string, signal: AbortSignal): Promise<string | undefined> =>
  web
    .call(tenant, 'files.info', { file }, fileInfo, { signal })
    .then((found) => found.file.permalink)
    .catch(() => undefined);

/** Deletes files. Files that are gone already are fine. A deleted file can never appear in a message. */
export async function deleteFiles(web: Web, tenant: string, files: readonly string[], signal: AbortSignal) {
  for (const file of files)
    await web.call(tenant, 'files.delete', { file }, anything, { signal }).catch((error: unknown) => {
      if (!['file_not_found', 'file_deleted'].includes(codeOf(error) ?? '')) throw error;
    });
}
