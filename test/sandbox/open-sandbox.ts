/** A started sandbox with two keys and a moved clock, and short ways to call it. */
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import { credentials } from '../security/no-secrets.ts';
import { createMovedClock } from './moved-clock.ts';

/** The keys of the sandbox. */
export const { keyOfSandboxes: key, otherKeyOfSandboxes: otherKey } = credentials;

/** Pictures of up to 128 px a side are drawn in a few milliseconds, and only when a test fetches them. */
const small = { smallestSide: 64, largestSide: 128, drawsAhead: false };

// biome-ignore lint/suspicious/noExplicitAny: tests read answers field by field, as a script would.
type Loose = any;
/** An answer, with its body parsed if it is JSON. */
export type Reply = { status: number; body: Loose; headers: Headers };

/** Starts a sandbox, which stops with the test. */
export async function openSandbox(options: Partial<SandboxOptions> = {}) {
  const clock = createMovedClock();
  const keys = [
    { key, credits: 10_000 },
    { key: otherKey, credits: 10_000 },
  ];
  const sandbox = createSandbox({ clock, keys, ...options, guesses: { ...small, ...options.guesses } });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());

  const headers = (as: string) => ({ Authorization: `Bearer ${as}`, 'API-Version': '1' });

  async function send(path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(path.startsWith('http') ? path : sandbox.url + path, {
      signal: AbortSignal.timeout(10_000),
      ...init,
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
  }

  const get = (path: string, as = key) => send(path, { headers: headers(as) });
  const post = (path: string, body: unknown, as = key) =>
    send(path, {
      method: 'POST',
      headers: { ...headers(as), 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  return {
    sandbox,
    clock,
    send,
    get,
    post,
    headers,
    remove: (path: string, as = key) => send(path, { method: 'DELETE', headers: headers(as) }),
    admin: (path: string) => sandbox.url.replace(/\/api$/, `/admin${path}`),
    /** Uploads `bytes`. `data` goes along as text, or as a JSON part with `asPart`. */
    upload(bytes: Uint8Array, data: Record<string, string>, asPart = false) {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(bytes)]), 'me.jpg');
      const json = JSON.stringify(data);
      form.append('data', asPart ? new Blob([json], { type: 'application/json' }) : json);
      return send('/images/upload', { method: 'POST', headers: headers(key), body: form });
    },
    /** Starts a job, lets a day pass, and returns the finished job. */
    async finished(path: string, body: unknown): Promise<Loose> {
      const { body: started } = await post(path, body);
      clock.pass(86_400);
      return (await get(`/jobs/${started.result.jobId}`)).body.result;
    },
    /** Creates a model and returns its id. */
    async modelOf(name = 'Ada'): Promise<string> {
      return (await post('/models', { name, age: 30, gender: 'Female' })).body.result.id;
    },
  };
}

/** Returns the body of a request for a picture. */
export const picture = (name: 'nanobanana' | 'gpt-image-2' = 'nanobanana', prompt = 'a lighthouse at dusk') => ({
  modelID: name,
  prompt,
});

/** Returns a picture file of one colour. */
export function colour(r: number, g: number, b: number, format: 'jpeg' | 'png' | 'webp' = 'jpeg') {
  return sharp({ create: { width: 96, height: 64, channels: 3, background: { r, g, b } } })
    .toFormat(format)
    .toBuffer();
}
