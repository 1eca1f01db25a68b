/** Interactions over HTTP instead of the gateway: an address that Discord calls, with a signature on every call. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../../concurrency/clock.ts';

/** Where to listen, and the application's public key (64 hexadecimal digits, on its page General Information). */
export type Webhook = { publicKey: string; host: string; port: number };

type Parts = Webhook & { take(data: unknown): boolean; clock: Clock };

/** Bytes; a modal with everything filled in has about 30,000. */
const longestBody = 1_000_000;
/** A call that is older was recorded and is played again. Milliseconds. */
const oldest = 5 * 60_000;
const timeout = 10_000;

/** What comes before the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const derHead = Buffer.from('302a300506032b6570032100', 'hex');

/** Starts listening, and gives the address and a way to stop. Rejects when the port or the key cannot be used. */
export async function listenForInteractions({ publicKey, host, port, take, clock }: Parts) {
  const key = keyOf(publicKey);
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.requestTimeout = timeout;
  server.listen(port, host);
  await once(server, 'listening');

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, body?: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
    };
    if (request.method !== 'POST') return end(405);
    const body = await bodyOf(request);
    if (!body) return end(413);
    if (!isSigned(request, body, key, clock.now())) return end(401);
    const data: unknown = JSON.parse(body.toString());
    if (typeof data === 'object' && data !== null && 'type' in data && data.type === 1) return end(200, { type: 1 });
    // The answer goes to the callback's address as everywhere else; 202 says that this body is not it.
    end(take(data) ? 202 : 400);
  }

  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    async stop(): Promise<void> {
      server.close();
      server.closeAllConnections();
    },
  };
}

function keyOf(publicKey: string): KeyObject {
  try {
    return createPublicKey({
      key: Buffer.concat([derHead, Buffer.from(publicKey, 'hex')]),
      format: 'der',
      type: 'spki',
    });
  } catch {
    throw new Error('DISCORD_PUBLIC_KEY is not the public key of an application: 64 hexadecimal digits.');
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Discord signs the time and the raw body, and tries wrong signatures now and then to see whether they are refused. */
function isSigned({ headers }: IncomingMessage, body: Buffer, key: KeyObject, now: number): boolean {
  const signature = headers['x-signature-ed25519'];
  const timestamp = headers['x-signature-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^[0-9a-f]{128}$/i.test(signature))
    return false;
  if (!(Math.abs(now - Number(timestamp) * 1000) < oldest)) return false;
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));
}
