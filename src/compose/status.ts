// What `assay status` and `/-/status.json` tell. Read only, so that it answers in the middle of anything.

import type { Config } from '../config/schema.ts';
import type { QuarantineEntry, StatusResult } from '../config/shape/status.ts';
import { type Clock, isoTime } from '../host/clock.ts';
import { lockHolder } from '../host/lock.ts';
import type { PassRecord } from '../mirror/pass/pass.ts';
import type { Quarantined } from '../mirror/publish/quarantine.ts';
import { summarize, type TargetSummary } from '../mirror/push/push.ts';
import { openListStore } from '../primary/mirror-list.ts';
import { REPORT_TOPIC } from '../report/deliver.ts';
import { carriedListFile, readList } from './carried-list.ts';
import { foldersOf } from './folders.ts';
import { looking } from './looking.ts';
import { sourceNote } from './pass-job.ts';
import { pauseOf } from './pausing.ts';
import type { Rooms } from './rooms.ts';
import type { Done } from './verbs.ts';
import { ownBuild, ownVersion } from './version.ts';
import { watchStatus } from './watch-status.ts';

export interface StatusVerbs {
  status(config: Config, signal: AbortSignal): Promise<Done<StatusResult>>;
}

const NEWEST = 20;

export function statusVerbs(clock: Clock): StatusVerbs {
  return { status: async (config) => looking(config, (rooms) => statusOf(config, rooms, clock)) };
}

export function statusOf(config: Config, rooms: Rooms, clock: Pick<Clock, 'now'>): StatusResult {
  const current = rooms.inventory.current();
  const quarantined = rooms.quarantine.list();
  const lastSuccess = rooms.history.lastSuccess();
  return {
    name: config.name,
    version: ownVersion(),
    build: buildOf(),
    generation: current.generation,
    lineage: current.generation === 0 ? null : current.lineage,
    files: current.files,
    bytes: current.bytes,
    last_success_at: lastSuccess === null ? null : isoTime(lastSuccess),
    last_attempt: attemptOf(rooms.history.latest()),
    running: lockHolder(foldersOf(config.data).lock),
    sources: config.source.map(({ url }) => sourceOf(url, rooms)),
    paused: pauseOf(rooms, clock.now()),
    scrub: scrubOf(rooms),
    signatures: signaturesOf(config, rooms),
    deferred: rooms.held.list().filter((held) => held.kind === 'deferred').length,
    absent: rooms.inventory.countAbsent(),
    takedowns: rooms.takedowns.list().length,
    push: config.push.map(({ name, kind }) => targetOf(kind, summarize(rooms.database, name, current.lineage))),
    origin: originOf(config, rooms),
    report: config.report === null ? null : reportOf(rooms),
    ...watchStatus(config, rooms, clock.now()),
    quarantine: {
      entries: quarantined.length,
      bytes: quarantined.reduce((sum, entry) => sum + (entry.hasBytes ? entry.size : 0), 0),
      newest: quarantined.toReversed().slice(0, NEWEST).map(entryOf),
    },
  };
}

function signaturesOf(config: Config, { signatures }: Rooms): StatusResult['signatures'] {
  const counts = signatures.counts();
  const total = (of: 'weak' | 'refusedByKeysmap') => counts.reduce((sum, each) => sum + each[of], 0);
  const endedAt = signatures.turn()?.endedAt ?? null;
  return {
    mode: config.verify.signatures,
    classes: Object.fromEntries(counts.map((each) => [each.class, each.files])),
    weak: total('weak'),
    refusable: total('refusedByKeysmap'),
    judged_at: endedAt === null ? null : isoTime(endedAt),
  };
}

function originOf(config: Config, rooms: Rooms): StatusResult['origin'] {
  const list =
    config.primary === null ? readList(carriedListFile(config))?.list : openListStore(rooms.database).current();
  return list?.origin ?? null;
}

function reportOf({ outbox }: Rooms): StatusResult['report'] {
  const { due, dead, oldestDueAt } = outbox.state(REPORT_TOPIC);
  return { waiting: due, refused: dead, oldest_waiting_at: oldestDueAt === null ? null : isoTime(oldestDueAt) };
}

/** How a pass ended, in the words of `status`. */
export const OUTCOMES = {
  complete: 'clean',
  partial: 'clean',
  stopped: 'stopped',
  trouble: 'could-not',
  failed: 'could-not',
} as const;

function attemptOf(record: PassRecord | null): StatusResult['last_attempt'] {
  if (record === null) return null;
  return {
    started_at: isoTime(record.startedAt),
    ended_at: record.endedAt === null ? null : isoTime(record.endedAt),
    outcome: record.outcome === null ? 'running' : OUTCOMES[record.outcome],
    sentence: record.sentence ?? '',
  };
}

const PUSH_OUTCOMES = {
  complete: 'clean',
  owing: 'trouble',
  failed: 'could-not',
  trouble: 'could-not',
  stopped: 'stopped',
} as const;

function targetOf(kind: 's3' | 'purge', summary: TargetSummary): StatusResult['push'][number] {
  const { target: name, generation, objects, lastSuccess, latest, owed, stale } = summary;
  return {
    ...{ name, kind, generation, objects, owed, stale },
    last_success_at: lastSuccess === null ? null : isoTime(lastSuccess),
    last_attempt:
      latest === null
        ? null
        : {
            started_at: isoTime(latest.startedAt),
            ended_at: latest.endedAt === null ? null : isoTime(latest.endedAt),
            outcome: latest.outcome === null ? 'running' : PUSH_OUTCOMES[latest.outcome],
            sentence: latest.sentence ?? '',
          },
  };
}

function sourceOf(url: string, rooms: Rooms): StatusResult['sources'][number] {
  const known = sourceNote(rooms, url);
  if (known === null) return { url, reachable: null, asked_at: null, since: null, sentence: null };
  const { reachable, at, since = at, sentence } = known;
  return { url, reachable, asked_at: isoTime(at), since: isoTime(since), sentence };
}

function buildOf(): StatusResult['build'] {
  const { commit, builtAt, node, openssl } = ownBuild();
  return { commit, built_at: builtAt, node, openssl };
}

function scrubOf({ scrubs, withheld }: Rooms): StatusResult['scrub'] {
  const latest = scrubs.latest();
  const ended = scrubs.lastEnded();
  const isOpen = latest !== null && latest.endedAt === null;
  return {
    last_ended_at: ended?.endedAt == null ? null : isoTime(ended.endedAt),
    unfinished: isOpen ? { began_at: isoTime(latest.startedAt), files: latest.files } : null,
    withheld: withheld.list().length,
  };
}

export function entryOf(entry: Quarantined): QuarantineEntry {
  const isSha256 = entry.expected?.length === 64;
  return {
    id: entry.sha256.slice(0, 12),
    path: entry.path,
    verdict: entry.verdict,
    sentence: entry.hasBytes ? entry.why : `${entry.why}; the bytes were given up for room`,
    size: entry.size,
    since: isoTime(entry.at),
    source: entry.source,
    expected_sha256: isSha256 ? entry.expected : null,
    observed_sha256: entry.sha256,
  };
}
