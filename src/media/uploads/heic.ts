/** Pictures as iPhones take them, which sharp's prebuilt library cannot read. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** RGBA, four bytes a pixel; without `pixels` the picture is larger than allowed. */
const decoded = z.object({ width: z.number(), height: z.number(), pixels: z.instanceof(Uint8Array).optional() });
export type Decoded = z.infer<typeof decoded>;

/** A photograph of 12 megapixels takes one to two seconds; what takes longer than this is broken. Milliseconds. */
const patience = 30_000;
/** Two copies of the pixels and the decoder's own: what a worker may take before it is ended. Megabytes. */
const memory = 1_500;

/** Decodes in a worker of its own. Rejects when the picture cannot be read, or not in time. */
export async function decodeHeic(bytes: Uint8Array, mostPixels: number, signal: AbortSignal): Promise<Decoded> {
  const worker = new Worker(new URL('./decode-heic.mjs', import.meta.url), {
    execArgv: [],
    workerData: { bytes, mostPixels },
    resourceLimits: { maxOldGenerationSizeMb: memory },
    // The decoder prints its complaints; ours is the rejected promise.
    stdout: true,
    stderr: true,
  });
  try {
    const [message] = await once(worker, 'message', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    return decoded.parse(message);
  } finally {
    await worker.terminate();
  }
}
