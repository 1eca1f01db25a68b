/** Reads one HTTP answer: its text up to a limit, the envelope in it, and its headers about time. */
import { z } from 'zod';
import type { Incoming } from './send.ts';

/**
 * Longest answer to read. The longest proper ones are pages of records, which are far below eight megabytes of JSON.
 */
const maxAnswerBytes = 8 * 1024 * 1024;

/** Error for an answer that is too long to be held in memory. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

const decoder = new TextDecoder();

/** Returns the body as text. Throws `TooLong`, or the error of the network. */
export async function bodyText({ body }: Incoming): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the body, so the rest is never received.
    if (length > maxAnswerBytes) throw new TooLong(`an answer of more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  const [only] = chunks;
  return decoder.decode(only && chunks.length === 1 ? only : Buffer.concat(chunks));
}

const words = z.string().optional().catch(undefined);
const envelope = z.looseObject({ status: words, message: words, err: words, reason: words });

/** The object around every result. A field that is not text is undefined. */
export type Envelope = z.infer<typeof envelope>;

/**
 * Returns the envelope. Undefined when the text is not a JSON object. A 204 has no text and counts as an empty
 * envelope.
 */
export function readEnvelope(text: string, status: number): Envelope | undefined {
  if (status === 204) return {};
  try {
    return envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Returns the first 200 characters of an unexpected text, for the log. It drops an HTML page's tags, styles and
 * scripts.
 */
export function excerpt(text: string): string {
  const bare = text
    .slice(0, 20_000)
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ');
  return bare.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** Returns `Retry-After` in milliseconds from `now`. It reads seconds and HTTP dates. Undefined when unreadable. */
export function retryAfterMs(headers: Incoming['headers'], now: number): number | undefined {
  const given = headers.get('retry-after')?.trim();
  if (!given) return undefined;
  const milliseconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1000 : Date.parse(given) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, Math.round(milliseconds)) : undefined;
}

/** Returns the time of the `Date` header in epoch milliseconds, to whole seconds. Undefined when unreadable. */
export function serverTime(headers: Incoming['headers']): number | undefined {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}
