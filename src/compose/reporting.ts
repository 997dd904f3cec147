// What this mirror tells its primary: a status after each pass, yesterday's statistics, findings after each round. A primary that is down costs nothing:
// everything waits in the outbox.

import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { ReportSendResult } from '../config/shape/report.ts';
import { type Clock, isoTime } from '../host/clock.ts';
import { CodedError, systemCode } from '../host/error.ts';
import type { HttpClient } from '../host/http.ts';
import type { Logger } from '../host/logger.ts';
import { loadKey } from '../operator/key.ts';
import { type Delivered, deliverReports, REPORT_TOPIC, type Reporter, report } from '../report/deliver.ts';
import type { ReportContent, ReportedFinding, StatusReport } from '../report/envelope.ts';
import type { Job } from '../schedule/timetable.ts';
import { dayName, dayOf, nestedDownloads } from '../stats/tally.ts';
import { ingestLogs } from './counting.ts';
import { statisticsOf } from './counts.ts';
import { foldersOf } from './folders.ts';
import { openOutgoing } from './outgoing.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { statusOf } from './status.ts';
import type { Done } from './verbs.ts';
import { ownVersion } from './version.ts';

export interface ReportVerbs {
  /** Everything that there is to tell, told now. */
  reportSend(config: Config, signal: AbortSignal): Promise<Done<ReportSendResult>>;
}

export interface ReportingHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

type ReportConfig = NonNullable<Config['report']>;

/** Days that may still change: logs that come late, or are counted again. */
const CORRECTED_DAYS = 14;
const MOST_FINDINGS = 500;

export function reportVerbs(host: ReportingHost): ReportVerbs {
  return { reportSend: (config, signal) => sendReports(config, host, signal) };
}

/** `http` lives as long as the daemon: what it knows of the primary's troubles is remembered from one delivery to the next. */
export function reportJobs(config: Config, host: ReportingHost, http: HttpClient, signal: AbortSignal): Job[] {
  const section = config.report;
  if (section === null) return [];
  const logger = host.logger.child({ room: 'report' });
  const job = (name: string, when: Pick<Job, 'cron' | 'after' | 'atStart'>, work: () => Promise<void>): Job => ({
    name,
    jitterMs: 0,
    ...when,
    work,
  });
  const putting = (put: (rooms: Rooms) => void) => async () => {
    using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
    put(rooms);
  };
  const deliver = async () => {
    using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
    const carried = await deliverAll(config, section, rooms, http, host, signal);
    if (carried.sent + carried.dead > 0) logger.info(carried, 'reports delivered');
  };
  const count = async () => {
    const request = { day: null, acceptLess: false, waitSeconds: 60 };
    if (config.stats !== null) await ingestLogs(config, request, host, signal);
    await putting((rooms) => void putStatistics(config, rooms, host.clock))();
  };
  return [
    job(
      'report status',
      { cron: null, after: ['pass'], atStart: false },
      putting((rooms) => putStatus(config, rooms, host.clock)),
    ),
    job('report statistics', { cron: section.schedule, atStart: false }, count),
    job(
      'report findings',
      { cron: null, after: ['crawl', 'pass'], atStart: false },
      putting((rooms) => void putFindings(config, rooms, host.clock)),
    ),
    job(
      'report delivery',
      { cron: '* * * * *', after: ['report status', 'report statistics', 'report findings'], atStart: true },
      deliver,
    ),
  ];
}

export async function sendReports(
  config: Config,
  host: ReportingHost,
  signal: AbortSignal,
): Promise<Done<ReportSendResult>> {
  const section = reportSectionOf(config);
  loadKey(section.key_file);
  const { clock } = host;
  const problems = [];
  if (config.stats !== null) {
    const counted = await ingestLogs(config, { day: null, acceptLess: false, waitSeconds: 60 }, host, signal);
    problems.push(...counted.problems);
  }
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  putStatus(config, rooms, clock);
  putStatistics(config, rooms, clock, true);
  putFindings(config, rooms, clock);
  await using http = openOutgoing(config, clock);
  const { sent, dead, lastReason } = await deliverAll(config, section, rooms, http, host, signal);
  const { due, oldestDueAt } = rooms.outbox.state(REPORT_TOPIC);
  const result = {
    sent,
    dead,
    waiting: due,
    oldest_waiting_at: oldestDueAt === null ? null : isoTime(oldestDueAt),
    last_answer: lastReason,
  };
  if (due + dead === 0) return { result, problems, outcomes: ['clean'] };
  const sentence =
    due > 0
      ? `${due} reports wait for ${section.primary}: ${wordsOf(lastReason)}.`
      : `${section.primary} would not take ${dead} reports: ${wordsOf(lastReason)}.`;
  const remedy =
    due > 0 ? 'Nothing is lost: the daemon tries again by itself.' : 'The reason says what is wrong with them.';
  problems.push({ code: 'report-undelivered', sentence, remedy, path: null });
  return { result, problems, outcomes: ['could-not'] };
}

