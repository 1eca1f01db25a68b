/** Sends a picture or video that was shown, or the part of it that a player asks for. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import type { Media } from '../../chat.ts';
import type { Bot } from '../../commands/kit/bot.ts';

/** Shown by browsers as they are. Anything else is only ever downloaded. */
const shown = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif', 'video/mp4', 'video/webm'];

/** The answer for `media`: 200, 206 with a part of it (RFC 9110, one range), 304, 416, or 404 when its bytes are gone. */
export async function sendMedia(c: Context, bot: Bot, media: Media): Promise<Response> {
  const etag = `"${media.id}"`;
  const range = readRange(c.req.header('range'), media.bytes);
  const inline = shown.includes(media.type) && c.req.query('download') === undefined;
  const headers: Record<string, string> = {
    'Content-Type': shown.includes(media.type) ? media.type : 'application/octet-stream',
    'Content-Disposition': `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(media.name)}`,
    // A kept file never changes, and its id is never given to another.
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Content-Security-Policy': "default-src 'none'; sandbox",
  };
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  if (range === 'unfit') return c.body(null, 416, { 'Content-Range': `bytes */${media.bytes}` });
  const bytes = await bot.open(media.id, range);
  if (!bytes) return c.text('This picture is not here any more.', 404);
  const { start, end } = range ?? { start: 0, end: media.bytes - 1 };
  headers['Content-Length'] = String(end - start + 1);
  if (range) headers['Content-Range'] = `bytes ${start}-${end}/${media.bytes}`;
  // Node's and the standard's stream types are declared apart; they are the same at run time.
  const body = Readable.toWeb(bytes) as ReadableStream<Uint8Array>;
  return c.body(body, range ? 206 : 200, headers);
}

/** One range of bytes. What is not understood is ignored, as the RFC has it; several ranges are not worth having. */
function readRange(header: string | undefined, length: number): { start: number; end: number } | 'unfit' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (!first && !last)) return undefined;
  const start = first ? Number(first) : Math.max(length - Number(last), 0);
  const end = first && last ? Math.min(Number(last), length - 1) : length - 1;
  return start > end ? 'unfit' : { start, end };
}
