/** The sandbox: the whole PhotoGPT API over real HTTP on this machine, with real pictures and videos behind it. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock } from '../concurrency/clock.ts';
import type { Log } from '../log.ts';
import { type Catalogue, createCatalogue } from '../photogpt/models/catalogue.ts';
import { createDisturb } from './faults/disturb.ts';
import { createFaultRules } from './faults/fault-rules.ts';
import { type Guesses, guesses as usualGuesses } from './guesses.ts';
import type { Parts, Routes } from './http/call.ts';
import { operations } from './http/operations.ts';
import { errorBody, Problem } from './http/problem.ts';
import { createReceive } from './http/receive.ts';
import { createSandboxJobs } from './jobs/jobs.ts';
import { createLedger } from './jobs/ledger.ts';
import { createRecords } from './jobs/records.ts';
import { createState } from './jobs/state.ts';
import { createMediaFiles } from './media/media-files.ts';
import { createReferenceFetcher } from './media/reference-fetcher.ts';
import { createRenderer } from './media/renderer.ts';
import { adminRoutes } from './routes/admin.ts';
import { imageGenerationRoutes } from './routes/image-generation.ts';
import { imageRoutes } from './routes/images.ts';
import { jobRoutes } from './routes/jobs.ts';
import { mediaRoutes } from './routes/media.ts';
import { modelRoutes } from './routes/models.ts';
import { trainingRoutes } from './routes/training.ts';
import { videoGenerationRoutes } from './routes/video-generation.ts';
import { videoRoutes } from './routes/videos.ts';
import { presets } from './studio/look.ts';

/**
 * The settings of a sandbox. `keys` are its API keys with their credits. `strict` refuses everything that the
 * documentation forbids, and `lenient` ignores unknown fields. `speed` divides every duration: 1 is as slow as the real
 * API. `random` makes ids and addresses, which are unguessable by default. `publicUrl` replaces `http://host:port` in
 * addresses of results.
 */
export type SandboxOptions = {
  clock: Clock;
  keys: { key: string; credits: number }[];
  mode?: 'strict' | 'lenient';
  speed?: number;
  guesses?: Partial<Guesses>;
  catalogue?: Catalogue;
  random?: () => number;
  fetch?: typeof globalThis.fetch;
  host?: string;
  port?: number;
  publicUrl?: string;
  log?: Log;
};

/** Returns a random number from 0 to 1 of the system. */
const unguessable = () => randomInt(2 ** 32) / 2 ** 32;

/** Returns a sandbox, which listens from `start` on. Its `url` ends in /api and is known from then on. */
export function createSandbox(options: SandboxOptions) {
  const { clock, keys, mode = 'strict', speed = 1, host = '127.0.0.1', random = unguessable, log } = options;
  const guesses: Guesses = { ...usualGuesses, ...options.guesses };
  const catalogue = options.catalogue ?? createCatalogue();
  const stopped = new AbortController();
  let origin = '';

  /** Returns 16 random bytes as 22 characters that need no escaping. */
  const token = () => Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256))).toString('base64url');
  const mediaFiles = createMediaFiles({ drawn: guesses.drawnBytes, uploaded: guesses.uploadedBytes });
  const renderer = createRenderer({ mediaFiles, signal: stopped.signal });
  const mediaUrl = (media: string, name = renderer.nameOf(media) ?? 'gone') =>
    `${(options.publicUrl ?? origin).replace(/\/$/, '')}/media/${media}/${name}`;

  const state = createState({ accounts: keys, guesses, onDropped: (media) => void renderer.forget(media) });
  const ledger = createLedger({ state });
  const faults = createFaultRules({ clock });
  const fetchReference = createReferenceFetcher({
    renderer,
    mediaFiles,
    guesses,
    fetch: options.fetch ?? globalThis.fetch,
    own: () => [origin, ...(options.publicUrl ? [new URL(options.publicUrl).origin] : [])],
    token,
    signal: stopped.signal,
  });
  const parts: Parts = {
    state,
    guesses,
    records: createRecords({ state, guesses, mediaUrl }),
    jobs: createSandboxJobs({ clock, state, guesses, ledger, renderer, token, speed }),
    renderer,
    mediaFiles,
    fetchReference,
    mediaUrl,
    token,
    strict: mode === 'strict',
    speed,
  };

  const routes: Routes = {
    ping: () => ({ body: { message: 'pong!' } }),
    listPresets: () => ({ body: { result: presets } }),
    ...modelRoutes(parts),
    ...trainingRoutes(parts),
    ...imageRoutes(parts),
    ...imageGenerationRoutes(parts, catalogue),
    ...videoGenerationRoutes(parts, catalogue),
    ...jobRoutes(parts, faults.list),
    ...videoRoutes(parts),
  };
  const disturb = createDisturb({ clock, signal: stopped.signal });
  const receive = createReceive({ clock, parts, ledger, faults, disturb, log });

  const app = new Hono<{ Bindings: HttpBindings }>();
  for (const { name, method, path } of operations) {
    app.on(method, `/api${path}`, receive(name, routes[name]));
  }
  app.route('/media', mediaRoutes(parts, { ledger, clock, faults, disturb }));
  app.route('/admin', adminRoutes({ faults, ledger }));
  app.notFound((c) => {
    const { method, path } = c.req;
    ledger.close(ledger.open({ time: clock.now(), operation: 'unknown', method, path, key: '' }), { status: 404 });
    return c.json(errorBody(`There is no ${method} ${path}`, 'route not found'), 404);
  });
  app.onError((error) => {
    if (error instanceof Problem) return Response.json(errorBody(error.message, error.err), { status: error.status });
    log?.error({ err: error }, 'the sandbox itself failed');
    return Response.json(errorBody('The sandbox itself failed', error.message), { status: 500 });
  });

  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));

  return {
    ledger,
    faults,
    guesses,
    get url() {
      return `${origin}/api`;
    },
    /** Listens. Rejects when the port is taken. */
    async start() {
      server.listen(options.port ?? 0, host);
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('The sandbox has no port');
      origin = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
      log?.info({ url: `${origin}/api`, mode, speed }, 'sandbox listening');
    },
    /** Cuts every connection, ends the rendering under way and removes all files. */
    async stop() {
      stopped.abort();
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
      await renderer.idle();
      await mediaFiles.clear();
    },
  };
}
