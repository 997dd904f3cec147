// One request to one address and what came back: the body hashed and handed on as it streams, never more of it held than is asked for.

import { createHash, type Hash } from 'node:crypto';
import { type Dispatcher, errors } from 'undici';
import { SECOND } from '../clock.ts';
import { systemCode } from '../error.ts';
import { ConnectFault, type ConnectStage } from './connector.ts';

export type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha512';

/**
 * How a body ended. `whole`: as long as its own framing says; `ceiling`: it goes on beyond the ceiling and was left there; `cut`: the connection
 * ended before it did; `slow`: silent for too long, below the minimum rate, or not done at the total deadline.
 */
export type BodyEnd = 'whole' | 'ceiling' | 'cut' | 'slow';

export interface Body {
  readonly end: BodyEnd;
  /** Bytes that were read, at most the ceiling and one. */
  readonly sizeBytes: number;
  /** Its first bytes, at most 1 KiB; all of it where the request said `keep`. */
  readonly bytes: Buffer;
  /** Of the bytes that were read, up to the ceiling; lower-case hex. */
  readonly digests: Readonly<Partial<Record<DigestName, string>>>;
}

export interface Exchanged {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case; several of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** Why there is no answer. `http`: what came is none, or nothing came before the connection ended. */
export interface Unanswered {
  readonly stage: ConnectStage | 'http';
  readonly detail: string;
  readonly sentence: string;
  readonly fault: ConnectFault | null;
}

export type Exchange =
  | { readonly kind: 'exchanged'; readonly answer: Exchanged }
  | { readonly kind: 'unanswered'; readonly why: Unanswered };

export interface Deadlines {
  /** Resolving and connecting. */
  readonly connectMs: number;
  readonly tlsMs: number;
  /** From the request to the end of the answer's headers. */
  readonly headersMs: number;
  /** Silence within a body. */
  readonly idleMs: number;
  /** All of it, waiting for a free connection included. */
  readonly totalMs: number;
  /** A body that comes slower than this, over any `rateWindowMs`, is given up; 0: never. */
  readonly minBytesPerSecond: number;
  readonly rateWindowMs: number;
}

export interface ExchangeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | null;
  readonly ceilingBytes: number;
  readonly keep: boolean;
  readonly digests: readonly DigestName[];
  /** Gets the body of a 2xx answer, chunk by chunk; reading waits for its promise. */
  readonly sink: ((chunk: Buffer) => void | Promise<void>) | null;
  readonly deadlines: Deadlines;
}

const BEGINNING_BYTES = 1024;

/** Rejects with the signal's reason when aborted, and with what the sink threw; everything the network does is a value. */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest, signal: AbortSignal): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const course = new Course(request, signal, resolve, reject);
    dispatcher.dispatch(
      {
        method: request.method as Dispatcher.HttpMethod,
        path: request.path,
        headers: request.headers,
        body: request.body,
        headersTimeout: request.deadlines.headersMs,
        bodyTimeout: request.deadlines.idleMs,
        // Without it every HEAD would end its connection.
        reset: false,
      },
      course,
    );
  });
}

interface Head {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

class Course implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #signal: AbortSignal;
  readonly #resolve: (value: Exchange) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #total: NodeJS.Timeout;
  readonly #onAbort: () => void;
  #controller: Dispatcher.DispatchController | null = null;
  #settled = false;
  #head: Head | null = null;
  #size = 0;
  #held: Buffer[] = [];
  #hashes: Hash[] = [];
  #rate: NodeJS.Timeout | null = null;

