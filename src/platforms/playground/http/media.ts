/** Sends a picture or video of a message, or the part that a player requests. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import type { Media } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';

/** Types that browsers show. Other files are downloaded only. */
const inlineTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif', 'video/mp4', 'video/webm'];

/**
 * Returns the answer for `media`: 200, 206 with a part (RFC 9110, one range), 304, 416, or 404 when its bytes are gone.
 */
export async function sendMedia(c: Context, bot: Bot, media: Media): Promise<Response> {
  const etag = `"${media.id}"`;
  const range = readRange(c.req.header('range'), media.bytes);
  const isInline = inlineTypes.includes(media.type) && c.req.query('download') === undefined;
  const headers: Record<string, string> = {
    'Content-Type': inlineTypes.includes(media.type) ? media.type : 'application/octet-stream',
    'Content-Disposition': `${isInline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(media.name)}`,
    // A file never changes, and no other file gets its id.
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
  // The stream types of Node and of the standard differ in their declarations only.
  const body = Readable.toWeb(bytes) as ReadableStream<Uint8Array>;
  return c.body(body, range ? 206 : 200, headers);
}

/** Reads one range of bytes. Undefined for any other header, several ranges included: the RFC allows to ignore it. */
function readRange(header: string | undefined, length: number): { start: number; end: number } | 'unfit' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (!first && !last)) return undefined;
  const start = first ? Number(first) : Math.max(length - Number(last), 0);
  const end = first && last ? Math.min(Number(last), length - 1) : length - 1;
  return start > end ? 'unfit' : { start, end };
}
