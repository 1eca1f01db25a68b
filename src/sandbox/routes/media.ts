/** The route for finished files, whole or in part. It needs no key, because addresses are unguessable. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock } from '../../concurrency/clock.ts';
import type { Disturb } from '../faults/disturb.ts';
import type { Faults } from '../faults/fault-rules.ts';
import type { Parts } from '../http/call.ts';
import type { Ledger } from '../jobs/ledger.ts';
import type { MediaFiles } from '../media/media-files.ts';

type StoredFile = NonNullable<ReturnType<MediaFiles['find']>>;

/**
 * Returns the route. It serves a result from the end of its job on, for `guesses.urlSeconds`. Faults meet it as the
 * operation `media`.
 */
export function mediaRoutes(
  { renderer, guesses }: Parts,
  { ledger, clock, faults, disturb }: { ledger: Ledger; clock: Clock; faults: Faults; disturb: Disturb },
) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use(async (c, next) => {
    const { method, path } = c.req;
    const request = ledger.open({ time: clock.now(), operation: 'media', method, path, key: '' });
    const fault = faults.pick({ operation: 'media', path, key: '', text: '' });
    request.faulty = fault !== undefined;
    const given = await disturb(c, fault, async () => {
      await next();
      return c.res;
    });
    ledger.close(request, given);
    return given === 'cut' ? new Response(null) : given;
  });
  app.get('/:token/:name', async (c) => {
    const { token, name } = c.req.param();
    const since = renderer.readyAt(token);
    if (since === undefined || clock.now() < since) return c.text('Not found', 404);
    if (guesses.urlSeconds !== undefined && since > 0 && clock.now() > since + guesses.urlSeconds * 1000) {
      return c.text('This address has expired', 403);
    }
    const file = await renderer.find(token, name);
    if (!file) return c.text('Not found', 404);

    return serve(file, c.req.header('range'), c.req.method);
  });
  return app;
}

/** Returns the answer with a file, or the requested range of it. */
async function serve(file: StoredFile, rangeHeader: string | undefined, method: string): Promise<Response> {
  const headers = {
    'Content-Type': file.type,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=3600',
    'Access-Control-Allow-Origin': '*',
  };
  const range = rangeHeader === undefined ? undefined : rangeOf(rangeHeader, file.size);
  if (range === 'outside') {
    return new Response(null, { status: 416, headers: { ...headers, 'Content-Range': `bytes */${file.size}` } });
  }
  const { first, last } = range ?? { first: 0, last: file.size - 1 };
  const length = last - first + 1;
  const partial = range && { 'Content-Range': `bytes ${first}-${last}/${file.size}` };
  const body = method === 'HEAD' ? null : Buffer.from(await file.read(first, length));
  const status = range ? 206 : 200;
  return new Response(body, { status, headers: { ...headers, ...partial, 'Content-Length': String(length) } });
}

/** Reads a single byte range (RFC 9110, 14.1.2). Undefined for any other header, which counts as none. */
function rangeOf(header: string, size: number): { first: number; last: number } | 'outside' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last || first >= size ? 'outside' : { first, last };
}
