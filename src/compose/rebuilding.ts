// `assay verify --rebuild`: state.db made again from the tree and the ledger.

import { rmSync } from 'node:fs';
import { availableParallelism, userInfo } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { RebuildResult } from '../config/shape/verify.ts';
import { severityOf } from '../finding/finding.ts';
import { HOUR, SECOND } from '../host/clock.ts';
import { syncFilesystem } from '../host/durable.ts';
import { makeAdoption } from '../mirror/inventory/writer.ts';
import { openJournal } from '../mirror/publish/publish.ts';
import { type LeftOut, moveOut, type RebuildOutcome, rebuild } from '../mirror/scrub/scrub.ts';
import { startDigesters } from '../mirror/verify/digest.ts';
import { replaceState } from '../state/backup.ts';
import { alone, asideName, stamp } from './alone.ts';
import type { Folders } from './folders.ts';
import { tellingFullDisk } from './pass-job.ts';
import { makeRooms, type Rooms } from './rooms.ts';
import type { ScrubHost } from './scrubbing.ts';
import type { Done, Waiting } from './verbs.ts';

export interface RebuildVerbs {
  /** Needs the daemon to be stopped. */
  rebuild(config: Config, options: Waiting, signal: AbortSignal): Promise<Done<RebuildResult>>;
}

export function rebuildVerbs(host: ScrubHost): RebuildVerbs {
  return { rebuild: (config, options, signal) => rebuildState(config, options, host, signal) };
}

const GIB = 1024 ** 3;

async function rebuildState(
  config: Config,
  options: Waiting,
  host: ScrubHost,
  signal: AbortSignal,
): Promise<Done<RebuildResult>> {
  const startedAt = host.clock.now();
  const work = async (folders: Folders): Promise<Done<RebuildResult>> => {
    const incoming = `${folders.state}.rebuilding`;
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(incoming + suffix, { force: true });
    const { outcome, lineage } = await rebuildInto(incoming, config, folders, host, signal);
    const aside = asideName(folders.state, 'rebuild', startedAt);
    // A kill before this line leaves the old database as it was, after it the new one; strangers stay in the tree until a scrub tells of them.
    const isReplaced = replaceState(folders.state, incoming, aside);
    const to = join(folders.foreign, stamp(startedAt));
    const moved = outcome.leftOut.filter(({ place, path }) => place !== null && moveOut({ place, text: path }, to));
    await syncFilesystem(folders.published, signal);
    const result: RebuildResult = {
      files: outcome.files,
      bytes: outcome.bytes,
      seconds: Math.max(0, host.clock.now() - startedAt) / SECOND,
      lineage,
      takedowns: outcome.takedowns,
      known_digests: outcome.knownDigests,
      left_out: outcome.leftOut.map(({ path, verdict, why }) => ({ path, verdict, sentence: why })),
      moved_to: moved.length === 0 ? null : relative(config.data, to),
      kept_as: isReplaced ? basename(aside) : null,
    };
    return { result, problems: [], outcomes: [outcome.leftOut.some((each) => !each.isForeign) ? 'trouble' : 'clean'] };
  };
  return await tellingFullDisk(config, () =>
    alone(config, 'verify --rebuild', options.waitSeconds, host.clock, signal, work),
  );
}

async function rebuildInto(
  file: string,
  config: Config,
  folders: Folders,
  host: ScrubHost,
  signal: AbortSignal,
): Promise<{ outcome: RebuildOutcome; lineage: string }> {
  using rooms = makeRooms({ ...folders, state: file }, config.verify.quarantine_max_gib * GIB);
  await using digesters = startDigesters(Math.min(2, availableParallelism()));
  const options = {
    published: folders.published,
    ledger: folders.ledger,
    policy: {
      upstreamSums: config.verify.upstream_sums,
      settleMs: config.verify.settle_hours * HOUR,
      // What was published under a larger ceiling stays: a pass judges it.
      maxFileBytes: Number.MAX_SAFE_INTEGER,
      // So do signatures: all of them are judged anew afterwards.
      signatures: 'off' as const,
    },
  };
  const room = {
    ...rooms,
    writer: openJournal(rooms.database).inventory,
    adoption: makeAdoption(rooms.database),
    digesters,
    clock: host.clock,
    logger: host.logger.child({ room: 'scrub' }),
    onEvent: host.onScrub,
  };
  const outcome = await rebuild(options, room, signal);
  const now = host.clock.now();
  for (const { path, verdict, why, size, originMtime: mtime, sha256 } of rooms.quarantine.adoptNotes())
    rooms.held.hold({ path, unit: path, kind: 'rejected', verdict, why, size, mtime, sha256, retryAt: now }, 0, now);
  for (const left of outcome.leftOut) if (!left.isForeign) accuse(left, rooms, now);
  rooms.audit.write({
    at: now,
    actor: userInfo().username,
    action: 'verify --rebuild',
    subject: basename(folders.state),
    detail: `${outcome.files} files taken from the tree, ${outcome.leftOut.length} left out`,
  });
  return { outcome, lineage: rooms.inventory.current().lineage };
}

/** As the gate says it, for a pass that brings it again takes it back. */
function accuse({ path, verdict, why, file }: LeftOut, rooms: Rooms, now: number): void {
  rooms.findings.stand(
    {
      foundBy: 'gate',
      verdict,
      severity: severityOf(verdict) === 'critical' ? 'critical' : 'warning',
      path,
      why,
      expected: null,
      observed: file === null ? null : { size: file.size, sha256: file.sha256.toString('hex') },
      blame: 'self',
      generation: 1,
    },
    now,
  );
}
