// The other side of the HTTP client: real servers on loopback, and a client that is closed with the test.

import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { ownLoopbackAddress } from '../../src/demo/loopback.ts';
import { systemClock } from '../../src/host/clock.ts';
import { type HttpAnswer, type HttpClient, type HttpOptions, type HttpOutcome, openHttp } from '../../src/host/http.ts';

type After = Pick<TestContext, 'after'>;

export const NEVER = new AbortController().signal;
export const LOOPBACK = ownLoopbackAddress(process.pid);

/** A client of a user agent that does not retry by chance. */
export function client(t: After, options: Partial<HttpOptions> = {}): HttpClient {
  const made = openHttp({
    userAgent: 'assay/test (test@example.org)',
    clock: systemClock,
    chance: () => 0,
    ...options,
  });
  t.after(() => made[Symbol.asyncDispose]());
  return made;
}

/** Its URL ends with a slash. */
export async function httpServer(t: After, listener: RequestListener): Promise<string> {
  return `http://${LOOPBACK}:${await listen(t, createServer(listener))}/`;
}

export async function tlsServer(t: After, pair: { cert: string; key: string }, listener: RequestListener) {
  return await listen(t, createTlsServer(pair, listener));
}

/** A server that speaks whatever the test writes. */
export async function rawServer(t: After, onConnection: (socket: Socket) => void): Promise<string> {
  return `http://${LOOPBACK}:${await listen(t, createTcpServer(onConnection))}/`;
}

/** The port. Connections that are still open end with the test. */
export async function listen(t: After, server: Server, address = LOOPBACK): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  t.after(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export function answered(outcome: HttpOutcome): HttpAnswer {
  if (outcome.kind === 'answer') return outcome;
  throw new Error(`no answer: ${outcome.stage}: ${outcome.sentence}`);
}

/** `stage detail` of what failed, `status` of what did not. */
export function brief(outcome: HttpOutcome): string {
  return outcome.kind === 'answer' ? String(outcome.status) : `${outcome.stage} ${outcome.detail}`;
}
