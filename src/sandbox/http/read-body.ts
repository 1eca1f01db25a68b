/** Takes in what a request carries, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/** A body that is too large is still taken in, up to this many times the limit: cutting it off would hide the answer. */
const patience = 4;

/**
 * The parsed JSON or multipart body of a POST, or why it is refused. `limit` is in bytes, `tooLarge` the status for
 * what goes beyond it.
 */
export async function readBody(
  incoming: IncomingMessage,
  limit: number,
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
      if (size <= limit) chunks.push(chunk);
      if (size > limit * patience) break;
    }
    if (size > limit) {
      const message = `The request is larger than ${limit / 1024 ** 2} MB`;
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
