// Reports as they were received, each with what proves it.

import type { Report } from '../report/envelope.ts';
import { type SignatureFacts, type SignedMessage, verifyMessage } from '../report/sign.ts';
import { type StateDatabase, writing } from '../state/open.ts';
import { announceKey } from './enrolled.ts';

/** `received`: not judged yet. `taken`: its content counts. `doubted`: it does not, until somebody accepts it. `replaced`: by a newer one. */
export type ReportState = 'received' | 'taken' | 'doubted' | 'replaced';

export interface KeptReport {
  readonly id: number;
  readonly mirror: string;
  readonly kind: Report['kind'];
  readonly subject: string;
  readonly sequence: number;
  readonly receivedAt: number;
  readonly state: ReportState;
  readonly doubts: readonly string[];
  readonly report: Report;
}

export interface NewReport {
  readonly report: Report;
  readonly message: SignedMessage;
  readonly publicKey: string;
  readonly facts: SignatureFacts;
  /** How long its nonce has to be remembered. */
  readonly until: number;
}

/**
 * Keeps a report that is proved, unless its message or something newer about the same is here already. A report that was signed and sent again,
 * because its sender did not hear that it had arrived, is a duplicate.
 */
export function keepReport(
  database: StateDatabase,
  { report, message, publicKey, facts, until }: NewReport,
  now: number,
): 'kept' | 'duplicate' | 'replayed' | 'reordered' {
  const subject = subjectOf(report);
  return writing(database, () => {
    database.prepare('DELETE FROM primary_nonce WHERE until < ?').run(now);
    const nonce = database.prepare('INSERT INTO primary_nonce VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    if (nonce.run(facts.keyId, facts.nonce, until).changes === 0) return 'replayed';
    const { mirror, kind, sequence } = report;
    const known = database.prepare<[string, number], { body: Buffer }>(
      'SELECT body FROM primary_report WHERE mirror = ? AND sequence = ?',
    );
    const same = known.get(mirror, sequence);
    if (same !== undefined) return same.body.equals(message.body) ? 'duplicate' : 'reordered';
    const newest = database
      .prepare<[string, string, string], number>(
        'SELECT max(sequence) FROM primary_report WHERE mirror = ? AND kind = ? AND subject = ?',
      )
      .pluck();
    if ((newest.get(mirror, kind, subject) ?? 0) > sequence) return 'reordered';
    const { authority, path, contentDigest, signatureInput, signature, body } = message;
    database
      .prepare(
        `INSERT INTO primary_report (mirror, kind, subject, sequence, received_at, public_key, authority, path, content_digest, signature_input,
           signature, body, state, doubts)
         VALUES (@mirror, @kind, @subject, @sequence, @now, @publicKey, @authority, @path, @contentDigest, @signatureInput, @signature, @body,
           'received', '[]')`,
      )
      .run({
        mirror,
        kind,
        subject,
        sequence,
        now,
        publicKey,
        authority,
        path,
        contentDigest,
        signatureInput,
        signature,
        body,
      });
    // At once: its sender signs with it from when it hears that we know.
    if (report.kind === 'key')
      announceKey(database, { publicKey: report.next_key, mirror, announcedBy: publicKey, announcedAt: now });
    return 'kept';
  });
}

/** What a later report of the same kind replaces. */
function subjectOf(report: Report): string {
  switch (report.kind) {
    case 'statistics':
      return report.statistics.day;
    case 'status':
    case 'findings':
    case 'key':
      return '';
  }
}

/** How many reports of a mirror came since then. */
export function rateOf(database: StateDatabase, mirror: string, since: number): number {
  const count = database.prepare<[string, number], number>(
    'SELECT count(*) FROM primary_report WHERE mirror = ? AND received_at > ?',
  );
  return count.pluck().get(mirror, since) ?? 0;
}

interface Row extends Omit<KeptReport, 'doubts' | 'report'> {
  readonly doubts: string;
  readonly body: Buffer;
}

const COLUMNS = 'id, mirror, kind, subject, sequence, received_at AS receivedAt, state, doubts, body';

/** As its index has it: without this condition every report would be read for it, with all that its mirror said. */
const IS_OPEN = "state IN ('received', 'doubted')";
type OpenState = Extract<ReportState, 'received' | 'doubted'>;

/** The oldest first, at most `most`: a queue, not a list. One in memory at a time, for a report may have megabytes; rows may be changed meanwhile. */
export function* reportsIn(database: StateDatabase, state: OpenState, most: number): Generator<KeptReport> {
  const ids = database
    .prepare<[string, number], number>(
      `SELECT id FROM primary_report WHERE ${IS_OPEN} AND state = ? ORDER BY id LIMIT ?`,
    )
    .pluck()
    .all(state, most);
  const row = database.prepare<[number], Row>(`SELECT ${COLUMNS} FROM primary_report WHERE id = ?`);
  for (const id of ids) {
    const found = row.get(id);
    if (found !== undefined) yield keptOf(found);
  }
}

/** Whether a report waits to be judged. */
export function isAnyReceived(database: StateDatabase): boolean {
  const any = database.prepare(`SELECT 1 FROM primary_report WHERE ${IS_OPEN} AND state = 'received' LIMIT 1`);
  return any.get() !== undefined;
}

/** The newest report of each mirror of one kind that has no days. From mirror to mirror by the index, for a mirror says its status fifty times a day. */
export function newestReports(database: StateDatabase, kind: Exclude<Report['kind'], 'statistics'>): KeptReport[] {
  const rows = database.prepare<[string, string], Row>(
    `WITH RECURSIVE known (name) AS (
       SELECT min(mirror) FROM primary_report
       UNION ALL SELECT (SELECT min(mirror) FROM primary_report WHERE mirror > name) FROM known WHERE name IS NOT NULL)
     SELECT ${COLUMNS} FROM known JOIN primary_report ON mirror = name AND kind = ? AND subject = ''
       AND sequence = (SELECT max(sequence) FROM primary_report WHERE mirror = name AND kind = ? AND subject = '') ORDER BY name`,
  );
  return rows.all(kind, kind).map(keptOf);
}

export function findReport(
  database: StateDatabase,
  mirror: string,
  kind: Report['kind'],
  subject: string,
): KeptReport | null {
  const row = database.prepare<[string, string, string], Row>(
    `SELECT ${COLUMNS} FROM primary_report WHERE mirror = ? AND kind = ? AND subject = ? ORDER BY sequence DESC LIMIT 1`,
  );
  const found = row.get(mirror, kind, subject);
  return found === undefined ? null : keptOf(found);
}

/** Call inside a write transaction. */
export function settleReport(
  database: StateDatabase,
  id: number,
  state: ReportState,
  doubts: readonly string[],
  by: string,
  now: number,
): void {
  database
    .prepare('UPDATE primary_report SET state = ?, doubts = ?, judged_by = ?, judged_at = ? WHERE id = ?')
    .run(state, JSON.stringify(doubts), by, now, id);
}

/** Whether a kept report is still what its mirror signed: a database can be written by others than us. */
export async function verifyKept(database: StateDatabase, id: number): Promise<boolean> {
  const row = database
    .prepare<[number], SignedMessage & { publicKey: string }>(
      `SELECT authority, path, content_digest AS contentDigest, signature_input AS signatureInput, signature, body, public_key AS publicKey
       FROM primary_report WHERE id = ?`,
    )
    .get(id);
  return row !== undefined && (await verifyMessage(row, row.publicKey)).kind === 'verified';
}

/** Every kept report, the oldest first: a number of them after `after`. */
export function keptIds(database: StateDatabase, after: number, most: number): Omit<KeptReport, 'doubts' | 'report'>[] {
  const rows = database.prepare<[number, number], Omit<KeptReport, 'doubts' | 'report'>>(
    `SELECT id, mirror, kind, subject, sequence, received_at AS receivedAt, state FROM primary_report WHERE id > ? ORDER BY id LIMIT ?`,
  );
  return rows.all(after, most);
}

/** Statuses and findings that newer ones replaced are old news after a while; statistics and keys are kept for ever. */
export function pruneReports(database: StateDatabase, before: number): void {
  database
    .prepare(
      "DELETE FROM primary_report WHERE kind IN ('status', 'findings') AND state = 'replaced' AND received_at < ?",
    )
    .run(before);
}

function keptOf({ body, doubts, ...rest }: Row): KeptReport {
  return { ...rest, doubts: JSON.parse(doubts) as string[], report: JSON.parse(body.toString('utf8')) as Report };
}
