/** Decodes pictures as iPhones take them (HEIC), which sharp's prebuilt library cannot read. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { heicTimeoutMs } from '../timings.ts';

/** The worker's answer. `pixels` are RGBA, four bytes a pixel, and absent when the picture is larger than allowed. */
const decodedSchema = z.object({ width: z.number(), height: z.number(), pixels: z.instanceof(Uint8Array).optional() });

/** A decoded picture. `pixels` are RGBA, four bytes a pixel, and absent when the picture is larger than allowed. */
export type Decoded = z.infer<typeof decodedSchema>;

/** Memory of a worker before it is ended, in megabytes: two copies of the pixels, and the decoder's own. */
const maxWorkerMegabytes = 1_500;

/** Decodes a picture in a worker of its own. Rejects when the picture cannot be read, or not in time. */
export async function decodeHeic(bytes: Uint8Array, maxPixels: number, signal: AbortSignal): Promise<Decoded> {
  const worker = new Worker(new URL('./decode-heic.mjs', import.meta.url), {
    execArgv: [],
    workerData: { bytes, maxPixels },
    resourceLimits: { maxOldGenerationSizeMb: maxWorkerMegabytes },
    // The decoder prints its complaints. Callers hear of them by the rejection.
    stdout: true,
    stderr: true,
  });
  try {
    const [message] = await once(worker, 'message', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(heicTimeoutMs)]),
    });
    return decodedSchema.parse(message);
  } finally {
    await worker.terminate();
  }
}
