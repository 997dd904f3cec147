// A TCP proxy that makes a server be further away: what each side sends arrives half a round trip later. It counts requests on the way.

import { connect, createServer, type Socket } from 'node:net';

export interface Distance extends AsyncDisposable {
  /** Base URL with a slash. */
  readonly url: string;
  requests(): number;
}

const REQUEST = /(?:GET|HEAD) \/\S* HTTP\/1\.1\r\n/g;

export async function startDistance(server: string, roundTripMs: number): Promise<Distance> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let requests = 0;
  const proxy = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (chunk: Buffer) => {
      requests += chunk.toString('latin1').match(REQUEST)?.length ?? 0;
    });
    carry(client, upstream, roundTripMs / 2);
    carry(upstream, client, roundTripMs / 2);
  });
  await new Promise<void>((done) => {
    proxy.listen(0, '127.0.0.1', done);
  });
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => {
        proxy.close(() => done());
      });
    },
  };
}

/** Chunks keep their order, since timers of one length do. */
function carry(from: Socket, to: Socket, delayMs: number): void {
  if (delayMs === 0) {
    from.pipe(to);
    return;
  }
  from.on('data', (chunk: Buffer) => setTimeout(() => to.writable && to.write(chunk), delayMs));
  from.on('end', () => setTimeout(() => to.end(), delayMs));
}
