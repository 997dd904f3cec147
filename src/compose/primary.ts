// The receiving side: reports come in through a serve process, are judged here a moment later, and with what was seen from outside become the list of
// mirrors.

import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { Doubted, ReportCheckResult } from '../config/shape/report.ts';
import { type Clock, DAY, isoTime, SECOND } from '../host/clock.ts';
import { writeDurably } from '../host/durable.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';
import type { Route } from '../host/route.ts';
import { keyIdOf, loadOrMakeKey } from '../operator/key.ts';
import {
  acceptStatistics,
  announceKey,
  doubtedReports,
  type Enrolment,
  intakeRoute,
  isAnyReceived,
  type JudgeRoom,
  judgeReports,
  type KeptReport,
  keptIds,
  openEnrolment,
  pruneReports,
  verifyKept,
} from '../primary/intake.ts';
import { openListStore } from '../primary/mirror-list.ts';
import type { Job } from '../schedule/timetable.ts';
import { openState, type StateDatabase, writing } from '../state/open.ts';
import { refreshWholes } from '../stats/ingest.ts';
import { type Counted, dayName, dayOf, readDownloads, totalOf } from '../stats/tally.ts';
import { foldersOf } from './folders.ts';
import { listContentOf, noteOutdated } from './mirror-listing.ts';
import { keyFileOf } from './own-key.ts';
import { openRooms, openRoomsToRead, type Rooms } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface AcceptRequest {
  readonly mirror: string;
  /** Day number. */
  readonly day: number;
  readonly reason: string;
  /** For the audit trail; whoever runs the process, if not said. */
  readonly actor?: string;
}

export interface KeyRequest {
  readonly mirror: string;
  /** Raw Ed25519 public key, base64. */
  readonly key: string;
  readonly reason: string;
  readonly actor: string;
}

export interface PrimaryVerbs {
  statsDoubted(config: Config): Promise<Done<{ doubted: Doubted[] }>>;
  statsAccept(config: Config, request: AcceptRequest): Promise<Done<Doubted>>;
  /** Verifies every kept report again. */
  reportCheck(config: Config, signal: AbortSignal): Promise<Done<ReportCheckResult>>;
}

export interface PrimaryHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

const CHECKED_AT_ONCE = 200;
/** Less than a minute by the step of the schedule. */
const LIST_IS_OLD_MS = 55 * SECOND;

export function primaryVerbs(host: PrimaryHost): PrimaryVerbs {
  return {
    async statsDoubted(config) {
      using rooms = openRoomsToRead(foldersOf(config.data));
      return clean({ doubted: Array.from(doubtedReports(rooms.database), doubtedOf) });
    },
    statsAccept: async (config, request) => clean(accept(config, request, host)),
    reportCheck: (config, signal) => checkKept(config, signal),
  };
}

/** What a serve process answers on a primary. `rooms` are open for reading alone. */
export function primaryRoutes(config: Config, rooms: Rooms): Route[] {
  if (config.primary === null) return [];
  const write = <T>(work: (database: StateDatabase) => T): T => {
    using database = closing(openState(foldersOf(config.data).state));
    return work(database.state);
  };
  return [intakeRoute({ database: rooms.database, enrolment: enrolmentOf(config, rooms.database), write })];
}

/** Within seconds when a report came: who has sent one looks at what became of it. Otherwise about each minute, for the list. */
export function primaryJob(config: Config, host: PrimaryHost): Job[] {
  if (config.primary === null) return [];
  const folders = foldersOf(config.data);
  const logger = host.logger.child({ room: 'primary' });
  let runAt = 0;
  const isDue = () => {
    if (host.clock.now() - runAt >= LIST_IS_OLD_MS) return true;
    using rooms = openRoomsToRead(folders);
    return isAnyReceived(rooms.database);
  };
  const work = async () => {
    runAt = host.clock.now();
    using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
    runPrimary(config, rooms, { ...host, logger });
  };
  const when = { cron: '*/5 * * * * *', after: ['crawl', 'stats'], jitterMs: 0, atStart: true };
  return [{ name: 'primary', ...when, isDue, work }];
}

/** Judges what came in and renews the list. Only one process at a time may. */
export function runPrimary(config: Config, rooms: Rooms, { clock, logger }: PrimaryHost): void {
  const now = clock.now();
  const { taken, doubted } = judgeReports(judgeRoomOf(rooms), now);
  for (const { mirror, subject, doubts } of doubted) {
    logger.warn(
      { mirror, day: subject, doubts },
      'statistics are doubted and count for nothing until `assay stats accept`',
    );
  }
  if (taken > 0) {
    logger.info({ taken }, 'reports taken');
    refreshWholes(rooms.database, dayOf(now));
    pruneReports(rooms.database, now - config.history_days * DAY);
  }
  const content = listContentOf(config, rooms, clock);
  noteOutdated(content, rooms, now);
  const list = openListStore(rooms.database).renew(content, loadOrMakeKey(keyFileOf(config)), now);
  if (list === null) return;
  writeDurably(join(foldersOf(config.data).published, '.meta', 'assay', 'mirrors.json'), `${JSON.stringify(list)}\n`);
  logger.debug({ sequence: list.sequence }, 'list of mirrors renewed');
}

