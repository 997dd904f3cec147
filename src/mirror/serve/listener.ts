// One listening socket: what it expects of a peer, and how it ends.

import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { MINUTE, SECOND } from '../../host/clock.ts';
import { CodedError, systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import type { LoadedCertificates } from './certificate.ts';
import type { Connections } from './connections.ts';
import type { ListenAddress } from './listen.ts';
import { READER_PACE, type ReaderPace } from './slow-reader.ts';

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** For connections to come; does nothing over plain HTTP. */
  renew(certificates: LoadedCertificates): void;
  setTicketKeys(keys: Buffer): void;
  readonly server: Server;
}

export interface ListenerOptions {
  readonly reusePort: boolean;
  /** Descriptors of sockets that listen already, by port. */
  readonly handed: ReadonlyMap<number, number>;
  /** Null: plain HTTP. */
  readonly certificates: LoadedCertificates | null;
  readonly deadlines: Deadlines;
  onUnreadable(): void;
}

/** Milliseconds, where nothing else is said. */
export interface Deadlines {
  readonly handshake: number;
  /** From the connection's, or the last answer's, end to the end of a request's head. */
  readonly headers: number;
  /** The same to the end of its body. */
  readonly request: number;
  /** Between two requests. Longer than the pauses of a build between two files, so that it needs no second handshake. */
  readonly idle: number;
  /** No byte in either direction for so long: the peer is gone, or reads so slowly that it may as well be. */
  readonly stalled: number;
  /** How slowly an answer may be read. */
  readonly reading: ReaderPace;
  /** After so long without a byte the peer's machine is asked whether it is still there (TCP keep-alive); one that was cut off is gone ten seconds later. */
  readonly keepAlive: number;
  /** How often the first ones are looked at. */
  readonly look: number;
}

export const DEADLINES: Deadlines = {
  handshake: 10 * SECOND,
  headers: 20 * SECOND,
  request: MINUTE,
  idle: 65 * SECOND,
  stalled: 2 * MINUTE,
  reading: READER_PACE,
  keepAlive: 30 * SECOND,
  look: 5 * SECOND,
};

const HEADER_BYTES = 16 * 1024;
const HEADER_COUNT = 100;
const DRAIN_POLL_MS = 50;
const BACKLOG = 4096;

/** Binds and listens; on return connections are taken. Throws `listen-failed`. */
export async function openListener(
  address: ListenAddress,
  options: ListenerOptions,
  handler: RequestListener,
  connections: Connections,
  logger: Logger,
): Promise<Listener> {
  const current = { certificates: options.certificates };
  const server = makeServer(options, current, handler);
  connections.watch(server);
  await bind(server, address, options, logger);
  const bound = server.address() as AddressInfo;
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `${options.certificates === null ? 'http' : 'https'}://${host}:${bound.port}/`,
    port: bound.port,
    renew(certificates) {
      if (!(server instanceof TlsServer)) return;
      const keys = server.getTicketKeys();
      server.setSecureContext(certificates.standard);
      server.setTicketKeys(keys);
      current.certificates = certificates;
    },
    setTicketKeys(keys) {
      if (server instanceof TlsServer) server.setTicketKeys(keys);
    },
    server,
  };
}

/** Ends a listener within `graceMs`. Node.js closes connections that are idle now, but not those that become idle later: they are looked for. */
export async function closeListener(listener: Listener, graceMs: number): Promise<void> {
  const { server } = listener;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), DRAIN_POLL_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}

function makeServer(
  { deadlines, onUnreadable }: ListenerOptions,
  current: { certificates: LoadedCertificates | null },
  handler: RequestListener,
): Server {
  const options: ServerOptions = {
    headersTimeout: deadlines.headers,
    requestTimeout: deadlines.request,
    keepAliveTimeout: deadlines.idle,
    connectionsCheckingInterval: deadlines.look,
    maxHeaderSize: HEADER_BYTES,
    keepAlive: true,
    keepAliveInitialDelay: deadlines.keepAlive,
    noDelay: true,
  };
  const { certificates } = current;
  const server: Server =
    certificates === null
      ? createServer(options, handler)
      : createTlsServer(
          {
            ...options,
            ...certificates.standard,
            handshakeTimeout: deadlines.handshake,
            SNICallback: (name, done) => done(null, current.certificates?.contextOf(name) ?? undefined),
          },
          handler,
        );
  server.maxHeadersCount = HEADER_COUNT;
  server.setTimeout(deadlines.stalled);
  // No `100 Continue`: nothing is taken here, and a client that waits for leave learns so before it sends a body.
  server.on('checkContinue', handler);
  server.on('clientError', (error, socket) => {
    onUnreadable();
    refuseUnreadable(error, socket as Socket);
  });
  return server;
}

const BY_CODE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no HTTP gets the shortest answer there is. */
function refuseUnreadable(error: Error, socket: Socket): void {
  if (!socket.writable || systemCode(error) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = BY_CODE[systemCode(error) ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

async function bind(
  server: Server,
  address: ListenAddress,
  { reusePort, handed }: ListenerOptions,
  logger: Logger,
): Promise<void> {
  const descriptor = handed.get(address.port);
  try {
    await listen(server, descriptor === undefined ? { ...address, reusePort } : { fd: descriptor });
  } catch (error) {
    if (address.host !== '::' || systemCode(error) !== 'EAFNOSUPPORT') throw listenFailed(address, error);
    // A machine without IPv6: `[::]` means everything it has.
    logger.warn({ port: address.port }, 'listening on IPv4 alone');
    await listen(server, { host: '0.0.0.0', port: address.port, reusePort }).catch((again: unknown) => {
      throw listenFailed(address, again);
    });
  }
}

function listen(server: Server, place: ListenOptions & { readonly fd?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...place, backlog: BACKLOG }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program, or another assay, listens there: stop it or choose another port.',
  EACCES: 'Ports below 1024 need the capability CAP_NET_BIND_SERVICE, which the systemd unit gives.',
  EADDRNOTAVAIL: 'This machine has no such address.',
};

function listenFailed(address: ListenAddress, cause: unknown): CodedError {
  const code = systemCode(cause) ?? 'unknown';
  return new CodedError('listen-failed', `Could not listen on ${address.host} port ${address.port} (${code}).`, {
    cause,
    remedy: REMEDIES[code] ?? 'Look at serve.listen and serve.redirect_http.',
  });
}
