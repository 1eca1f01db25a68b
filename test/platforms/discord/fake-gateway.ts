/** The gateway of the fake Discord: it lets bots identify and resume, and sends them events. */
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { application, guild, type World } from './world.ts';

/** Opcodes of the gateway ("Gateway Opcodes"). */
const opcodes = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, hello: 10, heartbeatAck: 11 } as const;

type Payload = { op: number; d: { shard?: [number, number]; intents: number } };

/** Opens the gateway on the server of the REST API. `url` is that server's address. */
export function createFakeGateway(server: Server, url: string, world: World) {
  const sockets = new Set<WebSocket>();
  const identified: { shard: [number, number]; intents: number }[] = [];
  const gateway = new WebSocketServer({ server });
  let sequence = 0;

  const sendTo = (socket: WebSocket, payload: object) => socket.send(JSON.stringify(payload));

  function dispatchTo(some: Iterable<WebSocket>, type: string, data: unknown): void {
    sequence += 1;
    for (const socket of some) sendTo(socket, { op: opcodes.dispatch, t: type, s: sequence, d: data });
  }

  const readyData = (shard: [number, number]) => ({
    v: 10,
    user: { ...world.bot, discriminator: '0' },
    session_id: 'one',
    resume_gateway_url: url.replace('http', 'ws'),
    application: { id: application, flags: 0 },
    guilds: [{ id: guild, unavailable: true }],
    shard,
  });

  function receive(socket: WebSocket, { op, d }: Payload): void {
    if (op === opcodes.heartbeat) sendTo(socket, { op: opcodes.heartbeatAck });
    if (op === opcodes.resume) dispatchTo([socket], 'RESUMED', {});
    if (op !== opcodes.identify) return;
    const { shard = [0, 1], intents } = d;
    identified.push({ shard, intents });
    dispatchTo([socket], 'READY', readyData(shard));
  }

  gateway.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    sendTo(socket, { op: opcodes.hello, d: { heartbeat_interval: 45_000 } });
    socket.on('message', (data) => receive(socket, JSON.parse(String(data)) as Payload));
  });

  function hangUp(): void {
    for (const socket of sockets) socket.terminate();
  }

  return {
    identified,
    dispatch: (type: string, data: unknown) => dispatchTo(sockets, type, data),
    connected: () => sockets.size,
    hangUp,
    close(): void {
      hangUp();
      gateway.close();
    },
  };
}
