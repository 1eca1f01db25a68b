/** Whether a workspace takes files at all, asked for now and then, so that nothing is paid for that cannot be posted. */
import { z } from 'zod';
import type { Clock } from '../../../concurrency/clock.ts';
import { uploadCheckTimeoutMs, uploadsAllowedCacheMs, uploadsRefusedCacheMs } from '../timings.ts';
import { whyNoFiles } from './closed-channels.ts';
import { codeOf } from './slack-error.ts';
import type { Web } from './web.ts';

const kept = 5_000;

const anything = z.object({});

export type UploadCheck = ReturnType<typeof createUploadCheck>;

/**
 * Returns a function that gives a sentence for whoever asked, or undefined where files are taken or nobody knows. It asks
 * for the address of an upload that is never made; Slack forgets it.
 */
export function createUploadCheck({ web, clock }: { web: Web; clock: Clock }) {
  const known = new Map<string, { until: number; sentence: string | undefined }>();

  return async function closed(tenant: string): Promise<string | undefined> {
    const before = known.get(tenant);
    if (before && before.until > clock.now()) return before.sentence;
    const args = { filename: 'room.png', length: 1 };
    const signal = AbortSignal.timeout(uploadCheckTimeoutMs);
    const sentence = await web
      .call(tenant, 'files.getUploadURLExternal', args, anything, { signal })
      .then(() => undefined)
      .catch((error: unknown) => whyNoFiles(codeOf(error)));
    known.delete(tenant);
    known.set(tenant, { until: clock.now() + (sentence ? uploadsRefusedCacheMs : uploadsAllowedCacheMs), sentence });
    const oldest = known.keys().next();
    if (known.size > kept && !oldest.done) known.delete(oldest.value);
    return sentence;
  };
}
