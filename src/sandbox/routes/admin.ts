/** Routes for controlling the sandbox from this machine: faults, faults of the job list, and the ledger. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { ZodError } from 'zod';
import type { Faults } from '../faults/fault-rules.ts';
import { faultWords } from '../faults/fault-words.ts';
import { errorBody } from '../http/problem.ts';
import type { Ledger } from '../jobs/ledger.ts';

const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/;
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;
/** Headers that a proxy adds. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
/** Requests and jobs that one answer shows. */
const maxShown = 200;

/** Returns the routes. They answer 403 to other machines. */
export function adminRoutes({ faults, ledger }: { faults: Faults; ledger: Ledger }) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  // A proxy on this machine connects from it too, and so does a web page in its browser. The host and JSON keep both
  // out.
  app.use(async (c, next) => {
    const isLocal = loopbackAddress.test(c.env.incoming.socket.remoteAddress ?? '');
    const isDirect = forwarding.every((name) => c.req.header(name) === undefined);
    if (!isLocal || !isDirect || !loopbackHost.test(c.req.header('host') ?? '')) {
      return c.json(errorBody('Only from this machine', 'admin: not loopback'), 403);
    }
    const isJson = c.req.header('content-type')?.startsWith('application/json');
    if (c.req.method === 'POST' && !isJson) return c.json(errorBody('Send JSON', 'admin: content type'), 415);
    await next();
  });
  app.onError((error, c) => {
    const isBadRequest = error instanceof ZodError || error instanceof SyntaxError;
    return c.json(errorBody(error.message, 'admin'), isBadRequest ? 400 : 500);
  });

  app.get('/faults', (c) => c.json({ rules: faults.rules(), list: faults.list(), words: faultWords }));
  app.post('/faults', async (c) => {
    faults.add(await c.req.json());
    return c.json({ rules: faults.rules() });
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.json({ rules: [] });
  });
  app.post('/list', async (c) => {
    faults.setList(await c.req.json());
    return c.json(faults.list());
  });
  app.get('/ledger', (c) =>
    c.json({
      requests: ledger.requests(),
      recent: ledger.recent().slice(-maxShown),
      jobs: ledger.jobs().slice(-maxShown),
    }),
  );
  return app;
}
