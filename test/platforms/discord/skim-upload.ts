/** Reads the JSON and the length of an upload without holding its files, which are too large for that. */
import type { IncomingMessage } from 'node:http';

/** Bytes until the end of the JSON, which is the first part of a multipart body. */
const maxHeadBytes = 1_000_000;

/**
 * Returns the JSON and the number of all bytes of the body. Throws when the body is not as long as announced, or does not
 * end like one.
 */
export async function skimUpload(request: IncomingMessage): Promise<{ payload: unknown; bytes: number }> {
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let bytes = 0;
  let payload: string | undefined;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    tail = Buffer.concat([tail, chunk.subarray(-200)]).subarray(-200);
    if (payload !== undefined) continue;
    head = Buffer.concat([head, chunk]);
    payload = new RegExp(`name="payload_json".*?\r\n\r\n(.*?)\r\n--${boundary}`, 's').exec(String(head))?.[1];
    if (payload === undefined && head.length > maxHeadBytes) throw new Error('the JSON of an upload does not end');
  }
  const isWhole = bytes === Number(request.headers['content-length']) && String(tail).endsWith(`--${boundary}--\r\n`);
  if (payload === undefined || !isWhole) throw new Error('an upload is not what it was announced to be');
  return { payload: JSON.parse(payload), bytes };
}
