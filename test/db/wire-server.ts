/** Serves the embedded database with Postgres' own protocol, so that tests of the driver need no server. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const welcome = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('S', Buffer.from('server_version\x0017.0\x00')),
  message('Z', Buffer.from('I')),
]);

/** Returns the state in the last message of an answer: `I` outside of a transaction, `T` or `E` inside of one. */
const statusIn = (answer: Uint8Array) => (answer.at(-6) === 0x5a ? String.fromCharCode(answer.at(-1) ?? 0) : 'I');

/** Listens on a free port of this machine. One session is served at a time, and one in a transaction goes first. */
export async function serveWire(client: PGlite) {
  const sockets = new Set<Socket>();
  let waiting: { socket: Socket; bytes: Buffer; isWhole: boolean }[] = [];
  let owner: Socket | undefined;
  let busy: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (;;) {
      if (owner?.destroyed) {
        owner = undefined;
        await client.exec('rollback');
      }
      const next = waiting.find(({ socket }) => !owner || socket === owner);
      if (!next) return;
      waiting = waiting.filter((each) => each !== next);
      const answer = await client.execProtocolRaw(next.bytes);
      // A statement without a name lasts until the next one, of any session.
      owner = next.isWhole && statusIn(answer) === 'I' ? undefined : next.socket;
      next.socket.write(answer);
    }
  }
  const pump = () => {
    busy ??= work()
      .catch(() => {})
      .finally(() => {
        busy = undefined;
        if (owner?.destroyed) pump();
      });
  };

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      pump();
    });
    let held = Buffer.alloc(0);
    let batch: Buffer[] = [];
    let greeted = false;
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        // The first message has no type. This driver does not ask for encryption, which would come first.
        const start = greeted ? 1 : 0;
        if (held.length < start + 4) return;
        const length = start + held.readInt32BE(start);
        if (held.length < length) return;
        const one = Buffer.from(held.subarray(0, length));
        held = Buffer.from(held.subarray(length));
        const type = greeted ? String.fromCharCode(one[0] ?? 0) : '';
        if (!greeted) socket.write(welcome);
        else if (type === 'X') socket.end();
        else batch.push(one);
        greeted = true;
        if (!['S', 'Q', 'H'].includes(type)) continue;
        waiting.push({ socket, bytes: Buffer.concat(batch), isWhole: type !== 'H' });
        batch = [];
        pump();
      }
    });
  }

  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : 0,
    async stop() {
      waiting = [];
      for (const socket of sockets) socket.destroy();
      server.close();
      await busy;
    },
  };
}
