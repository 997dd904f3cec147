import { isIP } from 'node:net';
import { CodedError } from '../../host/error.ts';

export interface ListenAddress {
  /** An IP address without brackets. `::` takes IPv4 as well. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export type ListenRead =
  | ({ readonly kind: 'address' } & ListenAddress)
  | { readonly kind: 'fault'; readonly expected: string };

const FORMS = '`[::]:443`, `127.0.0.1:0` or `0.0.0.0:8080`';
const BRACKETED = /^\[([^\]]*)\]:(.*)$/;
const PLAIN = /^([^:]*):([^:]*)$/;

/** Reads `ADDRESS:PORT`. Names are refused: what one resolves to can change between two starts. */
export function readListen(text: string): ListenRead {
  const bracketed = BRACKETED.exec(text);
  const [, host, port] = bracketed ?? PLAIN.exec(text) ?? [];
  if (host === undefined || port === undefined) return fault(`an address and a port, such as ${FORMS}`);
  if (bracketed !== null && isIP(host) !== 6) return fault('an IPv6 address between the brackets');
  if (bracketed === null && isIP(host) !== 4) return fault(`an IP address before the port, such as ${FORMS}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return fault('a port from 0 to 65535 after the last colon');
  return { kind: 'address', host, port: Number(port) };
}

/** The same for one who cannot go on without it. Throws `listen-invalid`. */
export function listenAddress(text: string): ListenAddress {
  const read = readListen(text);
  if (read.kind === 'address') return { host: read.host, port: read.port };
  throw new CodedError('listen-invalid', `Cannot listen on ${JSON.stringify(text)}: expected ${read.expected}.`, {
    remedy: 'Correct serve.listen.',
  });
}

function fault(expected: string): ListenRead {
  return { kind: 'fault', expected };
}
