// The published tree read again beside the inventory, and put right: by the daemon once a week, and by `assay verify`.

import { availableParallelism, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { ScrubFinding, VerifyResult } from '../config/shape/verify.ts';
import { isoTime, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { takeLock } from '../host/lock.ts';
import { bringAgain } from '../mirror/pass/pass.ts';
import { openJournal, recover } from '../mirror/publish/publish.ts';
import {
  type BringAgain,
  type MendOutcome,
  mend,
  type ScrubEvent,
  type ScrubOptions,
  type ScrubOutcome,
  type ScrubRoom,
  scrub,
} from '../mirror/scrub/scrub.ts';
import { type Digesters, startDigesters } from '../mirror/verify/digest.ts';
import { stamp } from './alone.ts';
import { findingJson } from './finding-json.ts';
import { foldersOf } from './folders.ts';
import { type PassHost, passOptions, passRoom, publishRoom, tellingFullDisk, withTree } from './pass-job.ts';
import { openRooms, type Rooms } from './rooms.ts';
import type { Done, Outcome, Waiting } from './verbs.ts';

export interface ScrubHost extends PassHost {
  readonly onScrub: (event: ScrubEvent) => void;
}

export interface VerifyOptions extends Waiting {
  /** Fetch what is damaged or missing again, and move what is foreign out of the tree. */
  readonly repair: boolean;
  /** From the beginning, though an earlier start was cut short. */
  readonly anew: boolean;
  /** In place of `verify.scrub_mib_per_second`; 0: as fast as the disk. */
  readonly mibPerSecond: number | null;
}

export interface VerifyVerbs {
  verify(config: Config, options: VerifyOptions, signal: AbortSignal): Promise<Done<VerifyResult>>;
}

export function verifyVerbs(host: ScrubHost): VerifyVerbs {
  return { verify: (config, options, signal) => verify(config, options, host, signal) };
}

const MIB = 1024 * 1024;
const NOTHING_MENDED: MendOutcome = { repaired: [], movedAway: [], unrepaired: [] };

async function verify(
  config: Config,
  options: VerifyOptions,
  host: ScrubHost,
  signal: AbortSignal,
): Promise<Done<VerifyResult>> {
  const startedAt = host.clock.now();
  await finishInterrupted(config, host, signal);
  const outcome = await scrubOnce(config, options, host, signal);
  const strangersTo = join(foldersOf(config.data).foreign, stamp(startedAt));
  const problems: Problem[] = [];
  let mended = NOTHING_MENDED;
  if (options.repair) {
    try {
      mended = await mendOnce(config, options, strangersTo, host, signal);
    } catch (error) {
      // What was found is told all the same.
      if (!(error instanceof CodedError)) throw error;
      problems.push({ code: error.code, sentence: error.message, remedy: error.remedy, path: error.path });
    }
  }
  if (mended.unrepaired.length > 0) problems.push(unrepaired(mended));
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  const outcomes: Outcome[] = [rooms.findings.troubles() > 0 ? 'trouble' : 'clean'];
  if (problems.length > 0) outcomes.push('could-not');
  const seconds = Math.max(0, host.clock.now() - startedAt) / SECOND;
  const movedTo = mended.movedAway.length > 0 ? relative(config.data, strangersTo) : null;
  return { result: resultOf(outcome, mended, seconds, movedTo, rooms), problems, outcomes };
}

/** What a kill left half published cannot be judged. Whoever holds the tree now has finished it before he began. */
async function finishInterrupted(config: Config, host: ScrubHost, signal: AbortSignal): Promise<void> {
  try {
    await withTree(config, 'verify', 0, host, signal, async (rooms) => {
      await recover(publishRoom(config, rooms, host.logger), host.clock.now(), signal);
    });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'busy') throw error;
  }
}

/** One scrub, beside whatever else runs. Throws `busy` when another one does. */
export async function scrubOnce(
  config: Config,
  options: Pick<VerifyOptions, 'repair' | 'anew' | 'mibPerSecond' | 'waitSeconds'>,
  host: ScrubHost,
  signal: AbortSignal,
): Promise<ScrubOutcome> {
  const folders = foldersOf(config.data);
  return await tellingFullDisk(config, async () => {
    using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
    using _only = await takeLock(folders.scrubLock, 'verify', options.waitSeconds * SECOND, host.clock, signal);
    await using digesters = startDigesters(Math.min(2, availableParallelism()));
    return await scrub(scrubOptions(config, options), scrubRoom(rooms, digesters, host), signal);
  });
}

/** Puts right what the last scrub found, under the tree's lock. `strangersTo` null: foreign files stay where they are. */
export async function mendOnce(
  config: Config,
  options: Pick<VerifyOptions, 'waitSeconds'>,
  strangersTo: string | null,
  host: ScrubHost,
  signal: AbortSignal,
): Promise<MendOutcome> {
  return await withTree(config, 'verify --repair', options.waitSeconds, host, signal, async (rooms, digesters) => {
    await recover(publishRoom(config, rooms, host.logger), host.clock.now(), signal);
    const how = { ...scrubOptions(config, { repair: true, anew: false, mibPerSecond: 0 }), strangersTo };
    const room = scrubRoom(rooms, digesters, host);
    const mended = await mend(how, room, fromSources(config, rooms, digesters, host), signal);
    audit(mended, rooms, host);
    return mended;
  });
}

/** Asks the sources in their order; the next one for what the one before did not have as it must be. */
function fromSources(config: Config, rooms: Rooms, digesters: Digesters, host: ScrubHost): BringAgain {
  return async (lacking, signal) => {
    let wanted = lacking;
    const refused = new Set<string>();
    let trouble: string | null = config.source.length === 0 ? 'there is no source in the configuration' : null;
    for (const source of config.source) {
      if (wanted.length === 0) break;
      const request = { verb: 'verify --repair', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: false };
      const room = passRoom(config, source, rooms, digesters, host);
      await using _source = room.source;
      const again = await bringAgain(wanted, passOptions(config, source, request, host.clock.now()), room, signal);
      for (const path of again.refused) refused.add(path);
      trouble = again.trouble?.sentence ?? null;
      wanted = wanted.filter(({ row }) => !again.brought.has(row.path));
    }
    return { refused, trouble };
  };
}

function scrubOptions(config: Config, options: Pick<VerifyOptions, 'repair' | 'anew' | 'mibPerSecond'>): ScrubOptions {
  const mibPerSecond = options.mibPerSecond ?? config.verify.scrub_mib_per_second;
  const { published } = foldersOf(config.data);
  return { published, bytesPerSecond: mibPerSecond * MIB, anew: options.anew, mayBeEmpty: options.repair };
}

function scrubRoom(rooms: Rooms, digesters: Digesters, host: ScrubHost): ScrubRoom {
  return {
    database: rooms.database,
    inventory: rooms.inventory,
    writer: openJournal(rooms.database).inventory,
    findings: rooms.findings,
    history: rooms.scrubs,
    withheld: rooms.withheld,
    digesters,
    clock: host.clock,
    logger: host.logger.child({ room: 'scrub' }),
    onEvent: host.onScrub,
  };
}

function audit(mended: MendOutcome, rooms: Rooms, host: ScrubHost): void {
  const { repaired, movedAway } = mended;
  if (repaired.length + movedAway.length === 0) return;
  rooms.audit.write({
    at: host.clock.now(),
    actor: userInfo().username,
    action: 'verify --repair',
    subject: 'published',
    detail: `${repaired.length} files fetched again, ${movedAway.length} foreign files moved away`,
  });
}

function unrepaired({ unrepaired: left }: MendOutcome): Problem {
  const first = left[0];
  const more = left.length > 1 ? ` (and ${left.length - 1} more)` : '';
  return {
    code: 'repair-incomplete',
    sentence: `${first?.path ?? ''} could not be put right: ${first?.why ?? ''}${more}.`,
    remedy: 'It stays withheld; `assay verify --repair` tries again, as does the weekly scrub.',
    path: first?.path ?? null,
  };
}

function resultOf(
  outcome: ScrubOutcome,
  mended: MendOutcome,
  seconds: number,
  movedTo: string | null,
  rooms: Rooms,
): VerifyResult {
  return {
    files: outcome.files,
    bytes: outcome.bytes,
    seconds,
    began_at: isoTime(outcome.startedAt),
    resumed_after: outcome.resumedAfter,
    findings: findingsOf(rooms),
    repaired: [...mended.repaired],
    moved_away: [...mended.movedAway],
    moved_to: movedTo,
    unrepaired: mended.unrepaired.map(({ path, why }) => ({ path, sentence: why })),
  };
}

function findingsOf({ findings }: Rooms): ScrubFinding[] {
  return findings.standing('scrub').map((each) => ({
    ...findingJson(each, findings.incidentOf(each.id)),
    path: each.path ?? '',
    since: isoTime(each.firstAt),
    acknowledged: each.acknowledgedAt !== null,
  }));
}
