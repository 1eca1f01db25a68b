/** The server's side of a WebSocket (RFC 6455): text frames, pings and the closing handshake, and nothing else. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * A connection. `send` sends one text message. `drop` cuts the line, and `close` ends it with the closing handshake.
 */
export type Line = { send(text: string): void; drop(): void; close(): void };

/** The functions that take what the client sends. */
type Listeners = { text(text: string): void; gone(): void };

/** Accepts an upgrade. Messages of a client are masked and may arrive in pieces of any size. */
export function acceptLine(request: IncomingMessage, socket: Duplex, listeners: Listeners): Line {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}${magic}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  const write = (opcode: number, payload: Buffer) => {
    if (!socket.writable) return;
    const head = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(payload.length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    if (payload.length < 126) head[1] = payload.length;
    else if (payload.length < 65_536) {
      head[1] = 126;
      head.writeUInt16BE(payload.length, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(payload.length), 2);
    }
    socket.write(Buffer.concat([head, payload]));
  };

  let pending = Buffer.alloc(0);
  let text = '';
  socket.on('data', (piece: Buffer) => {
    pending = Buffer.concat([pending, piece]);
    for (let frame = take(pending); frame; frame = take(pending)) {
      pending = pending.subarray(frame.length);
      if (frame.opcode === opcodes.ping) write(opcodes.pong, frame.payload);
      else if (frame.opcode === opcodes.close) {
        write(opcodes.close, frame.payload);
        socket.end();
      } else if (frame.opcode <= opcodes.text) {
        text += frame.payload.toString();
        if (!frame.last) continue;
        listeners.text(text);
        text = '';
      }
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => listeners.gone());
  return {
    send: (message) => write(opcodes.text, Buffer.from(message)),
    drop: () => socket.destroy(),
    close: () => write(opcodes.close, Buffer.from([0x03, 0xe8])),
  };
}

/** Returns the first whole frame in the bytes. Undefined while there is none. */
function take(bytes: Buffer) {
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = (second & 0x80) !== 0;
  const start = 2 + sizeBytes + (masked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const size = sizeBytes === 2 ? bytes.readUInt16BE(2) : sizeBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + size) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + size));
  if (masked)
    for (let at = 0; at < size; at += 1) payload[at] = (payload[at] ?? 0) ^ (bytes[start - 4 + (at % 4)] ?? 0);
  return { opcode: first & 0x0f, last: (first & 0x80) !== 0, payload, length: start + size };
}
