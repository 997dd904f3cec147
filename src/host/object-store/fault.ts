// What object stores answer when they do not do what was asked, and what the machine says when they do not answer, as one closed union.

import { CodedError, systemCode } from '../error.ts';

export type StoreFaultKind =
  /** 404: no such object (of a HEAD also: no such bucket, the two cannot be told apart). */
  | 'absent'
  /** 412: `If-None-Match: *` met an object, or `If-Match` another one. */
  | 'exists'
  /** 409: another conditional write of the same key was under way; ask again. */
  | 'contended'
  | 'no-bucket'
  /** 403 without a word about the credentials: they may not do this, or (GET, HEAD) may not know that there is nothing. */
  | 'denied'
  /** The credentials are unknown, wrong, or expired. */
  | 'credentials'
  /** There are none: the file cannot be used, or the chain found nothing. */
  | 'no-credentials'
  | 'clock-skew'
  | 'wrong-region'
  /** The store saw other bytes than were sent, by their sum. */
  | 'damaged'
  | 'unsupported'
  /** 503 and 429: slower, please. The client has retried already. */
  | 'slow-down'
  | 'unreachable'
  /** The connection was cut in the middle. */
  | 'cut'
  | 'timeout'
  /** 5xx. */
  | 'store-failed'
  /** Anything else; the sentence has the store's own word for it. */
  | 'refused';

/** Expected bad news of a store. The sentence names what was asked and the store's own code, never credentials. */
export interface StoreFault {
  readonly kind: StoreFaultKind;
  readonly sentence: string;
  /** What a person does next; null where it is obvious or the next try helps. */
  readonly remedy: string | null;
  /** HTTP status, null where nothing was answered. */
  readonly status: number | null;
}

/** Faults that say nothing about the object: every other request would meet them as well. */
const OF_THE_STORE: readonly StoreFaultKind[] = [
  ...(['no-bucket', 'denied', 'credentials', 'no-credentials', 'clock-skew', 'wrong-region'] as const),
  ...(['slow-down', 'unreachable', 'timeout', 'cut', 'store-failed'] as const),
];

/** Whether going on with the next object is pointless. */
export function isOfTheStore(fault: StoreFault): boolean {
  return OF_THE_STORE.includes(fault.kind);
}

/** `asked`: what was asked, for people: `PUT org/example/a.jar`. Throws again what no store can mean: an abort, a bug. */
export function faultOf(error: unknown, asked: string, signal: AbortSignal): StoreFault {
  signal.throwIfAborted();
  if (error instanceof CodedError)
    return { kind: 'no-credentials', sentence: error.message, remedy: error.remedy, status: null };
  const answer = answerOf(error);
  const kind = answer.status === null ? withoutAnswer(error, answer.code) : kindOfAnswer(answer.code, answer.status);
  if (kind === null) throw error;
  const word = answer.status === null ? answer.code : `${answer.status} ${answer.code}`;
  return {
    kind,
    sentence: `${asked}: ${MEANING[kind]} (${word}).`,
    remedy: remedyOf(kind, answer),
    status: answer.status,
  };
}

/** What a condition that does not hold is answered with. */
export function existsFault(asked: string): StoreFault {
  const sentence = `${asked}: ${MEANING.exists} (412 PreconditionFailed).`;
  return { kind: 'exists', sentence, remedy: null, status: 412 };
}

interface Answer {
  readonly code: string;
  readonly status: number | null;
  /** Where the bucket is, when the store says so. */
  readonly region: string | null;
}

function answerOf(error: unknown): Answer {
  const name = error instanceof Error ? error.name : 'UnknownError';
  // The client puts its notes on errors of the network, too: there is an answer only where there is a status.
  const metadata = read(error, '$metadata') as { httpStatusCode?: number } | undefined;
  const status = metadata?.httpStatusCode ?? null;
  if (status === null) return { code: systemCode(error) ?? name, status, region: null };
  const response = read(error, '$response') as { headers?: Record<string, string> } | undefined;
  return { code: name, status, region: response?.headers?.['x-amz-bucket-region'] ?? null };
}

