/**
 * Serves the page's own files. It reads them for each request, so that they can be changed while the playground runs.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { Context } from 'hono';

const folder = new URL('../page/', import.meta.url);

/** Media types by file ending. */
const kinds = [
  { ending: '.html', type: 'text/html; charset=utf-8' },
  { ending: '.css', type: 'text/css; charset=utf-8' },
  { ending: '.js', type: 'text/javascript; charset=utf-8' },
  { ending: '.svg', type: 'image/svg+xml' },
];

/** Returns the function that answers with a file of the page. It serves the files that were there at the start only. */
export async function createPageFiles() {
  const types = new Map(
    (await readdir(folder)).flatMap((name) => {
      const kind = kinds.find(({ ending }) => name.endsWith(ending));
      return kind ? [[name, kind.type]] : [];
    }),
  );
  return async (c: Context, name: string): Promise<Response> => {
    const type = types.get(name);
    if (!type) return c.notFound();
    return c.body(await readFile(new URL(name, folder)), 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' });
  };
}
