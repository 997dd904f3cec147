// A client of the mirror, as a build tool is one: HTTPS, the demo's own authority and nothing else trusted, one connection used again.

import { Agent, request } from 'node:https';
import { SECOND } from '../host/clock.ts';
import { judgeVisit, type WrongAnswer } from './comparison.ts';
import type { Answer } from './repository/origin-change.ts';
import type { Teller } from './teller.ts';

export interface Visit {
  readonly status: number;
  /** The reason phrase of the status line, where a mirror writes its verdict. */
  readonly reason: string;
  readonly bytes: Buffer;
}

export interface Visitor extends Disposable {
  /** Asks for one repository path. Rejects when there is no whole answer within ten seconds. */
  get(path: string, signal: AbortSignal): Promise<Visit>;
  /** Jars that were got in full. */
  jars(): number;
}

const DEADLINE_MS = 10 * SECOND;
const CEILING_BYTES = 16 * 1024 * 1024;
const CONNECTIONS = 4;

/** `base` is the mirror's URL with a slash at its end. */
export function openVisitor(base: string, caPem: string): Visitor {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: caPem });
  let jars = 0;
  return {
    async get(path, signal) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
      const visit = await ask(new URL(encodePath(path), base), agent, until);
      if (visit.status === 200 && path.endsWith('.jar')) jars += 1;
      return visit;
    },
    jars: () => jars,
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** A repository path as it stands in a URL; `+` becomes `%2B`, which means the same everywhere. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function ask(url: URL, agent: Agent, signal: AbortSignal): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > CEILING_BYTES) asked.destroy(new Error(`more than ${CEILING_BYTES} bytes from ${url.href}`));
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          bytes: Buffer.concat(chunks),
        });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

const VISITS_AT_ONCE = 4;

/** Asks for each path and gives the answers that are not what they must be. */
export async function visitAll(
  answers: readonly Answer[],
  visitor: Visitor,
  teller: Teller,
  signal: AbortSignal,
): Promise<WrongAnswer[]> {
  const wrong: WrongAnswer[] = [];
  const waiting = answers.values();
  let done = 0;
  const worker = async (): Promise<void> => {
    for (const answer of waiting) {
      const judged = judgeVisit(answer, await visitor.get(answer.path, signal));
      if (judged !== null) wrong.push(judged);
      done += 1;
      teller.bar('read back over HTTPS:', done, answers.length);
    }
  };
  await Promise.all(Array.from({ length: VISITS_AT_ONCE }, worker));
  return wrong;
}
