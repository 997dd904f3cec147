// Clients that ask for published files over TLS without a pause, and look at every byte of what they get.

import { createHash } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority to trust at the start. */
  ca(): string;
  readonly clients: number;
  /** Lower-case hex of the SHA-256 by path. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Load {
  figures(): { readonly requests: number; readonly failed: number };
  /** Faults since the last time, in words, at most twenty. */
  takeFaults(): string[];
  /** Serial numbers of the certificates that were shown. */
  serials(): Set<string>;
  /** Ends connections when their answer is there, and opens new ones that trust this authority. */
  reconnect(ca: string): void;
  stop(): Promise<void>;
}

const MOST_FAULTS = 20;
/** Connections come and go under load, too. */
const REQUESTS_PER_CONNECTION = 500;

export function startLoad(options: LoadOptions): Load {
  const paths = [...options.files.keys()];
  const serials = new Set<string>();
  let agent = openAgent(options.ca());
  let faults: string[] = [];
  let requests = 0;
  let failed = 0;
  let isOver = false;
  const client = async (number: number): Promise<void> => {
    for (let turn = number; !isOver; turn += options.clients) {
      const path = paths[turn % paths.length] ?? '';
      const fault = await ask(options, path, agent, turn % REQUESTS_PER_CONNECTION === 0, serials);
      requests += 1;
      if (fault === null) continue;
      failed += 1;
      if (faults.length < MOST_FAULTS) faults.push(`${path}: ${fault}`);
    }
  };
  const running = Array.from({ length: options.clients }, (_, number) => client(number));
  return {
    figures: () => ({ requests, failed }),
    takeFaults() {
      const taken = faults;
      faults = [];
      return taken;
    },
    serials: () => new Set(serials),
    reconnect(ca) {
      // Idle connections end with their agent; one that is in use goes on to its end.
      const old = agent;
      agent = openAgent(ca);
      setTimeout(() => old.destroy(), 1000);
    },
    async stop() {
      isOver = true;
      await Promise.all(running);
      agent.destroy();
    },
  };
}

function openAgent(ca: string): Agent {
  return new Agent({ keepAlive: true, ca });
}

/** Null, or what was wrong with the answer. */
function ask(
  options: LoadOptions,
  path: string,
  agent: Agent,
  isLast: boolean,
  serials: Set<string>,
): Promise<string | null> {
  const { host, port, files } = options;
  const headers = isLast ? { connection: 'close' } : {};
  return new Promise((done) => {
    const asked = request(
      { host, port, path: `/${path}`, agent, headers, timeout: 30_000, servername: 'mirror.example.org' },
      (answer) => {
        const digest = createHash('sha256');
        serials.add((answer.socket as TLSSocket).getPeerCertificate().serialNumber);
        answer.on('data', (chunk: Buffer) => digest.update(chunk));
        answer.once('error', (error) => done(error.message));
        answer.once('end', () => {
          if (answer.statusCode !== 200) done(`answered ${answer.statusCode}`);
          else done(digest.digest('hex') === files.get(path) ? null : 'other bytes than the origin has');
        });
      },
    );
    asked.once('timeout', () => asked.destroy(new Error('no answer within 30 seconds')));
    asked.once('error', (error) => done(error.message));
    asked.end();
  });
}
