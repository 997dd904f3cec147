// A store that misbehaves: a proxy in front of a real one, which answers some requests itself, cuts connections, or drops what it should heed.

import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface Passing {
  readonly method: string;
  /** With its query, as it came. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** What becomes of a request. */
export type Fate =
  | { readonly kind: 'pass' }
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** The connection ends when so many bytes of the body have come. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Passed on, and the connection ends in place of the answer. */
  | { readonly kind: 'unheard' }
  /** Passed on without these headers and without a signature, with one bit of the body changed if so wished: to a bucket that is open to all. */
  | { readonly kind: 'strip'; readonly headers: readonly string[]; readonly flips?: boolean };

export const PASS: Fate = { kind: 'pass' };

export interface StoreProxy {
  readonly endpoint: string;
  /** Asked anew for each request. */
  fate: (request: Passing) => Fate;
  readonly seen: Passing[];
}

export async function storeProxy(t: TestContext, endpoint: string): Promise<StoreProxy> {
  const target = new URL(endpoint);
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const passing = { method, url, headers };
    proxy.seen.push(passing);
    settle(proxy.fate(passing), request, response, target);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, target.hostname, resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const proxy: StoreProxy = { endpoint: `http://${target.hostname}:${port}`, fate: () => PASS, seen: [] };
  return proxy;
}

function settle(fate: Fate, request: IncomingMessage, response: ServerResponse, target: URL): void {
  switch (fate.kind) {
    case 'answer':
      request.resume();
      request.once('end', () => {
        response.writeHead(fate.status, { 'content-type': 'application/xml' });
        response.end(`<Error><Code>${fate.code}</Code><Message>as told</Message></Error>`);
      });
      return;
    case 'cut':
      cutAfter(request, fate.afterBytes);
      return;
    case 'unheard':
      request.pipe(passOn(request, request.headers, target, () => request.socket.destroy()));
      return;
    case 'strip':
      stripped(request, response, fate, target);
      return;
    case 'pass':
      request.pipe(passOn(request, request.headers, target, (answer) => answerWith(answer, response)));
  }
}

function cutAfter(request: IncomingMessage, afterBytes: number): void {
  let left = afterBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left <= 0) request.socket.destroy();
  });
  request.once('end', () => request.socket.destroy());
}

function stripped(
  request: IncomingMessage,
  response: ServerResponse,
  fate: Extract<Fate, { kind: 'strip' }>,
  target: URL,
): void {
  const dropped = new Set([...fate.headers, 'authorization', 'x-amz-date', 'x-amz-content-sha256']);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name)));
  const onward = passOn(request, headers, target, (answer) => answerWith(answer, response));
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const body = Buffer.concat(chunks);
    if (fate.flips === true && body.length > 0) body[0] = (body[0] ?? 0) ^ 1;
    onward.end(body);
  });
}

/** With the host that it was sent to: it is signed. */
function passOn(
  { method, url }: IncomingMessage,
  headers: IncomingMessage['headers'],
  target: URL,
  onAnswer: (answer: IncomingMessage) => void,
): ClientRequest {
  const { hostname: host, port } = target;
  const onward = send({ host, port, method, path: url, headers, agent: false }, onAnswer);
  // The client has gone, or the store has: either way its own side tells.
  onward.on('error', () => onward.destroy());
  return onward;
}

function answerWith(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}
