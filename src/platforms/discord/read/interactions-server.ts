/** Interactions over HTTP instead of the gateway: an address that Discord calls, with a signature on every request. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../../concurrency/clock.ts';
import { wrongPublicKey } from '../sentences.ts';
import { maxSignatureAgeMs, webhookRequestTimeoutMs } from '../timings.ts';

/** Address to listen on, and the application's public key: 64 hexadecimal digits from its page General Information. */
export type Webhook = { publicKey: string; host: string; port: number };

type Parts = Webhook & { take(data: unknown): boolean; clock: Clock };

/** Bytes of a request body. A modal with everything filled in has about 30,000. */
const maxBodyBytes = 1_000_000;

/** Type of the request with which Discord checks the address, and of its answer. */
const pingType = 1;

/** Bytes in front of the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Starts listening. Returns the port and a way to stop. Rejects when the port or the key cannot be used. */
export async function listenForInteractions({ publicKey, host, port, take, clock }: Parts) {
  const key = keyOf(publicKey);
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.requestTimeout = webhookRequestTimeoutMs;
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
    if (isPing(data)) return end(200, { type: pingType });
    // The answer goes to the callback's address, as it does over the gateway. 202 tells Discord to expect it there.
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

const isPing = (data: unknown) => typeof data === 'object' && data !== null && 'type' in data && data.type === pingType;

function keyOf(publicKey: string): KeyObject {
  try {
    return createPublicKey({
      key: Buffer.concat([derPrefix, Buffer.from(publicKey, 'hex')]),
      format: 'der',
      type: 'spki',
    });
  } catch {
    throw new Error(wrongPublicKey);
  }
}

/** Returns the whole body. Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Returns whether Discord signed the request in the last minutes. It signs the time and the raw body. It also sends wrong
 * signatures now and then, to see whether the bot refuses them.
 */
function isSigned({ headers }: IncomingMessage, body: Buffer, key: KeyObject, nowMs: number): boolean {
  const signature = headers['x-signature-ed25519'];
  const timestamp = headers['x-signature-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return false;
  if (!/^[0-9a-f]{128}$/i.test(signature)) return false;
  // Not `>=`: a time that is no number must fail, too.
  if (!(Math.abs(nowMs - Number(timestamp) * 1000) < maxSignatureAgeMs)) return false;
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));
}
