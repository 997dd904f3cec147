// What was received is judged apart from whoever sent it, a moment later: odd statistics are kept out of the sums, findings are passed on to be
// checked again, and a report alone never decides anything about another mirror.

import type { AuditTrail } from '../operator/audit-trail.ts';
import type { Report, StatisticsReport } from '../report/envelope.ts';
import { type StateDatabase, writing } from '../state/open.ts';
import { type DayCount, doubtsOf, putReportedDay, totalOfDay, totalsBefore } from '../stats/ingest.ts';
import { COUNTING_RULE, type Counted, parseDay, readDownloads, type Traffic } from '../stats/tally.ts';
import { openClaims } from './claim.ts';
import { findReport, type KeptReport, reportsIn, settleReport } from './kept-report.ts';

export interface JudgeRoom {
  readonly database: StateDatabase;
  readonly audit: Pick<AuditTrail, 'write'>;
  /** When a version came out here; null: unknown. */
  readonly releasedAt: (version: Counted) => number | null;
}

export interface Judged {
  readonly taken: number;
  readonly doubted: readonly Omit<KeptReport, 'report'>[];
}

const AT_ONCE = 500;
const LOOK_BACK_DAYS = 14;
const NOT_MEASURED: Traffic = {
  requests: 0,
  bytes: null,
  fetched: { jars: 0, poms: 0 },
  retries: null,
  crawls: null,
  families: null,
};

/** Judges what waits, the oldest first. Only one at a time may. */
export function judgeReports(room: JudgeRoom, now: number): Judged {
  const doubted: Omit<KeptReport, 'report'>[] = [];
  let taken = 0;
  for (const kept of reportsIn(room.database, 'received', AT_ONCE)) {
    const { report, ...facts } = kept;
    const doubts = doubtsAbout(report, room);
    if (doubts.length > 0) doubted.push({ ...facts, doubts });
    else taken += 1;
    writing(room.database, () => {
      if (doubts.length > 0) settleReport(room.database, kept.id, 'doubted', doubts, 'assay', now);
      else take(kept, room, 'assay', now);
    });
  }
  return { taken, doubted };
}

/** Somebody has looked at the doubted statistics of a day and takes them. Null when there are none. Audited. */
export function acceptStatistics(
  room: JudgeRoom,
  {
    mirror,
    day,
    actor,
    reason,
  }: { readonly mirror: string; readonly day: string; readonly actor: string; readonly reason: string },
  now: number,
): KeptReport | null {
  const found = findReport(room.database, mirror, 'statistics', day);
  if (found?.state !== 'doubted') return null;
  writing(room.database, () => {
    take(found, room, actor, now);
    room.audit.write({ at: now, actor, action: 'stats accept', subject: `${mirror} ${day}`, detail: reason });
  });
  return found;
}

/** The statistics that count for nothing until somebody accepts them. */
export function doubtedReports(database: StateDatabase): Iterable<KeptReport> {
  return reportsIn(database, 'doubted', AT_ONCE);
}

function take(kept: KeptReport, room: JudgeRoom, by: string, now: number): void {
  const { database } = room;
  const { report } = kept;
  database
    .prepare(
      "UPDATE primary_report SET state = 'replaced' WHERE mirror = ? AND kind = ? AND subject = ? AND sequence < ? AND state <> 'replaced'",
    )
    .run(kept.mirror, kept.kind, kept.subject, kept.sequence);
  settleReport(database, kept.id, 'taken', kept.doubts, by, now);
  switch (report.kind) {
    case 'statistics': {
      const count = countOf(report.statistics);
      if (count !== null) putReportedDay(database, kept.mirror, count);
      break;
    }
    case 'findings':
      openClaims(database).put(kept.mirror, report.findings, now);
      break;
    case 'key':
      noteKey(kept.mirror, report.next_key, room, now);
      break;
    case 'status':
      break;
  }
}

/** The key is known since it came (`keepReport`). */
function noteKey(mirror: string, publicKey: string, { audit }: JudgeRoom, now: number): void {
  audit.write({ at: now, actor: mirror, action: 'enroll --rotate', subject: mirror, detail: `next key ${publicKey}` });
}

function doubtsAbout(report: Report, room: JudgeRoom): string[] {
  if (report.kind !== 'statistics') return [];
  const { mirror, statistics } = report;
  const day = parseDay(statistics.day) ?? 0;
  const before = totalOfDay(room.database, mirror, day);
  if (statistics.rule !== COUNTING_RULE) return [`counted by rule ${statistics.rule}, ours is ${COUNTING_RULE}`];
  const count = countOf(statistics);
  if (count === null)
    return before === null ? [] : ['says that a day was not measured whose counts it reported before'];
  const totals = totalsBefore(room.database, mirror, day, LOOK_BACK_DAYS);
  return doubtsOf(count.downloads, { day, totals, before, releasedAt: room.releasedAt });
}

function countOf({ day, downloads, traffic }: StatisticsReport['statistics']): DayCount | null {
  const counts = downloads === null ? null : readDownloads(downloads);
  return counts === null ? null : { day: parseDay(day) ?? 0, downloads: counts, traffic: traffic ?? NOT_MEASURED };
}