function read(error: unknown, key: string): unknown {
  return error instanceof Error ? Reflect.get(error, key) : undefined;
}

const BY_CODE: Readonly<Record<string, StoreFaultKind>> = {
  NoSuchBucket: 'no-bucket',
  InvalidAccessKeyId: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  InvalidToken: 'credentials',
  ExpiredToken: 'credentials',
  TokenRefreshRequired: 'credentials',
  RequestTimeTooSkewed: 'clock-skew',
  RequestExpired: 'clock-skew',
  AuthorizationHeaderMalformed: 'wrong-region',
  PermanentRedirect: 'wrong-region',
  IllegalLocationConstraintException: 'wrong-region',
  BadDigest: 'damaged',
  XAmzContentSHA256Mismatch: 'damaged',
  XAmzContentChecksumMismatch: 'damaged',
  IncompleteBody: 'cut',
  RequestTimeout: 'timeout',
  SlowDown: 'slow-down',
};

const BY_STATUS: Readonly<Record<number, StoreFaultKind>> = {
  301: 'wrong-region',
  307: 'wrong-region',
  401: 'credentials',
  403: 'denied',
  404: 'absent',
  405: 'unsupported',
  408: 'timeout',
  409: 'contended',
  412: 'exists',
  429: 'slow-down',
  501: 'unsupported',
  503: 'slow-down',
};

function kindOfAnswer(code: string, status: number): StoreFaultKind {
  return BY_CODE[code] ?? BY_STATUS[status] ?? (status >= 500 ? 'store-failed' : 'refused');
}

/** Null for what is no fault of the store or of the way to it. */
function withoutAnswer(error: unknown, code: string): StoreFaultKind | null {
  if (code === 'CredentialsProviderError') return 'no-credentials';
  if (/^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ECONNABORTED)$/.test(code)) return 'cut';
  if (/^(ETIMEDOUT|TimeoutError|AbortError)$/.test(code)) return 'timeout';
  if (/^(E(CONNREFUSED|HOSTUNREACH|NETUNREACH|HOSTDOWN|NETDOWN|AI_AGAIN|PROTO)|ENOTFOUND)$/.test(code))
    return 'unreachable';
  if (/^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code))
    return 'unreachable';
  // The body that came was no answer of a store: a page of something in between, or half of one.
  if (read(error, '$response') !== undefined || code.startsWith('HPE_')) return 'store-failed';
  return null;
}

const MEANING: Readonly<Record<StoreFaultKind, string>> = {
  absent: 'there is no such object',
  exists: 'the condition does not hold',
  contended: 'another write of the same key is under way',
  'no-bucket': 'there is no such bucket',
  denied: 'the store denies it',
  credentials: 'the store does not accept the credentials',
  'no-credentials': 'there are no credentials',
  'clock-skew': "this machine's clock is too far from the store's",
  'wrong-region': 'the bucket is in another region',
  damaged: 'other bytes arrived than were sent',
  unsupported: 'the store cannot do this',
  'slow-down': 'the store asks for less',
  unreachable: 'the store cannot be reached',
  cut: 'the connection was cut',
  timeout: 'nothing came for too long',
  'store-failed': 'the store failed',
  refused: 'the store refuses it',
};

function remedyOf(kind: StoreFaultKind, answer: Answer): string | null {
  switch (kind) {
    case 'no-bucket':
      return 'Create the bucket, or correct its name; assay never creates one.';
    case 'denied':
      return 'Look at the policy of the bucket and of the key: README has the smallest ones that work.';
    case 'credentials':
    case 'no-credentials':
      return 'Look at `credentials_file`, or at the environment and role of this machine where it is null.';
    case 'clock-skew':
      return 'Set the clock of this machine: signatures hold for a quarter of an hour.';
    case 'wrong-region':
      return answer.region === null ? 'Correct `region`.' : `Set \`region\` to ${answer.region}.`;
    case 'unsupported':
      return 'Look at `endpoint`, `path_style` and `checksums`.';
    case 'unreachable':
      return 'Look at `endpoint`, the name service and the network; the next try goes on where this one ended.';
    default:
      return null;
  }
}
