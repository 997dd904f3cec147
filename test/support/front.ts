// Something that stands where build tools look for a server, and remembers what it was asked: in front of a mirror, to alter one file on its way
// or to die in the middle; or in place of an origin, to see that nobody comes.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface Asked {
  readonly method: string;
  /** Without the slash before it; of a CONNECT the host that was meant. */
  readonly path: string;
  readonly status: number;
}

export interface Front {
  /** With a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** PEM. Without: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Base URL of the server behind. */
  readonly to: string;
  /** What becomes of a body on its way. */
  readonly alter?: (path: string, body: Buffer) => Buffer;
  /** After so many answers nothing answers any more, in the middle of whatever goes on. */
  readonly diesAfter?: number;
}

/** Passes requests on, headers and all. */
export async function startFront(t: Pick<TestContext, 'after'>, options: FrontOptions): Promise<Front> {
  return await start(t, options.tls, (message, answer, front) => {
    const path = pathOf(message);
    const upstream = request(new URL(path, options.to), {
      method: message.method,
      headers: message.headers,
      agent: false,
    });
    upstream.on('error', () => answer.destroy());
    upstream.on('response', (came) => {
      const chunks: Buffer[] = [];
      came.on('data', (chunk: Buffer) => chunks.push(chunk));
      came.on('end', () => {
        const whole = Buffer.concat(chunks);
        const body = options.alter?.(path, whole) ?? whole;
        const headers = body === whole ? came.headers : { ...came.headers, 'content-length': String(body.length) };
        front.asked.push({ method: message.method ?? '', path, status: came.statusCode ?? 0 });
        answer.writeHead(came.statusCode ?? 502, headers);
        answer.end(body);
        if (front.asked.length === options.diesAfter) void front.stop();
      });
    });
    message.pipe(upstream);
  });
}

/** Takes uploads, has nothing, and opens no way to anywhere: a CONNECT is remembered and refused. */
export async function startNowhere(t: Pick<TestContext, 'after'>, tls?: FrontOptions['tls']): Promise<Front> {
  return await start(t, tls, (message, answer, front) => {
    message.resume();
    message.on('end', () => {
      const status = message.method === 'PUT' ? 201 : 404;
      front.asked.push({ method: message.method ?? '', path: pathOf(message), status });
      answer.writeHead(status).end();
    });
  });
}

async function start(
  t: Pick<TestContext, 'after'>,
  tls: FrontOptions['tls'],
  handle: (message: IncomingMessage, answer: ServerResponse, front: Front) => void,
): Promise<Front> {
  const sockets = new Set<Socket>();
  const asked: Asked[] = [];
  const onRequest = (message: IncomingMessage, answer: ServerResponse) => handle(message, answer, front);
  const server: Server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    asked.push({ method: 'CONNECT', path: message.url ?? '', status: 403 });
    // Not a 503, which Maven would ask again for half a minute.
    socket.end('HTTP/1.1 403 nobody is there\r\n\r\n');
  });
  // By no other name of this machine does Maven take plain HTTP.
  const host = '127.0.0.1';
  await new Promise<void>((done) => {
    server.listen(0, host, done);
  });
  const { port } = server.address() as AddressInfo;
  const front: Front = {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}/`,
    port,
    asked,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => {
        server.close(() => done());
      });
    },
  };
  t.after(() => front.stop());
  return front;
}

function pathOf(message: IncomingMessage): string {
  const target = message.url ?? '';
  return target.startsWith('/') ? target.slice(1) : target;
}
