import { HOUR, SECOND } from '../clock.ts';
import type { Certificate } from './connector.ts';
import type { Circumstances, HttpOptions, HttpOutcome, HttpRequest } from './contract.ts';
import { type Deadlines, type Exchange, exchange } from './exchange.ts';
import type { Held, Pools } from './pools.ts';
import { retryAfterMs } from './redirect.ts';
import type { Hold, Remote } from './remote.ts';

/** What a request goes through. */
export interface Asking {
  readonly options: HttpOptions;
  readonly deadlines: Deadlines;
  readonly pools: Pools;
  readonly remoteOf: (url: URL) => Remote;
}

/** 429 without a time. */
const QUIET_MS = 30 * SECOND;
/** Nobody is quiet for longer because a header says so. */
const LONGEST_QUIET_MS = 1 * HOUR;

/** Without what `follow` adds. */
type Bare<T> = T extends unknown ? Omit<T, keyof Circumstances> : never;

interface Once {
  readonly outcome: Bare<HttpOutcome>;
  readonly certificate: Certificate | null;
}

/** One request to one URL, unless its host is left alone. */
export async function askOnce(
  request: HttpRequest,
  url: URL,
  isFirstHost: boolean,
  asking: Asking,
  signal: AbortSignal,
): Promise<Once> {
  const { clock } = asking.options;
  const remote = asking.remoteOf(url);
  const held = request.isFresh === true ? null : remote.admit(clock.now());
  if (held !== null) return { outcome: heldBack(url, held), certificate: null };
  const key = {
    origin: url.origin,
    allowsPrivate: isFirstHost || request.redirectsToPrivate === true,
    ca: request.ca ?? null,
  };
  const pool = request.isFresh === true ? asking.pools.fresh(key) : asking.pools.get(key);
  try {
    const came = await send(request, url, isFirstHost, pool, asking, signal);
    if (came.kind === 'exchanged') {
      remote.answered();
      noteQuiet(came.answer.status, came.answer.headers['retry-after'], remote, clock.now());
      return { outcome: { kind: 'answer', ...came.answer }, certificate: pool.certificate };
    }
    const { stage, detail, sentence, fault } = came.why;
    if (stage !== 'address') remote.failed(clock.now());
    return {
      outcome: { kind: 'failure', stage, detail, sentence, retryAt: null },
      certificate: fault?.certificate ?? pool.certificate,
    };
  } finally {
    if (request.isFresh === true) await pool[Symbol.asyncDispose]();
  }
}

/** A GET or HEAD on a connection that the other side closed while we wrote is sent once more: nobody has seen it. */
async function send(
  request: HttpRequest,
  url: URL,
  isFirstHost: boolean,
  pool: Held,
  asking: Asking,
  signal: AbortSignal,
): Promise<Exchange> {
  const mayRepeat = pool.isUsed && (request.method === 'GET' || request.method === 'HEAD');
  const wanted = {
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: headersOf(request, isFirstHost, asking.options.userAgent),
    body: request.body ?? null,
    ceilingBytes: request.ceilingBytes,
    keep: request.keep ?? false,
    digests: request.digests ?? [],
    sink: request.sink ?? null,
    deadlines: { ...asking.deadlines, ...request.deadlines },
  };
  const came = await exchange(pool.pool, wanted, signal);
  if (came.kind === 'exchanged') pool.isUsed = true;
  else if (mayRepeat && came.why.stage === 'http') return await exchange(pool.pool, wanted, signal);
  return came;
}

const REDIRECT_STRIPS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

function headersOf(request: HttpRequest, isFirstHost: boolean, userAgent: string): Record<string, string> {
  // Bytes as they are: a sum is over what was published, not over what somebody compressed on the way.
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (isFirstHost || !REDIRECT_STRIPS.has(name)) headers[name] = value;
  }
  return headers;
}

function noteQuiet(status: number, retryAfter: string | undefined, remote: Remote, now: number): void {
  const asked = retryAfterMs(retryAfter, now);
  if (status !== 429 && !(status === 503 && asked !== null)) return;
  remote.quiet(now + Math.min(asked ?? QUIET_MS, LONGEST_QUIET_MS));
}

function heldBack(url: URL, held: Hold) {
  const sentence =
    held.reason === 'asked'
      ? `${url.host} asked for fewer requests and is left alone for now.`
      : `${url.host} did not answer several times in a row and is left alone for now.`;
  return { kind: 'failure', stage: 'held', detail: held.reason, sentence, retryAt: held.until } as const;
}
