/** Reads an upload for what it says and how long it is, and lets its bytes go: for files that no memory should hold. */
import type { IncomingMessage } from 'node:http';

/** The JSON of a multipart body is its first part, and small. Bytes. */
const longestHead = 1_000_000;

/** `bytes` counts the whole body, which has to be as long as announced and to end like one. */
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
    if (payload === undefined && head.length > longestHead) throw new Error('the JSON of an upload does not end');
  }
  const isWhole = bytes === Number(request.headers['content-length']) && String(tail).endsWith(`--${boundary}--\r\n`);
  if (payload === undefined || !isWhole) throw new Error('an upload is not what it was announced to be');
  return { payload: JSON.parse(payload), bytes };
}
