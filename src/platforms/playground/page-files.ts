/** Serves the page's own files, read anew each time so that they can be worked on while the playground runs. */
import { readdir, readFile } from 'node:fs/promises';
import type { Context } from 'hono';

const folder = new URL('./page/', import.meta.url);

const kinds = [
  { ending: '.html', type: 'text/html; charset=utf-8' },
  { ending: '.css', type: 'text/css; charset=utf-8' },
  { ending: '.js', type: 'text/javascript; charset=utf-8' },
  { ending: '.svg', type: 'image/svg+xml' },
];

/** Returns the answer for a file of the page by its name; only names that were there at the start are served. */
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
