// A TCP proxy that lets a real server misbehave: what comes from the server is cut, stalled, garbled, replaced or slowed on its way.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { ownLoopbackAddress } from '../../src/demo/loopback.ts';

export interface Faults {
  /** The connection is reset after so many bytes from the server. */
  readonly cutAfterBytes?: number;
  /** Nothing more comes after so many bytes, and the connection stays open. */
  readonly stallAfterBytes?: number;
  /** Sent in place of all that the server says. */
  readonly instead?: string;
  /** Pairs of equal length: what the server says, and what arrives. */
  readonly replace?: readonly (readonly [from: string, to: string])[];
  readonly bytesPerSecond?: number;
}

export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** In force for connections made from now on. */
  set(faults: Faults): void;
  /** So far. */
  connections(): number;
  /** From the server, so far. */
  bytes(): number;
  stop(): Promise<void>;
}

export async function startFaultProxy(
  target: { readonly host: string; readonly port: number },
  first: Faults = {},
  host = ownLoopbackAddress(process.pid),
): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let faults = first;
  let connections = 0;
  let bytes = 0;
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(target);
    for (const socket of [client, upstream]) keep(socket, sockets);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.end());
    client.pipe(upstream);
    misbehave(upstream, client, faults, (count) => {
      bytes += count;
    });
  });
  const port = await listen(server, host);
  return {
    host,
    port,
    set: (next) => {
      faults = next;
    },
    connections: () => connections,
    bytes: () => bytes,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  // A reset is what many of these tests are about; the other side of the proxy learns of it by the close.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
}

function misbehave(upstream: Socket, client: Socket, faults: Faults, count: (bytes: number) => void): void {
  const replaced = replacer(faults.replace ?? []);
  let passed = 0;
  if (faults.instead !== undefined) client.write(faults.instead);
  upstream.on('data', (chunk: Buffer) => {
    if (faults.instead !== undefined) return;
    const limit = Math.min(faults.cutAfterBytes ?? Infinity, faults.stallAfterBytes ?? Infinity) - passed;
    const whole = replaced(chunk);
    const part = whole.subarray(0, Math.max(0, Math.min(whole.length, limit)));
    passed += part.length;
    count(part.length);
    client.write(part);
    if (faults.cutAfterBytes !== undefined && passed >= faults.cutAfterBytes) client.resetAndDestroy();
    else slowDown(upstream, part.length, faults.bytesPerSecond);
  });
}

function slowDown(upstream: Socket, bytes: number, bytesPerSecond: number | undefined): void {
  if (bytesPerSecond === undefined) return;
  upstream.pause();
  setTimeout(() => upstream.resume(), (bytes * 1000) / bytesPerSecond);
}

/** Bytes that may begin a pattern are held until it is clear, so that a pattern parted over two chunks is found too. */
function replacer(pairs: readonly (readonly [string, string])[]): (chunk: Buffer) => Buffer {
  let held = '';
  return (chunk) => {
    let text = held + chunk.toString('latin1');
    for (const [from, to] of pairs) {
      if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`);
      text = text.replaceAll(from, to);
    }
    const keepFrom = text.length - Math.max(0, ...pairs.map(([from]) => overlap(text, from)));
    held = text.slice(keepFrom);
    return Buffer.from(text.slice(0, keepFrom), 'latin1');
  };
}

function overlap(text: string, pattern: string): number {
  for (let length = Math.min(text.length, pattern.length - 1); length > 0; length -= 1) {
    if (text.endsWith(pattern.slice(0, length))) return length;
  }
  return 0;
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
