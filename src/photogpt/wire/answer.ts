/** Reading one HTTP answer: its capped text, the envelope in it, and the headers that say when. */
import { z } from 'zod';
import type { Incoming } from './send.ts';

/** The longest answers are pages of records; eight megabytes of JSON is something else. */
const most = 8 * 1024 * 1024;

/** Thrown when an answer is longer than anyone should hold in memory. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

const decoder = new TextDecoder();

/** The body as text. Throws `TooLong`, or whatever the network does. */
export async function bodyText({ body }: Incoming): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the body, so the rest is never received.
    if (length > most) throw new TooLong(`an answer of more than ${most} bytes`);
    chunks.push(chunk);
  }
  const [only] = chunks;
  return decoder.decode(only && chunks.length === 1 ? only : Buffer.concat(chunks));
}

const words = z.string().optional().catch(undefined);
const envelope = z.looseObject({ status: words, message: words, err: words, reason: words });
export type Envelope = z.infer<typeof envelope>;

/** The envelope, or undefined when the text is not a JSON object. A 204 has no text, and is an empty envelope. */
export function readEnvelope(text: string, status: number): Envelope | undefined {
  if (status === 204) return {};
  try {
    return envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The start of a text nobody expected, for the log: tags, styles and scripts of an HTML page taken out. */
export function excerpt(text: string): string {
  const bare = text
    .slice(0, 20_000)
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ');
  return bare.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** `Retry-After` in milliseconds from `now`, given there as seconds or as an HTTP date; undefined when unreadable. */
export function retryAfter(headers: Incoming['headers'], now: number): number | undefined {
  const given = headers.get('retry-after')?.trim();
  if (!given) return undefined;
  const milliseconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1000 : Date.parse(given) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, Math.round(milliseconds)) : undefined;
}

/** The server's clock in epoch milliseconds, to whole seconds, from its `Date` header. */
export function serverTime(headers: Incoming['headers']): number | undefined {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}