  constructor(
    request: ExchangeRequest,
    signal: AbortSignal,
    resolve: (value: Exchange) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onAbort = () => this.#fail(signal.reason);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    const { totalMs } = request.deadlines;
    this.#total = setTimeout(
      () => this.#late(`No whole answer within ${Math.round(totalMs / SECOND)} seconds.`),
      totalMs,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    reason?: string,
  ): void {
    // Informational answers come before the real one (RFC 9110, 15.2).
    if (status < 200) return;
    this.#head = { status, reason: reason ?? '', headers: flat(headers) };
    if (this.#request.method === 'HEAD') return;
    this.#hashes = this.#request.digests.map((name) => createHash(name));
    this.#watchRate();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    const { ceilingBytes, keep, sink } = this.#request;
    const room = ceilingBytes + 1 - this.#size;
    const piece = chunk.length > room ? chunk.subarray(0, room) : chunk;
    const within = this.#size + piece.length > ceilingBytes ? piece.subarray(0, ceilingBytes - this.#size) : piece;
    for (const hash of this.#hashes) hash.update(within);
    if (keep || this.#size < BEGINNING_BYTES) this.#held.push(keep ? piece : piece.subarray(0, BEGINNING_BYTES));
    this.#size += piece.length;
    if (this.#size > ceilingBytes) {
      this.#end('ceiling');
      return;
    }
    if (sink === null || !isGood(this.#head)) return;
    this.#pour(piece, sink, controller);
  }

  #pour(piece: Buffer, sink: (chunk: Buffer) => void | Promise<void>, controller: Dispatcher.DispatchController): void {
    try {
      const taken = sink(piece);
      if (taken === undefined) return;
      controller.pause();
      taken.then(
        () => controller.resume(),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseEnd(): void {
    this.#end('whole');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return;
    if (this.#head !== null) this.#end(error instanceof errors.BodyTimeoutError ? 'slow' : 'cut');
    else this.#settle({ kind: 'unanswered', why: unanswered(error) });
  }

  /** A paused body is not the peer's fault: what the sink has not taken does not count against it. */
  #watchRate(): void {
    const { minBytesPerSecond, rateWindowMs } = this.#request.deadlines;
    if (minBytesPerSecond === 0) return;
    let before = 0;
    this.#rate = setInterval(() => {
      const came = this.#size - before;
      before = this.#size;
      if (this.#controller?.paused === true) return;
      if (came < (minBytesPerSecond * rateWindowMs) / SECOND) this.#end('slow');
    }, rateWindowMs);
  }

  #late(sentence: string): void {
    if (this.#head !== null) this.#end('slow');
    else this.#settle({ kind: 'unanswered', why: { stage: 'timeout', detail: 'ETIMEDOUT', sentence, fault: null } });
  }

  #end(end: BodyEnd): void {
    if (this.#head === null) return;
    const digests: Partial<Record<DigestName, string>> = {};
    this.#request.digests.forEach((name, at) => {
      const hash = this.#hashes[at];
      if (hash !== undefined && !this.#settled) digests[name] = hash.digest('hex');
    });
    const { keep } = this.#request;
    const held = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    const bytes = keep ? held : held.subarray(0, BEGINNING_BYTES);
    this.#settle({
      kind: 'exchanged',
      answer: { ...this.#head, body: { end, sizeBytes: this.#size, bytes, digests } },
    });
    if (end !== 'whole') this.#controller?.abort(new Error(`body: ${end}`));
  }

  #settle(value: Exchange): void {
    if (this.#release()) this.#resolve(value);
    if (value.kind === 'unanswered') this.#controller?.abort(new Error(value.why.detail));
  }

  #fail(reason: unknown): void {
    if (this.#release()) this.#reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error('given up'));
  }

  /** False when it had ended already. */
  #release(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#total);
    if (this.#rate !== null) clearInterval(this.#rate);
    this.#signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

function isGood(head: Head | null): boolean {
  return head !== null && head.status >= 200 && head.status < 300;
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return out;
}

function unanswered(error: Error): Unanswered {
  if (error instanceof ConnectFault) {
    return { stage: error.stage, detail: error.detail, sentence: error.message, fault: error };
  }
  const code = systemCode(error) ?? 'EUNKNOWN';
  if (error instanceof errors.HeadersTimeoutError)
    return { stage: 'timeout', detail: 'ETIMEDOUT', sentence: 'Connected, but no answer came in time.', fault: null };
  const sentence =
    error instanceof errors.SocketError || ['ECONNRESET', 'EPIPE'].includes(code)
      ? `The connection ended before an answer came (${code}).`
      : `What answers does not speak HTTP as it should (${code}).`;
  return { stage: 'http', detail: code, sentence, fault: null };
}
