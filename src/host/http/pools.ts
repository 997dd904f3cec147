// Connections that are kept open, a pool for each host and way of trusting it.

import { Pool } from 'undici';
import { MINUTE, SECOND } from '../clock.ts';
import { type Certificate, type Connector, makeConnector } from './connector.ts';
import type { Deadlines } from './exchange.ts';

export interface PoolKey {
  /** `https://example.org:8443` */
  readonly origin: string;
  readonly allowsPrivate: boolean;
  readonly ca: string | null;
}

export interface Held extends AsyncDisposable {
  readonly pool: Pool;
  /** Of the newest connection. */
  certificate: Certificate | null;
  /** Whether an answer came over it: a connection that is used again may have been closed by the other side meanwhile. */
  isUsed: boolean;
}

export interface Pools extends AsyncDisposable {
  get(key: PoolKey): Held;
  /** One that nobody else uses. The caller disposes of it. */
  fresh(key: PoolKey): Held;
}

export interface PoolOptions {
  readonly connections: number;
  readonly localAddress: string | null;
  readonly deadlines: Pick<Deadlines, 'connectMs' | 'tlsMs'>;
}

/** Redirects lead to hosts of a stranger's choice: the pools that were not used for longest go. */
const MOST_POOLS = 256;
const IDLE_MS = 20 * SECOND;
const MAX_HEADER_BYTES = 32 * 1024;

export function openPools(options: PoolOptions): Pools {
  const held = new Map<string, Held>();
  return {
    get(key) {
      const name = JSON.stringify([key.origin, key.allowsPrivate, key.ca]);
      const known = held.get(name) ?? makeHeld(key, options.connections, options);
      // The order of a Map is that of insertion: the last used stands last.
      held.delete(name);
      held.set(name, known);
      const [oldest] = held.keys();
      if (held.size > MOST_POOLS && oldest !== undefined) {
        const gone = held.get(oldest);
        held.delete(oldest);
        void gone?.pool.close();
      }
      return known;
    },
    fresh: (key) => makeHeld(key, 1, options),
    async [Symbol.asyncDispose]() {
      const all = [...held.values()];
      held.clear();
      await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
    },
  };
}

function makeHeld(key: PoolKey, connections: number, options: PoolOptions): Held {
  const connector: Connector = makeConnector({
    allowsPrivate: key.allowsPrivate,
    ca: key.ca,
    localAddress: options.localAddress,
    ...options.deadlines,
    onCertificate: (certificate) => {
      made.certificate = certificate;
    },
  });
  const pool = new Pool(key.origin, {
    connect: connector.connect,
    connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: 1 * MINUTE,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  const made: Held = {
    pool,
    certificate: null,
    isUsed: false,
    [Symbol.asyncDispose]: async () => {
      connector[Symbol.dispose]();
      await pool.destroy();
    },
  };
  return made;
}
