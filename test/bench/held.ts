// What it costs to hold connections: ten thousand that only stay open, and a thousand that do not read what they asked for.

import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Figure } from './figure.ts';
import type { ServedTree } from './served-tree.ts';
import { type Peer, startAssay, type TlsPair } from './serving-peers.ts';

const IDLE = 10_000;
const SLOW = 1000;
const AT_ONCE = 50;
const SETTLE_MS = 3000;
/** A handshake takes a millisecond of both processors: the first connections would be cut while the last ones are made. */
const USED_EVERY_MS = 20_000;

export async function measureHeld(
  home: string,
  tree: ServedTree,
  tls: TlsPair,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const scheme of ['http', 'https'] as const) {
    const limits = { connections: 2 * (IDLE + SLOW), per_address: 2 * (IDLE + SLOW), requests_per_second: 0 };
    await using assay = await startAssay(home, tree, tls, 1, '0', { limits });
    const sockets: Socket[] = [];
    try {
      const before = assay.memory();
      // Answered once: a connection that never asks is cut soon, one between two requests of a build is kept for a minute.
      const use = (socket: Socket) => ask(socket, 'HEAD', tree.megabyte).resume();
      await open(IDLE, scheme, assay, sockets, signal, use, use);
      await pause(SETTLE_MS, undefined, { signal });
      const idle = assay.memory();
      await open(SLOW, scheme, assay, sockets, signal, (socket) => ask(socket, 'GET', tree.hundred).pause());
      await pause(SETTLE_MS, undefined, { signal });
      const slow = assay.memory();
      const held = sockets.filter((socket) => !socket.destroyed).length;
      if (held < IDLE + SLOW) throw new Error(`only ${held} connections were held`);
      tell(
        `${scheme}: ${before.toFixed(0)} MiB, ${idle.toFixed(0)} with ${IDLE} idle, ${slow.toFixed(0)} with ${SLOW} slow besides`,
      );
      const what = `memory of a serve process, ${scheme}`;
      figures.push({ work: what, unit: 'MiB', ours: [before], base: null, aim: null });
      figures.push({ work: `${what}, ${IDLE} idle connections`, unit: 'MiB', ours: [idle], base: null, aim: null });
      figures.push({ work: `${what}, ${SLOW} slow ones besides`, unit: 'MiB', ours: [slow], base: null, aim: null });
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  }
  return figures;
}

/** On return so many more are connected. */
async function open(
  count: number,
  scheme: 'http' | 'https',
  peer: Peer,
  sockets: Socket[],
  signal: AbortSignal,
  then: (socket: Socket) => void,
  again: (socket: Socket) => void = () => {},
): Promise<void> {
  const { hostname: host, port } = new URL(peer[scheme]);
  let usedAt = performance.now();
  for (let done = 0; done < count; done += AT_ONCE) {
    signal.throwIfAborted();
    if (performance.now() - usedAt > USED_EVERY_MS) {
      usedAt = performance.now();
      for (const socket of sockets) again(socket);
    }
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - done) }, () =>
        openOne(scheme, host, Number(port)).then((socket) => {
          for (const event of ['error', 'end'] as const) socket.on(event, () => socket.destroy());
          sockets.push(socket);
          then(socket);
        }),
      ),
    );
  }
}

function ask(socket: Socket, method: string, path: string): Socket {
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return socket;
}

function openOne(scheme: 'http' | 'https', host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket =
      scheme === 'http'
        ? connectTcp({ host, port }, () => resolve(socket))
        : connectTls({ host, port, rejectUnauthorized: false }, () => resolve(socket));
    socket.once('error', reject);
  });
}
