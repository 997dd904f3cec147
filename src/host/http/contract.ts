// What the HTTP client takes and gives. The door is host/http.

import { type Clock, MINUTE, SECOND } from '../clock.ts';
import type { Certificate } from './connector.ts';
import type { Body, Deadlines, DigestName, Unanswered } from './exchange.ts';

export interface HttpOptions {
  /** What we call ourselves, with an address where a person is reached: `userAgentOf`. */
  readonly userAgent: string;
  readonly clock: Clock;
  /** Spreads retries in time: at least 0, below 1. */
  readonly chance: () => number;
  /** Connections at a time to one host, 4 if not said. */
  readonly connections?: number;
  /** The address of this machine that we speak from; null or not said: the system's choice. */
  readonly localAddress?: string | null;
  /** Where other than `DEADLINES`. */
  readonly deadlines?: Partial<Deadlines>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without credentials. The address itself may lead anywhere: whoever configured it meant it. */
  readonly url: string | URL;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** An answer's body is read up to here and one byte further, never more. */
  readonly ceilingBytes: number;
  /** Keeps the whole body in memory; `ceilingBytes` is at most 64 MiB then. Without it only the first KiB is kept. */
  readonly keep?: boolean;
  readonly digests?: readonly DigestName[];
  /** Gets the body of a 2xx answer, chunk by chunk; reading waits for its promise, and what it throws is thrown. */
  readonly sink?: (chunk: Buffer) => void | Promise<void>;
  readonly deadlines?: Partial<Deadlines>;
  /** How many redirects a GET or HEAD follows, 5 if not said; 0: the redirect itself is the answer. */
  readonly redirects?: number;
  /** Whether a redirect may lead to loopback, private and link-local addresses other than the host that was asked for. */
  readonly redirectsToPrivate?: boolean;
  /** PEM of the authorities that are trusted instead of the public ones. */
  readonly ca?: string | null;
  /** Over a connection of its own that nobody used before, also to a host that is left alone at the time: to ask again where an answer is in doubt. */
  readonly isFresh?: boolean;
  /** How often it may be sent again when nobody answered, or with 429, 502, 503 or 504: only for what can be done twice. 0 if not said. */
  readonly retries?: number;
}

export interface Hop {
  readonly url: string;
  readonly status: number;
}

/** What travels with every outcome. */
export interface Circumstances {
  readonly url: string;
  /** The last one that was asked for. */
  readonly finalUrl: string;
  /** The redirects that were followed. */
  readonly hops: readonly Hop[];
  /** Of the last host asked, as of its newest connection. A `failure` at `tls` has the one that was refused. */
  readonly certificate: Certificate | null;
  /** Epoch milliseconds. */
  readonly askedAt: number;
  readonly endedAt: number;
}

export interface HttpAnswer extends Circumstances {
  readonly kind: 'answer';
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** Names in lower case. Values are the peer's choice: cut and escape them before they are shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

export interface HttpFailure extends Circumstances {
  readonly kind: 'failure';
  /**
   * `http`: no HTTP, or the connection ended too early. `redirect`, `address`: it leads where we do not go. `held`: nothing was sent, the host is
   * left alone until `retryAt`, because it did not answer or asked for quiet.
   */
  readonly stage: Unanswered['stage'] | 'redirect' | 'held';
  /** For programs: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly detail: string;
  readonly sentence: string;
  readonly retryAt: number | null;
}

export type HttpOutcome = HttpAnswer | HttpFailure;

export interface HttpClient extends AsyncDisposable {
  /** What the network does is a value. Rejects with the signal's reason when aborted, with what the sink threw, and for a URL that is none. */
  ask(request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome>;
  /** Until when nobody asks a host, or null. `url` is any on it. */
  heldUntil(url: string | URL): number | null;
}

export const DEADLINES: Deadlines = {
  connectMs: 10 * SECOND,
  tlsMs: 10 * SECOND,
  headersMs: 30 * SECOND,
  idleMs: 30 * SECOND,
  totalMs: 10 * MINUTE,
  minBytesPerSecond: 1024,
  rateWindowMs: 30 * SECOND,
};
