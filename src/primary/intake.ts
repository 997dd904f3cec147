// A report comes in: is it whole, signed by an enrolled key, in time, new, and about the mirror whose key that is? What passes is kept as it came,
// and nothing of its content is believed yet: `judge` does that, apart from the clients that wait here.

import { DAY, HOUR, MINUTE, SECOND } from '../host/clock.ts';
import {
  jsonAnswer,
  type Refusal,
  type Route,
  type RouteAnswer,
  type RouteRequest,
  refusalAnswer,
} from '../host/route.ts';
import { MOST_REPORT_BYTES, REPORTS_PATH, type Report, reportShape } from '../report/envelope.ts';
import {
  readSignature,
  SIGNATURE_LIFE_MS,
  type SignatureFacts,
  type SignedMessage,
  verifyMessage,
} from '../report/sign.ts';
import type { StateDatabase } from '../state/open.ts';
import { dayOf, parseDay, readDownloads } from '../stats/tally.ts';
import type { EnrolledKey, Enrolment } from './enrolled.ts';
import { keepReport, rateOf } from './kept-report.ts';

export { type Claim, type Claims, openClaims } from './claim.ts';
export { type AnnouncedKey, announceKey, type EnrolledMirror, type Enrolment, openEnrolment } from './enrolled.ts';
export {
  acceptStatistics,
  doubtedReports,
  type Judged,
  type JudgeRoom,
  judgeReports,
} from './judge.ts';
export { isAnyReceived, type KeptReport, keptIds, newestReports, pruneReports, verifyKept } from './kept-report.ts';
export { primarySchema } from './schema.ts';

export interface IntakeRoom {
  /** Reads only. */
  readonly database: StateDatabase;
  readonly enrolment: Pick<Enrolment, 'find'>;
  /** Opens the database for writing, for as long as `work` runs. */
  readonly write: <T>(work: (database: StateDatabase) => T) => T;
}

/** Clocks of mirrors may differ from ours by so much. */
const SKEW_MS = 5 * MINUTE;
/** A mirror that was long away has a report a day to tell, and a status a pass. */
const MOST_REPORTS_AN_HOUR = 1000;
const MOST_FAILURES = 50;
const FAILURES_FOR_MS = 10 * MINUTE;
const MOST_ADDRESSES = 10_000;

/** `POST /-/api/v1/reports` */
export function intakeRoute(room: IntakeRoom): Route {
  const failures = failureCounts();
  return {
    method: 'POST',
    path: `/${REPORTS_PATH}`,
    weight: 'page',
    maxBodyBytes: MOST_REPORT_BYTES,
    async admit(request) {
      const refusal = failures.areMany(request) ? refusals.failures : await refusalByHeaders(request, room);
      return refusal === null ? null : refusalAnswer(request, refusal);
    },
    async answer(request) {
      const taken = await takeReport(request, room);
      if (!('status' in taken)) return accepted(taken);
      failures.note(request);
      return refusalAnswer(request, taken);
    },
  };
}

/** Reading and hashing 8 MiB is work: an address that has made us do it in vain waits, whatever keys it names. In memory alone. */
function failureCounts() {
  let counts = new Map<string, number>();
  let since = 0;
  return {
    areMany({ address, now }: RouteRequest): boolean {
      if (now - since > FAILURES_FOR_MS) {
        counts = new Map();
        since = now;
      }
      return (counts.get(address) ?? 0) >= MOST_FAILURES;
    },
    note({ address }: RouteRequest): void {
      if (counts.size < MOST_ADDRESSES) counts.set(address, (counts.get(address) ?? 0) + 1);
    },
  };
}

interface Taken {
  readonly report: Report;
  readonly isDuplicate: boolean;
}

/** What can be refused before the body is read: nobody makes us read 8 MiB for nothing. */
async function refusalByHeaders(request: RouteRequest, room: IntakeRoom): Promise<Refusal | null> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > MOST_REPORT_BYTES) return refusals.tooLarge;
  const facts = await readSignature(messageOf(request));
  if (facts === null) return refusals.unsigned;
  const key = room.enrolment.find(facts.keyId);
  if (key === null) return refusals.keyUnknown;
  const refusal = refusalByTime(facts, key, request.now);
  if (refusal !== null) return refusal;
  return rateOf(room.database, key.mirror, request.now - HOUR) >= MOST_REPORTS_AN_HOUR ? refusals.rate : null;
}

async function takeReport(request: RouteRequest, room: IntakeRoom): Promise<Taken | Refusal> {
  const message = messageOf(request);
  const facts = await readSignature(message);
  const key = facts === null ? null : room.enrolment.find(facts.keyId);
  if (facts === null || key === null) return facts === null ? refusals.unsigned : refusals.keyUnknown;
  const verified = await verifyMessage(message, key.publicKey);
  if (verified.kind !== 'verified')
    return { ...refusals[verified.kind], detail: `${refusals[verified.kind].detail} (${verified.detail})` };
  const late = refusalByTime(facts, key, request.now);
  if (late !== null) return late;
  const report = readReport(request.body, request.now);
  if (typeof report === 'string') return { ...refusals.malformed, detail: `${refusals.malformed.detail} ${report}` };
  if (report.mirror !== key.mirror) return refusals.wrongMirror;
  const kept = room.write((database) =>
    keepReport(
      database,
      { report, message, publicKey: key.publicKey, facts, until: request.now + SIGNATURE_LIFE_MS + 2 * SKEW_MS },
      request.now,
    ),
  );
  switch (kept) {
    case 'kept':
    case 'duplicate':
      return { report, isDuplicate: kept === 'duplicate' };
    case 'replayed':
      return refusals.replayed;
    case 'reordered':
      return refusals.reordered;
  }
}

