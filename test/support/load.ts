// Clients that go on asking for one file while something is done to the server.

import { existsSync, readFileSync } from 'node:fs';
import { get as getHttp, Agent as HttpAgent, type RequestOptions } from 'node:http';
import { get as getHttps, Agent as HttpsAgent } from 'node:https';

/** One connection each. */
export const CLIENTS = 8;

/** Not gone before its parent has taken leave of it: until then one of its threads may hold the socket. */
export function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** Sockets that listen on the port, one of each process that serves. */
export function listenersAt(url: string): number {
  const local = `:${Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n');
  // proc(5): local address, remote address, state; 0A is LISTEN.
  return lines.map((line) => line.trim().split(/ +/)).filter(([, at, , state]) => at?.endsWith(local) && state === '0A')
    .length;
}

export interface Told {
  right: number;
  wrong: number;
  /** Connections that ended under a request; it was sent once more. */
  cut: number;
  lostTwice: number;
}

/** Clients with one connection each that ask without a pause, as a build does, and ask once more what was cut. */
export function startLoad(
  url: string,
  expected: string,
  options: RequestOptions & { rejectUnauthorized?: boolean },
): { stop(): Promise<Told> } {
  const told: Told = { right: 0, wrong: 0, cut: 0, lostTwice: 0 };
  let isOver = false;
  const work = async () => {
    const agent = url.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
      : new HttpAgent({ keepAlive: true, maxSockets: 1 });
    while (!isOver) {
      const first = await ask(url, { ...options, agent });
      const answer = first ?? (await ask(url, { ...options, agent: false }));
      if (first === null) told.cut += 1;
      if (answer === null) told.lostTwice += 1;
      else if (answer === `200 ${expected}`) told.right += 1;
      else told.wrong += 1;
    }
    agent.destroy();
  };
  const working = Promise.all(Array.from({ length: CLIENTS }, work));
  return {
    async stop() {
      isOver = true;
      await working;
      return told;
    },
  };
}

/** Status and body; null when the connection failed. */
function ask(url: string, options: RequestOptions): Promise<string | null> {
  return new Promise((done) => {
    const request = (url.startsWith('https:') ? getHttps : getHttp)(url, options, (answer) => {
      let text = `${answer.statusCode} `;
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.once('error', () => done(null));
      answer.once('end', () => done(text));
    });
    request.setTimeout(30_000, () => request.destroy(new Error('no answer')));
    request.once('error', () => done(null));
  });
}
