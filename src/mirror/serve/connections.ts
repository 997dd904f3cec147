// Who is connected, and how many they may be.

import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Line } from './send.ts';
import { makeReader, type ReaderPace } from './slow-reader.ts';

export interface ConnectionLimits {
  /** Open connections in all. */
  readonly connections: number;
  /** Open connections of one client address. */
  readonly perAddress: number;
}

export interface Connections {
  /** Takes a server's connections under these limits. Call before it listens. */
  watch(server: Server): void;
  of(socket: Socket): Connection;
  open(): number;
  /** Connections that were cut as soon as they came, by the limit that they would have broken. */
  refused(): Readonly<Record<'connections' | 'per_address', number>>;
  /** Ends every connection whose reader is too slow. Call now and then, with a clock that never goes back. */
  cutSlow(nowMs: number, pace: ReaderPace): void;
  /** Ends every connection that has asked for nothing yet; answers say from now on that they are the last. */
  drain(): void;
  isDraining(): boolean;
}

export interface Connection extends Line {
  /** Of the peer: IPv4 in its own form. Empty when it had gone before it was seen. */
  readonly address: string;
  /** Call at each request. */
  asks(): void;
}

/** `isProxy`: many clients come from such an address, which no limit of one client can be for. */
export function makeConnections(limits: ConnectionLimits, isProxy: (address: string) => boolean): Connections {
  const byAddress = new Map<string, number>();
  const open = new Map<Socket, Tracked>();
  const refused = { connections: 0, per_address: 0 };
  let count = 0;
  let isDraining = false;

  const admit = (socket: Socket) => {
    const address = addressOf(socket);
    const known = byAddress.get(address) ?? 0;
    const broken =
      count >= limits.connections
        ? 'connections'
        : known >= limits.perAddress && !isProxy(address)
          ? 'per_address'
          : null;
    if (broken !== null) {
      refused[broken] += 1;
      socket.destroy();
      return;
    }
    count += 1;
    byAddress.set(address, known + 1);
    socket.once('close', () => {
      count -= 1;
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
  };
  const track = (socket: Socket): Tracked => {
    const known = open.get(socket);
    if (known !== undefined) return known;
    const made = makeTracked(socket);
    open.set(socket, made);
    socket.once('close', () => {
      open.delete(socket);
      made.ended();
    });
    return made;
  };
  return {
    watch(server) {
      server.on('connection', admit);
      server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', track);
    },
    of: track,
    open: () => count,
    refused: () => refused,
    cutSlow(nowMs, pace) {
      for (const each of open.values()) each.endIfSlow(nowMs, pace);
    },
    drain() {
      isDraining = true;
      // Node.js takes one that has never asked for one that is about to, and would wait for it.
      for (const each of open.values()) each.endIfFresh();
    },
    isDraining: () => isDraining,
  };
}

interface Tracked extends Connection {
  endIfFresh(): void;
  endIfSlow(nowMs: number, pace: ReaderPace): void;
  ended(): void;
}

function makeTracked(socket: Socket): Tracked {
  const waiting = new Set<() => void>();
  const reader = makeReader(socket);
  let isFresh = true;
  return {
    address: addressOf(socket),
    asks: () => {
      isFresh = false;
    },
    onEnd(listener) {
      if (socket.destroyed) setImmediate(listener);
      waiting.add(listener);
      return () => waiting.delete(listener);
    },
    endIfFresh: () => {
      if (isFresh) socket.destroy();
    },
    endIfSlow: (nowMs, pace) => {
      if (reader.isTooSlow(nowMs, pace)) socket.destroy();
    },
    ended: () => {
      for (const listener of waiting) listener();
    },
  };
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

function addressOf(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return MAPPED.exec(address)?.[1] ?? address;
}
