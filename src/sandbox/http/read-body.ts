/** Reads the body of a request, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/** Times the limit up to which a body that is too large is still read. Cutting it off would hide the answer. */
const maxReadFactor = 4;

/**
 * Returns the parsed JSON or multipart body of a POST, or the refusal of it. `maxBytes` is its limit, and `tooLarge`
 * the status of a larger one.
 */
export async function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
  tooLarge: number,
): Promise<{ body?: unknown; form?: FormData; refusal?: Problem }> {
  if (incoming.method !== 'POST') return {};
  const type = incoming.headers['content-type'] ?? '';
  const multipart = type.toLowerCase().startsWith('multipart/form-data');
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming) {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      if (size > maxBytes * maxReadFactor) break;
    }
    if (size > maxBytes) {
      const message = `The request is larger than ${maxBytes / 1024 ** 2} MB`;
      return { refusal: new Problem(tooLarge, message, 'body: too large') };
    }
    const whole = new Response(Buffer.concat(chunks), { headers: { 'content-type': type } });
    if (multipart) return { form: await whole.formData() };
    return { body: size === 0 ? {} : await whole.json() };
  } catch {
    const message = `The body is not ${multipart ? 'readable multipart/form-data' : 'valid JSON'}`;
    return { refusal: new Problem(400, message, 'validation: body') };
  }
}
