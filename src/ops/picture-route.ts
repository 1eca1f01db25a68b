/** Serves kept pictures to PhotoGPT at signed addresses. */
import { Readable } from 'node:stream';
import type { Hono } from 'hono';

/**
 * The pictures behind the route. `holds` checks a signature. `find` gives bytes and type, undefined when they are gone.
 */
export type Pictures = {
  holds(id: string, until: number, signature: string): boolean;
  find(id: string): Promise<{ stream: Readable; type: string; bytes: number } | undefined>;
};

/** Adds `/pictures/ID`. A wrong, an expired and an unknown address get the same answer. */
export function addPictureRoute(app: Hono, { holds, find }: Pictures): void {
  app.get('/pictures/:id', async (c) => {
    const { until = '', signature = '' } = c.req.query();
    const id = c.req.param('id');
    const picture = holds(id, Number(until), signature) ? await find(id) : undefined;
    if (!picture) return c.text('There is nothing at this address.', 404);
    const headers = {
      'content-type': picture.type,
      'content-length': String(picture.bytes),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    };
    return c.body(Readable.toWeb(picture.stream) as ReadableStream, 200, headers);
  });
}
