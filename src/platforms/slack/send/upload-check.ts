/** Asks a workspace now and then whether it takes files, so that nobody pays for what cannot be posted. */
import { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { uploadCheckTimeoutMs, uploadsAllowedCacheMs, uploadsRefusedCacheMs } from '../timings.ts';
import { codeOf } from '../web/slack-error.ts';
import type { Web } from '../web/web.ts';
import { whyNoFiles } from './closed-channels.ts';

/** Workspaces whose answer is remembered. */
const maxWorkspaces = 5_000;

const anything = z.object({});

/** Returns the sentence about a workspace that takes no files. Undefined if it takes them, or if Slack did not say. */
export type WhyNoUploads = (tenant: string) => Promise<string | undefined>;

/**
 * Returns the check. It never rejects. It asks for the address of an upload and then makes none, which Slack forgets.
 */
export function createUploadCheck({ web, clock }: { web: Web; clock: Clock }): WhyNoUploads {
  const known = createBoundedMap<string, { sentence: string | undefined }>({ maxEntries: maxWorkspaces, clock });

  return async function whyNoUploads(tenant) {
    const before = known.get(tenant);
    if (before) return before.sentence;
    const args = { filename: 'room.png', length: 1 };
    const signal = AbortSignal.timeout(uploadCheckTimeoutMs);
    const sentence = await web.call(tenant, 'files.getUploadURLExternal', args, anything, { signal }).then(
      () => undefined,
      (error: unknown) => whyNoFiles(codeOf(error)),
    );
    known.set(tenant, { sentence }, { ttlMs: sentence ? uploadsRefusedCacheMs : uploadsAllowedCacheMs });
    return sentence;
  };
}
