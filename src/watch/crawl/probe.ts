// One request to one mirror for one path, and what came back as the judge takes it.

import type { Evidence } from '../../finding/finding.ts';
import type { Deadlines, DigestName, HttpAnswer, HttpClient, HttpOutcome } from '../../host/http.ts';
import type { SumAlgorithm } from '../../maven/kind.ts';
import { looksLikePage, METADATA_CEILING } from '../../maven/metadata.ts';
import type { Claims, Observation, Proof } from './judge.ts';

/** How a mirror is reached. */
export interface Reach {
  readonly name: string;
  /** With a slash at its end. */
  readonly url: string;
  readonly ca: string | null;
  readonly redirectsToPrivate: boolean;
}

export interface ProbeRequest {
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly method: 'HEAD' | 'GET';
  /** Of the file that is expected: a body is read up to there, and one byte further. */
  readonly sizeBytes: number;
  /** Small files that have to be read are kept: metadata and sums, up to a ceiling of their own. */
  readonly keep: boolean;
  readonly digests: readonly DigestName[];
  /** Gets the body as it comes. */
  readonly sink?: (chunk: Buffer) => void;
  /** Over a connection that nobody used before. */
  readonly isFresh: boolean;
}

export interface Probe {
  readonly observation: Observation;
  readonly evidence: Evidence;
  /** Further digests of the body, where they were asked for. */
  readonly digests: Readonly<Partial<Record<DigestName, string>>>;
  readonly bytes: number;
  readonly requests: number;
  readonly outcome: HttpOutcome;
}

/** Crawls are patient, and not for ever: 40 seconds until a claim, ten minutes for a body that comes at its minimum rate. */
const DEADLINES: Partial<Deadlines> = { headersMs: 30_000, totalMs: 600_000 };
const REDIRECTS = 5;
/** A checksum file is never longer, whatever is written beside the sum. */
const SUM_CEILING = 4096;

export async function probe(
  reach: Reach,
  request: ProbeRequest,
  http: HttpClient,
  vantage: string,
  signal: AbortSignal,
): Promise<Probe> {
  const outcome = await http.ask(
    {
      method: request.method,
      url: urlOf(reach.url, request.path) + (request.query === undefined ? '' : `?${request.query}`),
      ceilingBytes: ceilingOf(request),
      keep: request.keep,
      digests: request.method === 'HEAD' ? [] : request.digests,
      deadlines: DEADLINES,
      redirects: REDIRECTS,
      redirectsToPrivate: reach.redirectsToPrivate,
      ca: reach.ca,
      isFresh: request.isFresh,
      ...(request.sink === undefined ? {} : { sink: request.sink }),
    },
    signal,
  );
  if (outcome.kind === 'failure') {
    const { stage, detail, sentence } = outcome;
    const observation = { kind: 'unanswered', stage, detail, sentence } as const;
    const evidence = evidenceOf(outcome, vantage);
    return { observation, evidence, digests: {}, bytes: 0, requests: stage === 'held' ? 0 : 1, outcome };
  }
  const { body, status } = outcome;
  return {
    observation: {
      kind: 'answered',
      method: request.method,
      status,
      claims: claimsOf(outcome),
      proof: request.method === 'GET' && status === 200 ? proofOf(outcome, request.keep) : null,
    },
    // Most answers are as they should be, and nobody asks for more.
    get evidence() {
      return evidenceOf(outcome, vantage);
    },
    digests: body.digests,
    bytes: body.sizeBytes,
    requests: 1 + outcome.hops.length,
    outcome,
  };
}

function ceilingOf({ keep, path, sizeBytes }: ProbeRequest): number {
  if (!keep) return sizeBytes;
  return path.endsWith('.xml') ? METADATA_CEILING : Math.max(sizeBytes, SUM_CEILING);
}

/** Where a path lies at a mirror. `+` is written as %2B: servers differ in what they take a bare one for. */
export function urlOf(base: string, path: string): string {
  return base + path.split('/').map(encodeURIComponent).join('/');
}

function proofOf({ body }: HttpAnswer, keep: boolean): Proof {
  return {
    end: body.end,
    sizeBytes: body.sizeBytes,
    sha256: body.digests.sha256 ?? '',
    isPage: looksLikePage(body.bytes),
    bytes: keep ? body.bytes : null,
  };
}

const SUMS: readonly SumAlgorithm[] = ['md5', 'sha1', 'sha256', 'sha512'];
const HEX_LENGTH: Readonly<Record<SumAlgorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** The header names of repository servers (X-Checksum-*), of S3 user metadata and of Maven Central's. */
const SUM_HEADERS: readonly (readonly [SumAlgorithm, string])[] = SUMS.flatMap((name) =>
  [`x-checksum-${name}`, `x-amz-meta-checksum-${name}`, `x-goog-meta-checksum-${name}`].map(
    (header): [SumAlgorithm, string] => [name, header],
  ),
);

function claimsOf({ headers, body }: HttpAnswer): Claims {
  const sums: Partial<Record<SumAlgorithm, string>> = {};
  for (const [name, header] of SUM_HEADERS) {
    const value = headers[header];
    if (value !== undefined && sums[name] === undefined) sums[name] = value.trim().toLowerCase();
  }
  for (const name of SUMS) {
    if (sums[name] !== undefined && !isHex(sums[name], HEX_LENGTH[name])) delete sums[name];
  }
  const length = headers['content-length'];
  const modified = headers['last-modified'];
  const encoding = headers['content-encoding'];
  return {
    sizeBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null,
    lastModified: modified === undefined ? null : (numberOr(Date.parse(modified)) ?? null),
    sums,
    contentEncoding: encoding === undefined || encoding === 'identity' || body.end === 'cut' ? null : cut(encoding, 40),
  };
}

function isHex(text: string, length: number): boolean {
  return text.length === length && /^[0-9a-f]+$/.test(text);
}

function numberOr(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** What tells how a mirror works, and nothing that names us: no cookies, no addresses. */
const TOLD: readonly string[] = [
  ...['age', 'cache-control', 'content-encoding', 'content-length', 'content-type', 'date', 'etag', 'last-modified'],
  ...['retry-after', 'server', 'via', 'x-cache', 'x-served-by', 'location'],
  ...SUM_HEADERS.map(([, header]) => header),
];
const MOST_CHARACTERS = 200;

function evidenceOf(outcome: HttpOutcome, vantage: string): Evidence {
  const headers: Record<string, string> = {};
  if (outcome.kind === 'answer') {
    for (const name of TOLD) {
      const value = outcome.headers[name];
      if (value !== undefined) headers[name] = cut(value, MOST_CHARACTERS);
    }
  }
  return {
    url: cut(outcome.url, 2000),
    finalUrl: cut(outcome.finalUrl, 2000),
    status: outcome.kind === 'answer' ? outcome.status : null,
    failure: outcome.kind === 'failure' ? failureOf(outcome.stage) : null,
    headers,
    askedAt: outcome.askedAt,
    answeredAt: outcome.endedAt,
    vantage,
  };
}

/** The five words of the verdict `unreachable`. A redirect to where we do not go is a fault of what was said over HTTP. */
function failureOf(stage: string): string {
  return ['dns', 'connect', 'tls', 'timeout'].includes(stage) ? stage : 'http';
}

/** Printable, and short: the other side chose it. */
function cut(text: string, most: number): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length <= most ? plain : `${plain.slice(0, most)}...`;
}
