/** Whether a workspace takes files at all, interaction for now and then, so that nothing is paid for that cannot be posted. */
import { z } from 'zod';
import { createBoundedMap } from '../../../concurrency/bounded-map.ts';
import type { Clock } from '../../../concurrency/clock.ts';
import { uploadCheckTimeoutMs, uploadsAllowedCacheMs, uploadsRefusedCacheMs } from '../timings.ts';
import { whyNoFiles } from './closed-channels.ts';
import { codeOf } from './slack-error.ts';
import type { Web } from './web.ts';

/** Workspaces whose answer is remembered. */
const maxWorkspaces = 5_000;

const anything = z.object({});

export type UploadCheck = ReturnType<typeof createUploadCheck>;

/**
 * Returns a function that gives a sentence for whoever interaction, or undefined where files are taken or nobody knows. It asks
 * for the address of an upload that is never made; Slack forgets it.
 */
export function createUploadCheck({ web, clock }: { web: Web; clock: Clock }) {
  const known = createBoundedMap<string, { sentence: string | undefined }>({ maxEntries: maxWorkspaces, clock });

  return async function closed(tenant: string): Promise<string | undefined> {
    const before = known.get(tenant);
    if (before) return before.sentence;
    const args = { filename: 'room.png', length: 1 };
    const signal = AbortSignal.timeout(uploadCheckTimeoutMs);
    const sentence = await web
      .call(tenant, 'files.getUploadURLExternal', args, anything, { signal })
      .then(() => undefined)
      .catch((error: unknown) => whyNoFiles(codeOf(error)));
    known.set(tenant, { sentence }, { ttlMs: sentence ? uploadsRefusedCacheMs : uploadsAllowedCacheMs });
    return sentence;
  };
}