/** The signature's own times, and the key's. A key in wrong hands may date its reports as it likes: there the time of receipt counts. */
function refusalByTime({ createdAt, expiresAt }: SignatureFacts, key: EnrolledKey, now: number): Refusal | null {
  if (key.revokedAt !== null && key.revokedAt <= now) return refusals.keyRevoked;
  if (key.notAfter !== null && createdAt > key.notAfter) return refusals.keyExpired;
  if (createdAt > now + SKEW_MS) return refusals.early;
  if (now > expiresAt + SKEW_MS || now > createdAt + SIGNATURE_LIFE_MS + SKEW_MS) return refusals.late;
  return null;
}

function messageOf(request: RouteRequest): SignedMessage {
  const header = (name: string): string => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? '');
  };
  return {
    authority: header('host'),
    path: request.path,
    contentDigest: header('content-digest'),
    signatureInput: header('signature-input'),
    signature: header('signature'),
    body: request.body,
  };
}

/** The report, or in words what is wrong with it. */
function readReport(body: Buffer, now: number): Report | string {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
  const parsed = reportShape.safeParse(value);
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success)
    return issue === undefined ? 'Nothing of it can be read.' : `${issue.path.join('.')}: ${issue.message}`;
  const report = parsed.data;
  if (report.sequence > now + DAY) return 'sequence: it lies in the future.';
  if (report.kind === 'statistics' && (parseDay(report.statistics.day) ?? 0) > dayOf(now + SKEW_MS))
    return 'statistics.day: it has not come yet.';
  if (report.kind === 'statistics' && report.statistics.downloads !== null) {
    if (readDownloads(report.statistics.downloads) === null)
      return 'statistics.downloads: a name that no repository path has.';
  }
  return report;
}

function accepted({ report, isDuplicate }: Taken): RouteAnswer {
  return jsonAnswer(200, 'no-store', {
    accepted: true,
    duplicate: isDuplicate,
    mirror: report.mirror,
    kind: report.kind,
    sequence: report.sequence,
  });
}

const minutes = (milliseconds: number) => `${Math.round(milliseconds / MINUTE)} minutes`;

/** Every way in which a report is refused, by its name. */
const refusals = {
  unsigned: {
    status: 401,
    type: 'report-unsigned',
    detail:
      'A report carries an HTTP message signature (RFC 9421, Ed25519) over @method, @authority, @path and content-digest, with created, expires, nonce and keyid.',
  },
  keyUnknown: {
    status: 401,
    type: 'report-key-unknown',
    detail: 'No enrolled mirror has this key. `assay enroll` prints what the primary needs.',
  },
  keyRevoked: {
    status: 403,
    type: 'report-key-revoked',
    detail: 'This key was revoked: nothing that it signs is taken any more.',
  },
  keyExpired: { status: 403, type: 'report-key-expired', detail: 'This key signed after the end that was set for it.' },
  forged: { status: 401, type: 'report-forged', detail: 'The signature is not one of this key over this message.' },
  truncated: { status: 400, type: 'report-truncated', detail: 'The body was cut or changed on its way.' },
  late: {
    status: 403,
    type: 'report-late',
    detail: `The signature is older than ${minutes(SIGNATURE_LIFE_MS + SKEW_MS)}: sign anew, and look at the clock.`,
  },
  early: {
    status: 403,
    type: 'report-early',
    detail: `The signature is from the future by more than ${minutes(SKEW_MS)}: look at the clock.`,
  },
  replayed: { status: 409, type: 'report-replayed', detail: 'This very message came before.' },
  reordered: { status: 409, type: 'report-reordered', detail: 'A newer report about the same is here already.' },
  malformed: {
    status: 422,
    type: 'report-malformed',
    detail: 'This is no report; `assay schema report` prints its shape.',
  },
  wrongMirror: {
    status: 403,
    type: 'report-wrong-mirror',
    detail: 'The key belongs to another mirror than the report names.',
  },
  tooLarge: { status: 413, type: 'report-too-large', detail: `A report has at most ${MOST_REPORT_BYTES} bytes.` },
  failures: {
    status: 429,
    type: 'report-rate',
    detail: 'Too many reports of yours could not be taken: wait, and look at what was wrong with them.',
    headers: { 'retry-after': String(FAILURES_FOR_MS / SECOND) },
  },
  rate: {
    status: 429,
    type: 'report-rate',
    detail: `A mirror may report ${MOST_REPORTS_AN_HOUR} times an hour.`,
    headers: { 'retry-after': String((10 * MINUTE) / SECOND) },
  },
} as const satisfies Record<string, Refusal>;

export type RefusalName = (typeof refusals)[keyof typeof refusals]['type'];
