/** Reads the bodies of requests to the fake Discord: JSON, or multipart with files. */
import type { IncomingMessage } from 'node:http';
import type { Settings } from './fake-messages.ts';
import { skimUpload } from './skim-upload.ts';
import type { File, World } from './world.ts';

type RequestBody = { body: unknown; files: File[] };

/** Returns the reader. `uploads` lists the uploads that were skimmed, with times of the clock that only goes forward. */
export function createBodyReader(world: World, settings: Settings) {
  const uploads: { bytes: number; began: number; ended: number }[] = [];

  async function skim(request: IncomingMessage): Promise<RequestBody> {
    const began = performance.now();
    const { payload, bytes } = await skimUpload(request);
    uploads.push({ bytes, began, ended: performance.now() });
    const { attachments = [] } = payload as { attachments?: { filename: string }[] };
    const files = attachments.map(({ filename }) => ({
      id: world.snowflake(),
      filename,
      bytes: Buffer.alloc(0),
      content_type: '',
    }));
    return { body: payload, files };
  }

  async function readForm(bytes: Buffer<ArrayBuffer>, type: string): Promise<RequestBody> {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const parts = [...form].filter(([name]) => name.startsWith('files['));
    const files = await Promise.all(
      parts.map(async ([, value]) => {
        if (typeof value === 'string') throw new Error('a file without a name');
        return {
          id: world.snowflake(),
          filename: value.name,
          bytes: Buffer.from(await value.arrayBuffer()),
          content_type: value.type,
        };
      }),
    );
    return { body: JSON.parse(String(form.get('payload_json'))), files };
  }

  async function bodyOf(request: IncomingMessage): Promise<RequestBody> {
    const type = request.headers['content-type'] ?? '';
    const isMultipart = type.startsWith('multipart/');
    if (settings.letsFilesGo && isMultipart) return skim(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (isMultipart) return readForm(bytes, type);
    return { body: bytes.length > 0 ? JSON.parse(String(bytes)) : undefined, files: [] };
  }

  return { bodyOf, uploads };
}
