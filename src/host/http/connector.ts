// How a socket is opened: resolve, look at every address, connect to one of exactly these, shake hands, look at the certificate. The name is
// resolved once; what was looked at is what is connected to.

import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import { systemCode } from '../error.ts';
import { isPublicAddress } from './public-address.ts';

/** The stage at which there was no connection. `address`: the name leads where it may not. */
export type ConnectStage = 'dns' | 'connect' | 'tls' | 'timeout' | 'address';

export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly validFrom: number;
  readonly validTo: number;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly sha256: string;
}

export class ConnectFault extends Error {
  readonly stage: ConnectStage;
  /** `ECONNREFUSED`, `CERT_HAS_EXPIRED`: for programs and for evidence. */
  readonly detail: string;
  readonly certificate: Certificate | null;

  constructor(stage: ConnectStage, detail: string, sentence: string, certificate: Certificate | null = null) {
    super(sentence);
    this.name = 'ConnectFault';
    this.stage = stage;
    this.detail = detail;
    this.certificate = certificate;
  }
}

export interface ConnectOptions {
  /** Whether loopback, private and link-local addresses may be connected to. */
  readonly allowsPrivate: boolean;
  /** PEM of the authorities that are trusted instead of the public ones; null: the public ones. */
  readonly ca: string | null;
  readonly localAddress: string | null;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly onCertificate: (certificate: Certificate) => void;
}

const KEEP_ALIVE_MS = 30_000;
const NEXT_ADDRESS_MS = 250;

export interface Connector extends Disposable {
  readonly connect: buildConnector.connector;
}

/** Its sockets that are not connected yet are closed with it. Errors are ConnectFaults. */
export function makeConnector(options: ConnectOptions): Connector {
  const opening = new Set<Socket>();
  const connect: buildConnector.connector = ({ hostname, protocol, port }, callback) => {
    const open = async (): Promise<Socket> => {
      const plain = await openPlain(hostname, Number(port || (protocol === 'https:' ? 443 : 80)), options, opening);
      return protocol === 'https:' ? await shakeHands(plain, hostname, options, opening) : plain;
    };
    open().then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
  return {
    connect,
    [Symbol.dispose]: () => {
      for (const socket of opening) socket.destroy(new ConnectFault('connect', 'ECANCELED', 'We gave it up.'));
    },
  };
}

interface Found {
  readonly address: string;
  readonly family: number;
}

async function openPlain(
  hostname: string,
  port: number,
  options: ConnectOptions,
  opening: Set<Socket>,
): Promise<Socket> {
  const until = performance.now() + options.connectMs;
  const found = await resolve(hostname, options.connectMs);
  const allowed = options.allowsPrivate ? found : found.filter(({ address }) => isPublicAddress(address));
  if (allowed.length === 0) {
    const sentence = `${hostname} leads to ${found.map(({ address }) => address).join(', ')}, where we do not go.`;
    throw new ConnectFault('address', 'EACCES', sentence);
  }
  const pinned: LookupFunction = (_name, wanted, done) => {
    const [first] = allowed;
    if (wanted.all === true) done(null, [...allowed]);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
  const socket = connectTcp({
    host: hostname,
    port,
    lookup: pinned,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    noDelay: true,
    ...(options.localAddress === null ? {} : { localAddress: options.localAddress }),
  });
  const failed = (error: unknown) => {
    const code = systemCode(error) ?? 'EUNKNOWN';
    return new ConnectFault('connect', code, `No connection to ${hostname} port ${port} (${code}).`);
  };
  const slow = () =>
    new ConnectFault(
      'timeout',
      'ETIMEDOUT',
      `No connection to ${hostname} port ${port} within ${options.connectMs} ms.`,
    );
  await ready(socket, 'connect', until - performance.now(), opening, failed, slow);
  return socket;
}

async function resolve(hostname: string, deadlineMs: number): Promise<Found[]> {
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family }];
  // getaddrinfo cannot be called off: it is left alone at the deadline.
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new ConnectFault('dns', 'ETIMEDOUT', `${hostname} was not resolved within ${deadlineMs} ms.`)),
    deadlineMs,
  );
  try {
    return await Promise.race([lookup(hostname, { all: true }), late.promise]);
  } catch (error) {
    if (error instanceof ConnectFault) throw error;
    const code = systemCode(error) ?? 'EUNKNOWN';
    throw new ConnectFault('dns', code, `The name ${hostname} cannot be resolved (${code}).`);
  } finally {
    clearTimeout(timer);
  }
}

async function shakeHands(
  plain: Socket,
  hostname: string,
  options: ConnectOptions,
  opening: Set<Socket>,
): Promise<Socket> {
  const socket = connectTls({
    socket: plain,
    host: hostname,
    // RFC 6066: a server is never named by an address.
    servername: isIP(hostname) === 0 ? hostname : '',
    ALPNProtocols: ['http/1.1'],
    // Judged below, before a byte is sent, so that a finding can show the certificate that was refused.
    rejectUnauthorized: false,
    ...(options.ca === null ? {} : { ca: options.ca }),
  });
  const failed = (error: unknown) => {
    const code = systemCode(error) ?? 'EPROTO';
    return new ConnectFault('tls', code, `No TLS with ${hostname} (${code}).`);
  };
  const slow = () => new ConnectFault('timeout', 'ETIMEDOUT', `No TLS with ${hostname} within ${options.tlsMs} ms.`);
  await ready(socket, 'secureConnect', options.tlsMs, opening, failed, slow);
  const certificate = certificateOf(socket);
  if (!socket.authorized) {
    // Typed as an Error; it is the code of OpenSSL, or of the comparison with the name, as text.
    const code = String(socket.authorizationError);
    socket.destroy();
    throw new ConnectFault('tls', code, `The certificate of ${hostname} is not to be trusted (${code}).`, certificate);
  }
  if (certificate !== null) options.onCertificate(certificate);
  return socket;
}

/** Waits for `event`; at an error or at the deadline the socket is destroyed and the fault is thrown. */
async function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  deadlineMs: number,
  opening: Set<Socket>,
  failed: (error: unknown) => ConnectFault,
  slow: () => ConnectFault,
): Promise<void> {
  opening.add(socket);
  const waiting = Promise.withResolvers<void>();
  const timer = setTimeout(() => waiting.reject(slow()), Math.max(0, deadlineMs));
  const onError = (error: Error) => waiting.reject(error instanceof ConnectFault ? error : failed(error));
  const onClose = () => waiting.reject(failed(null));
  const onReady = () => waiting.resolve();
  socket.once('error', onError).once('close', onClose).once(event, onReady);
  try {
    await waiting.promise;
  } catch (error) {
    socket.on('error', () => socket.destroy());
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    opening.delete(socket);
    socket.off('error', onError).off('close', onClose).off(event, onReady);
  }
}

function certificateOf(socket: TLSSocket): Certificate | null {
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined) return null;
  return {
    subject: oneLine(peer.subject),
    issuer: oneLine(peer.issuer),
    validFrom: Date.parse(peer.validFrom),
    validTo: Date.parse(peer.validTo),
    sha256: peer.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** `CN=example.org\nO=Example` as one line. What stands in it is the peer's choice. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ').slice(0, 300);
}