function wordsOf(reason: string | null): string {
  return (reason ?? 'an earlier attempt failed').replace(/\.$/, '');
}

async function deliverAll(
  config: Config,
  section: ReportConfig,
  rooms: Rooms,
  http: HttpClient,
  { clock, logger }: ReportingHost,
  signal: AbortSignal,
): Promise<Delivered> {
  const delivering = {
    outbox: rooms.outbox,
    http,
    key: loadKey(section.key_file),
    clock,
    ca: caOf(section),
    onTrouble: (reason: string, isLost: boolean) =>
      logger
        .child({ room: 'report' })
        [isLost ? 'error' : 'warn'](
          { primary: section.primary, mirror: config.name, reason },
          isLost ? 'report was refused for good' : 'report waits',
        ),
  };
  return await deliverReports(delivering, signal);
}

function putStatus(config: Config, rooms: Rooms, clock: Clock): void {
  const content: ReportContent = { kind: 'status', status: statusContentOf(config, rooms, clock) };
  report(reporterOf(config, rooms), 'status', content, clock.now(), true);
}

/** How this installation is, and how it sees the origin. */
export function statusContentOf(config: Config, rooms: Rooms, clock: Clock): StatusReport['status'] {
  const status = statusOf(config, rooms, clock);
  return {
    generation: status.generation,
    lineage: status.lineage,
    files: status.files,
    bytes: status.bytes,
    last_success_at: status.last_success_at,
    last_attempt_at: status.last_attempt?.started_at ?? null,
    last_outcome: status.last_attempt?.outcome ?? null,
    deferred: status.deferred,
    absent: status.absent,
    quarantined: status.quarantine.entries,
    troubles: rooms.findings.troubles(),
    origins: status.sources.map(({ url, reachable, asked_at, since }) => ({
      url: withoutUser(url),
      reachable,
      asked_at,
      unreachable_since: reachable === false ? since : null,
    })),
    contact: config.contact,
    versions: { assay: ownVersion(), node: process.versions.node, openssl: process.versions.openssl },
  };
}

/**
 * Days that were not said yet, or have changed since. Yesterday is said also when nothing of it was measured; today, which is not over, only to
 * whoever asks for it: what is said of it later replaces that.
 */
export function putStatistics(config: Config, rooms: Rooms, clock: Clock, withToday = false): number {
  const now = clock.now();
  const today = dayOf(now);
  const known = new Set(rooms.counts.days('own'));
  let put = 0;
  for (let day = today - CORRECTED_DAYS; day < today + Number(withToday); day += 1) {
    if (!known.has(day) && day !== today - 1) continue;
    const { rule, coverage, downloads, traffic } = statisticsOf(config, rooms, day, 'own', clock);
    const isMeasured = coverage !== 'none';
    const content: ReportContent = {
      kind: 'statistics',
      statistics: {
        day: dayName(day),
        rule,
        coverage,
        downloads: isMeasured ? nestedDownloads(downloads) : null,
        traffic: isMeasured ? traffic : null,
      },
    };
    if (report(reporterOf(config, rooms), `day ${dayName(day)}`, content, now)) put += 1;
  }
  return put;
}

function putFindings(config: Config, rooms: Rooms, clock: Clock): boolean {
  const findings = rooms.findings
    .standing()
    .slice(0, MOST_FINDINGS)
    .map(
      (each): ReportedFinding => ({
        id: each.id,
        found_by: each.foundBy,
        verdict: each.verdict,
        severity: each.severity,
        mirror: each.mirror,
        path: each.path,
        why: each.why.slice(0, 1000),
        expected: each.expected,
        observed: each.observed,
        since: isoTime(each.firstAt),
      }),
    );
  return report(reporterOf(config, rooms), 'findings', { kind: 'findings', findings }, clock.now());
}

export function reporterOf(config: Config, { database, outbox }: Rooms): Reporter {
  return { database, outbox, mirror: config.name, primary: withSlash(reportSectionOf(config).primary) };
}

/** Throws `config-role` when this installation reports to nobody. */
export function reportSectionOf(config: Config): ReportConfig {
  if (config.report !== null) return config.report;
  throw new CodedError(
    'config-role',
    'This installation reports to no primary: the configuration has no section report.',
    {
      path: 'report',
      remedy: 'Add `report: { primary: "https://..." }`.',
    },
  );
}

export function caOf({ ca_file: path }: Pick<ReportConfig, 'ca_file'>): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('report-ca-unreadable', `Could not read ${path} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path,
      remedy: 'report.ca_file names the PEM file of the authority of the primary.',
    });
  }
}

export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** Whoever reads the report need not know as whom we log in. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/@]*@/i, '$1');
}
