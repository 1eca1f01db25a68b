/**
 * A multipart body of known length that is read from disk while it is sent (Discord's reference, "Uploading Files"):
 *
 *     --boundary
 *     Content-Disposition: form-data; name="payload_json"
 *     Content-Type: application/json
 *
 *     {"content":"…"}
 *     --boundary
 *     Content-Disposition: form-data; name="files[0]"; filename="a.png"
 *     Content-Type: image/png
 *
 *     (bytes)
 *     --boundary--
 */
import { Readable } from 'node:stream';

/** A file to send. `open` is called once for each attempt. `bytes` is its exact length. */
export type Upload = { name: string; type: string; bytes: number; alt: string; open(): Promise<Readable> };

/** A request body that `open` makes anew for each attempt. `bytes` is its exact length, `type` its content type. */
export type StreamedBody = { type: string; bytes: number; open(): Readable };

const quoted = (name: string) => name.replace(/["\r\n\\]/g, '_');

/** Returns the body with `payload` as `payload_json` and the uploads as `files[0]` and so on. */
export function multipart(payload: unknown, uploads: readonly Upload[], boundary: string): StreamedBody {
  const partHead = (disposition: string, type: string) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n`);
  const lineEnd = Buffer.from('\r\n');
  const head = Buffer.concat([
    partHead('name="payload_json"', 'application/json'),
    Buffer.from(JSON.stringify(payload)),
    lineEnd,
  ]);
  const files = uploads.map((upload, index) => ({
    upload,
    head: partHead(`name="files[${index}]"; filename="${quoted(upload.name)}"`, upload.type),
  }));
  const tail = Buffer.from(`--${boundary}--\r\n`);

  async function* chunks(): AsyncGenerator<Buffer> {
    yield head;
    for (const file of files) {
      yield file.head;
      yield* await file.upload.open();
      yield lineEnd;
    }
    yield tail;
  }

  const fileBytes = files.reduce((sum, file) => sum + file.head.length + file.upload.bytes + lineEnd.length, 0);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: head.length + fileBytes + tail.length,
    open: () => Readable.from(chunks(), { objectMode: false }),
  };
}
