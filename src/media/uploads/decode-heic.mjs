// @ts-check
/** A worker: decodes one HEIC picture into its pixels, away from the thread that answers people. */
import { parentPort, workerData } from 'node:worker_threads';
import decode from 'heic-decode';

/** @type {{ bytes: Uint8Array, maxPixels: number }} */
const { bytes, maxPixels } = workerData;
const images = await decode.all({ buffer: bytes });
const [first] = images;
// The size is known before a pixel is unpacked, which keeps bombs out.
if (!first) throw new Error('no picture inside');
const { width, height } = first;
if (width * height > maxPixels) parentPort?.postMessage({ width, height });
else {
  const { data } = await first.decode();
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  parentPort?.postMessage({ width, height, pixels });
}
