/** Keeps other web pages out: a page elsewhere may send requests to this machine, or name it as its own host. */
import { createMiddleware } from 'hono/factory';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** What a browser may do with the page: nothing from elsewhere, no inline script or style, no frame around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers 403 unless the Host is this machine (or `host`) and the Origin, where there is one, is the page itself. */
export function guard(host: string) {
  const known = new Set([...loopback, host]);
  return createMiddleware(async (c, next) => {
    const named = c.req.header('host') ?? '';
    // Any port: the playground may be behind a forwarded one.
    if (!known.has(named.replace(/:\d+$/, ''))) return c.text(`This playground does not answer for ${named}.`, 403);
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site') ?? 'same-origin';
    const foreign = origin !== undefined && origin.replace(/^https?:\/\//, '') !== named;
    // Somebody may follow a link to the page, but nothing else may come from another site.
    const page = c.req.method === 'GET' && c.req.path === '/';
    if (foreign || (!page && !['same-origin', 'none'].includes(site))) {
      return c.text('This playground only answers its own page.', 403);
    }
    c.header('Content-Security-Policy', policy);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cross-Origin-Resource-Policy', 'same-origin');
    c.header('Cross-Origin-Opener-Policy', 'same-origin');
    await next();
  });
}
