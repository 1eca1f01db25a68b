/** Keeps other web pages out, which may send requests to this machine or name it as their own host. */
import { createMiddleware } from 'hono/factory';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** The page's Content-Security-Policy: nothing from elsewhere, no inline script or style, no frame around the page. */
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

/**
 * Returns a middleware. It answers 403 unless the Host is this machine or `host`, and the Origin, if any, is the page
 * itself.
 */
export function guard(host: string) {
  const known = new Set([...loopback, host]);
  return createMiddleware(async (c, next) => {
    const named = c.req.header('host') ?? '';
    // Any port, because the playground may be behind a forwarded one.
    if (!known.has(named.replace(/:\d+$/, ''))) return c.text(`This playground does not answer for ${named}.`, 403);
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site') ?? 'same-origin';
    const isForeign = origin !== undefined && origin.replace(/^https?:\/\//, '') !== named;
    // People may follow a link to the page. Nothing else may come from another site.
    const isPage = c.req.method === 'GET' && c.req.path === '/';
    if (isForeign || (!isPage && !['same-origin', 'none'].includes(site))) {
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
