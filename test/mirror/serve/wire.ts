// The plainest HTTP client: what it sends is what the test wrote, what it gives back is what came.

import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const DEADLINE_MS = 20_000;

/** Sends one request on a connection of its own and reads to the connection's end. */
export async function ask(
  url: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  tls: ConnectionOptions = {},
): Promise<WireAnswer> {
  const fields = Object.entries({ host: 'mirror.example.org', connection: 'close', ...headers });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const bytes = await exchange(url, Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'), tls);
  return parseAnswer(bytes);
}

/** Sends bytes and gives back all that came until the connection ended. */
export async function exchange(url: string, bytes: Buffer, tls: ConnectionOptions = {}): Promise<Buffer> {
  const socket = await connect(url, tls);
  try {
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error('no answer')));
    socket.write(bytes);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    socket.destroy();
  }
}

export function connect(url: string, tls: ConnectionOptions = {}): Promise<Socket> {
  const { protocol, hostname, port } = new URL(url);
  const address = { host: hostname.replace(/[[\]]/g, ''), port: Number(port) };
  return new Promise((resolve, reject) => {
    const socket =
      protocol === 'https:'
        ? connectTls({ ...address, ...tls }, () => resolve(socket))
        : connectTcp(address, () => resolve(socket));
    socket.once('error', reject);
  });
}

export function parseAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) throw new Error(`no answer in ${bytes.length} bytes`);
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const [, status, reason = ''] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine) ?? [];
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(status), reason, headers, body: bytes.subarray(end + 4) };
}
