// Reports are put into the outbox with the state that they tell of, and carried to the primary when it answers: a primary that is down costs nothing
// but time. Each attempt is signed anew, so that a message may wait for as long as it must.

import { createHash } from 'node:crypto';
import { DAY, HOUR, isoTime, SECOND } from '../host/clock.ts';
import type { HttpClient } from '../host/http.ts';
import type { InstallationKey } from '../operator/key.ts';
import { type StateDatabase, writing } from '../state/open.ts';
import { type Carried, type Carrier, type Delivery, deliverDue, type Outbox, type OutboxRow } from '../state/outbox.ts';
import { MOST_REPORT_BYTES, REPORTS_PATH, type Report, type ReportContent, type ReportKind } from './envelope.ts';
import { signMessage } from './sign.ts';

export { reportSchema } from './schema.ts';

export interface Reporter {
  readonly database: StateDatabase;
  readonly outbox: Outbox;
  /** This installation, as its primary knows it. */
  readonly mirror: string;
  /** Base URL, with a slash at its end. */
  readonly primary: string;
}

/** What it takes to send a report. */
export interface Sending {
  readonly http: HttpClient;
  readonly key: InstallationKey;
  readonly clock: Carrier['clock'];
  /** PEM of the authorities that the primary's certificate may come from; null: the public ones. */
  readonly ca: string | null;
}

export interface Delivering extends Sending {
  readonly outbox: Outbox;
  /** In words for people; `isLost`: it will never be taken. */
  readonly onTrouble?: (reason: string, isLost: boolean) => void;
}

export const REPORT_TOPIC = 'report';

/** A status is old news soon; a day of statistics is worth having after a year. */
const LIFE_MS: Readonly<Record<ReportKind, number>> = {
  status: 2 * DAY,
  statistics: 400 * DAY,
  findings: 30 * DAY,
  key: 90 * DAY,
};
const DEADLINES = { totalMs: 90 * SECOND };
const MOST_ANSWER_BYTES = 64 * 1024;

/**
 * Puts a report into the outbox, in one transaction with the note that it was said. `subject` is what it is about (`status`, `day 2026-11-20`):
 * the same content about the same subject is not said twice, unless `again`. False when there was nothing new to say.
 */
export function report(
  reporter: Reporter,
  subject: string,
  content: ReportContent,
  now: number,
  again = false,
): boolean {
  const { database, outbox, mirror, primary } = reporter;
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return writing(database, () => {
    const said = database.prepare('SELECT digest FROM report_said WHERE subject = ?').pluck().get(subject);
    if (said === digest && !again) return false;
    const { sequence, body } = bodyOf(reporter, content, now);
    const key = `${REPORT_TOPIC} ${mirror} ${sequence}`;
    outbox.put({ topic: REPORT_TOPIC, key, destination: primary, body, expiresAt: now + LIFE_MS[content.kind] }, now);
    database.prepare('INSERT OR REPLACE INTO report_said VALUES (?, ?, ?)').run(subject, digest, now);
    return true;
  });
}

export interface Delivered extends Carried {
  /** Why the last one that was not taken was not. */
  readonly lastReason: string | null;
}

/** Call inside a write transaction: the sequence is used up. */
function bodyOf(
  { database, mirror }: Reporter,
  content: ReportContent,
  now: number,
): { readonly sequence: number; readonly body: string } {
  // By the clock, so that a database that comes from a backup does not count again what was counted.
  const sequence = database
    .prepare<[number], number>('UPDATE report_sequence SET value = max(value + 1, ?) RETURNING value')
    .pluck()
    .get(now) as number;
  const message = { assay_report: 1, mirror, sequence, made_at: isoTime(now), ...content } satisfies Report;
  return { sequence, body: JSON.stringify(message) };
}

/** Carries everything that is due, in order. Never rejects for what the network does. */
export async function deliverReports(delivering: Delivering, signal: AbortSignal): Promise<Delivered> {
  const { outbox, clock } = delivering;
  let lastReason: string | null = null;
  const carrier: Carrier = {
    clock,
    send: (row, until) => send(row, delivering, until),
    onTrouble: (_row, delivery) => {
      if (delivery.kind === 'sent') return;
      lastReason = delivery.reason;
      delivering.onTrouble?.(delivery.reason, delivery.kind === 'dead');
    },
  };
  return { ...(await deliverDue(outbox, REPORT_TOPIC, carrier, signal)), lastReason };
}

/** Tells one thing at once, past the outbox: for what its teller waits for. Nothing is kept of it when it fails. */
export async function sendNow(
  reporter: Reporter,
  content: ReportContent,
  sending: Sending,
  signal: AbortSignal,
): Promise<Delivery> {
  const body = writing(reporter.database, () => bodyOf(reporter, content, sending.clock.now()).body);
  return await send({ body, destination: reporter.primary }, sending, signal);
}

async function send(
  row: Pick<OutboxRow, 'body' | 'destination'>,
  { http, key, clock, ca }: Sending,
  signal: AbortSignal,
): Promise<Delivery> {
  const body = Buffer.from(row.body, 'utf8');
  if (body.length > MOST_REPORT_BYTES) return { kind: 'dead', reason: `larger than ${MOST_REPORT_BYTES} bytes` };
  const url = new URL(REPORTS_PATH, row.destination);
  const headers = await signMessage(url, body, key, clock.now());
  const outcome = await http.ask(
    {
      method: 'POST',
      url,
      headers,
      body,
      ca,
      ceilingBytes: MOST_ANSWER_BYTES,
      keep: true,
      deadlines: DEADLINES,
      redirects: 0,
    },
    signal,
  );
  if (outcome.kind === 'failure')
    return { kind: 'later', reason: outcome.sentence, ...until(outcome.retryAt, clock.now()) };
  return judgeAnswer(outcome.status, outcome.body.bytes, retryAfter(outcome.headers['retry-after']));
}

/** What an answer of a primary means for the message. Exported for tests. */
export function judgeAnswer(status: number, body: Buffer, retryAfterMs: number | null): Delivery {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const problem = readProblem(body);
  const reason = `${status} ${problem.type} ${problem.detail}`.trim();
  // It knows something newer: what waited has become old news, and is no loss.
  if (problem.type === 'report-reordered') return { kind: 'sent' };
  const isOurs = status === 413 || status === 422 || status === 400;
  if (isOurs && problem.type !== '' && problem.type !== 'report-truncated') return { kind: 'dead', reason };
  // An unknown key may be enrolled tomorrow; what else it is, it is asked again.
  const pauseMs = status === 401 || status === 403 || status === 404 ? HOUR : retryAfterMs;
  return { kind: 'later', reason, ...(pauseMs === null ? {} : { retryAfterMs: pauseMs }) };
}

/** The words of a problem document; a stranger's answer has none. */
function readProblem(body: Buffer): { readonly type: string; readonly detail: string } {
  try {
    const { type, detail } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const name = typeof type === 'string' ? type.replace(/^urn:assay:problem:/, '') : '';
    return { type: name.slice(0, 64), detail: typeof detail === 'string' ? detail.slice(0, 300) : '' };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return { type: '', detail: '' };
    throw error;
  }
}

function retryAfter(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * SECOND : null;
}

function until(at: number | null, now: number): { retryAfterMs?: number } {
  return at === null || at <= now ? {} : { retryAfterMs: at - now };
}