export function enrolmentOf(config: Config, database: StateDatabase): Enrolment {
  const time = (text: string | null) => (text === null ? null : Date.parse(text));
  const mirrors = config.mirrors.map(({ name, public_keys }) => ({
    name,
    keys: public_keys.map(({ key, not_after, revoked_at }) => ({
      publicKey: key,
      notAfter: time(not_after),
      revokedAt: time(revoked_at),
    })),
  }));
  return openEnrolment(database, mirrors);
}

function judgeRoomOf(rooms: Rooms): JudgeRoom {
  return {
    database: rooms.database,
    audit: rooms.audit,
    releasedAt: releasedAtBy(rooms),
  };
}

/** By the origin's own time of the POM or the jar, or when we first saw it, whichever was earlier. */
function releasedAtBy({ inventory }: Pick<Rooms, 'inventory'>): (version: Counted) => number | null {
  const isEmpty = inventory.current().generation === 0;
  return ({ group, artifact, version }) => {
    // A primary that mirrors nothing itself knows of no version, and doubts none for that.
    if (isEmpty) return 0;
    const folder = `${group.replaceAll('.', '/')}/${artifact}/${version}`;
    if (version.endsWith('-SNAPSHOT')) return inventory.isAnyBelow(folder) ? 0 : null;
    const row =
      inventory.row(`${folder}/${artifact}-${version}.pom`) ?? inventory.row(`${folder}/${artifact}-${version}.jar`);
    return row === null ? null : Math.min(row.originMtime, row.firstSeen);
  };
}

function accept(config: Config, request: AcceptRequest, { clock }: PrimaryHost): Doubted {
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const now = clock.now();
  const day = dayName(request.day);
  const actor = request.actor ?? userInfo().username;
  const { mirror, reason } = request;
  const accepted = acceptStatistics(judgeRoomOf(rooms), { mirror, day, actor, reason }, now);
  if (accepted === null) {
    throw new CodedError('statistics-unknown', `No statistics of ${mirror} for ${day} are doubted.`, {
      path: mirror,
      remedy: 'Look at `assay stats doubted`.',
    });
  }
  refreshWholes(rooms.database, dayOf(now));
  return doubtedOf(accepted);
}

/** Takes a key of a mirror of the configuration, until the configuration has it. Over HTTP alone: whoever can run verbs can write the file. */
export function enrollKey(
  config: Config,
  request: KeyRequest,
  { clock }: PrimaryHost,
): { mirror: string; key_id: string } {
  const { mirror, key: publicKey, actor, reason } = request;
  if (!config.mirrors.some(({ name }) => name === mirror)) {
    throw new CodedError('mirror-unknown', `No mirror of the configuration is called ${mirror}.`, {
      path: mirror,
      remedy: 'Add it to the section `mirrors` first; `assay enroll` prints the lines.',
    });
  }
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const at = clock.now();
  writing(rooms.database, () => {
    announceKey(rooms.database, { publicKey, mirror, announcedBy: actor, announcedAt: at });
    rooms.audit.write({ at, actor, action: 'enroll', subject: mirror, detail: `${publicKey}: ${reason}` });
  });
  return { mirror, key_id: keyIdOf(publicKey) };
}

function doubtedOf({ mirror, subject, receivedAt, doubts, report }: KeptReport): Doubted {
  const counts = report.kind === 'statistics' ? readDownloads(report.statistics.downloads) : null;
  return {
    mirror,
    day: subject,
    received_at: isoTime(receivedAt),
    downloads: counts === null ? null : totalOf(counts),
    doubts: [...doubts],
  };
}

async function checkKept(config: Config, signal: AbortSignal): Promise<Done<ReportCheckResult>> {
  using rooms = openRoomsToRead(foldersOf(config.data));
  const result: ReportCheckResult = { checked: 0, forged: [] };
  for (let after = 0; ; ) {
    const some = keptIds(rooms.database, after, CHECKED_AT_ONCE);
    if (some.length === 0) break;
    for (const { id, mirror, kind, subject, receivedAt } of some) {
      signal.throwIfAborted();
      result.checked += 1;
      if (!(await verifyKept(rooms.database, id)))
        result.forged.push({ mirror, kind, subject, received_at: isoTime(receivedAt) });
      after = id;
    }
  }
  const problems: Problem[] = result.forged.map(({ mirror, kind, subject }) => ({
    code: 'report-not-genuine',
    sentence: `The ${kind} report ${subject} of ${mirror} is not what the mirror signed.`,
    remedy: 'Somebody wrote into state.db: restore it from a backup, and ask the mirror to send again.',
    path: mirror,
  }));
  return { result, problems, outcomes: problems.length === 0 ? ['clean'] : ['trouble'] };
}

/** A connection as something that `using` ends. */
function closing(state: StateDatabase): Disposable & { readonly state: StateDatabase } {
  return { state, [Symbol.dispose]: () => state.close() };
}
