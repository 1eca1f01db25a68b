/** Finds a free port. Bolt's receivers do not tell which port the system gave them. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Returns a port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
