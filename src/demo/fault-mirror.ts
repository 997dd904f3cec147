// A mirror that misbehaves on request, over HTTP or TLS: it serves a folder as it is, but for what its faults say. The demo shows one, and tests ask it.

import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join, normalize } from 'node:path';

/** What happens to one answer. */
export type Fault =
  /** One byte is another one; the headers tell the truth of what is sent, so nothing shows but the bytes. */
  | { readonly kind: 'altered' }
  /** The headers and the length are those of the genuine file. */
  | { readonly kind: 'altered-beside-claims' }
  | { readonly kind: 'bytes'; readonly bytes: string | Uint8Array }
  /** The connection ends after so many bytes. */
  | { readonly kind: 'cut'; readonly after: number }
  /** A shorter file, whole by its own account. */
  | { readonly kind: 'shorter'; readonly by: number }
  | { readonly kind: 'padded'; readonly by: number }
  /** A byte at a time. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  | { readonly kind: 'page' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'wrong-sum-header' }
  /** Never an answer. */
  | { readonly kind: 'mute' }
  | { readonly kind: 'hang-up' }
  /** Only for who comes from this address. */
  | { readonly kind: 'for'; readonly address: string; readonly fault: Fault };

export interface FaultMirror {
  /** With a slash at its end. */
  readonly url: string;
  /** Served instead of the first folder from now on: yesterday's tree, say. */
  serve(folder: string): void;
  /**
   * By repository path, or for everything below a path that ends with a slash; the longest wins. An empty path is everything, `/` the root itself.
   */
  readonly faults: Map<string, Fault>;
  /** `GET path`, in the order of the requests. */
  readonly asked: string[];
  /** Another certificate for connections that come from now on. */
  renew(pair: { readonly certificatePem: string; readonly keyPem: string }): void;
  stop(): Promise<void>;
}

export interface FaultMirrorOptions {
  readonly folder: string;
  readonly address: string;
  /** 0: any that is free. */
  readonly port?: number;
  readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
  /** The first segment of the URL, where the repository is not at the root. */
  readonly base?: string;
}

/** Serves from the moment that it is returned. */
export async function startFaultMirror(options: FaultMirrorOptions): Promise<FaultMirror> {
  const { address, tls, port = 0, base = '' } = options;
  let { folder } = options;
  const faults = new Map<string, Fault>();
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    const path = pathOf(request.url ?? '/', base);
    asked.push(`${request.method} ${path ?? request.url}`);
    if (path === null) response.writeHead(404).end();
    else answer(request, response, join(folder, normalize(`/${path}`)), faultFor(path, faults, request));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(pairOf(tls), listener);
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await listening(server, port, address);
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${address}:${(server.address() as AddressInfo).port}/${base === '' ? '' : `${base}/`}`,
    serve: (other) => {
      folder = other;
    },
    faults,
    asked,
    renew: (pair) => {
      if ('setSecureContext' in server) server.setSecureContext(pairOf(pair));
      for (const socket of open) socket.destroy();
    },
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pairOf({ certificatePem, keyPem }: { readonly certificatePem: string; readonly keyPem: string }) {
  return { cert: certificatePem, key: keyPem };
}

function listening(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve());
  });
}

function pathOf(url: string, base: string): string | null {
  const path = decodeURIComponent(url.replace(/\?.*$/, '').slice(1));
  if (base === '') return path;
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : null;
}

function faultFor(path: string, faults: ReadonlyMap<string, Fault>, request: IncomingMessage): Fault | null {
  const keys = [...faults.keys()].filter(
    (key) => key === path || key === '' || (key === '/' && path === '') || (key.endsWith('/') && path.startsWith(key)),
  );
  const key = keys.sort((a, b) => b.length - a.length)[0];
  const fault = key === undefined ? null : (faults.get(key) ?? null);
  if (fault?.kind !== 'for') return fault;
  return request.socket.remoteAddress?.replace(/^::ffff:/, '') === fault.address ? fault.fault : null;
}

function answer(request: IncomingMessage, response: ServerResponse, file: string, fault: Fault | null): void {
  if (fault !== null && answersWithout(request, response, fault)) return;
  if (!statSync(file, { throwIfNoEntry: false })?.isFile() && fault?.kind !== 'bytes') {
    response.writeHead(404).end();
    return;
  }
  const genuine = fault?.kind === 'bytes' ? Buffer.from(fault.bytes) : readFileSync(file);
  const bytes = fault === null ? genuine : changed(genuine, fault);
  const headers = headersOf(fault?.kind === 'altered-beside-claims' ? genuine : bytes, file);
  if (fault?.kind === 'wrong-sum-header') headers['x-checksum-sha1'] = hash('sha1', 'something else');
  if (request.headers['if-none-match'] === headers.etag) response.writeHead(304, headers).end();
  else if (fault?.kind === 'drip') drip(response, bytes, headers, fault.everyMs);
  else if (fault?.kind === 'cut') cut(response, bytes, headers, fault.after);
  else send(request, response, bytes, headers);
}

/** The faults that need no file. */
function answersWithout(request: IncomingMessage, response: ServerResponse, fault: Fault): boolean {
  if (fault.kind === 'hang-up') request.socket.destroy();
  else if (fault.kind === 'status') response.writeHead(fault.status, fault.headers).end();
  else if (fault.kind === 'redirect') response.writeHead(302, { location: fault.to }).end();
  else if (fault.kind === 'page') send(request, response, Buffer.from(PAGE), { 'content-type': 'text/html' });
  else return fault.kind === 'mute';
  return true;
}

const PAGE = '<!doctype html>\n<html><head><title>404</title></head><body><h1>Not found</h1></body></html>\n';

function changed(genuine: Buffer, fault: Fault): Buffer {
  const bytes = Buffer.from(genuine);
  if (fault.kind === 'shorter') return bytes.subarray(0, Math.max(0, bytes.length - fault.by));
  if (fault.kind === 'padded') return Buffer.concat([bytes, Buffer.alloc(fault.by, ' ')]);
  if (fault.kind !== 'altered' && fault.kind !== 'altered-beside-claims') return bytes;
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

function headersOf(bytes: Buffer, file: string): Record<string, string> {
  const mtime = statSync(file, { throwIfNoEntry: false })?.mtime ?? null;
  return {
    'content-length': String(bytes.length),
    etag: `"${hash('md5', bytes)}"`,
    'x-checksum-sha1': hash('sha1', bytes),
    ...(mtime === null ? {} : { 'last-modified': mtime.toUTCString() }),
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(200, { 'content-length': String(bytes.length), ...headers });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function drip(response: ServerResponse, bytes: Buffer, headers: Record<string, string>, everyMs: number): void {
  response.writeHead(200, headers);
  let at = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(at, at + 1));
    at += 1;
    if (at >= bytes.length) response.end();
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

function cut(response: ServerResponse, bytes: Buffer, headers: Record<string, string>, after: number): void {
  response.writeHead(200, headers);
  response.write(bytes.subarray(0, after), () => response.destroy());
}
