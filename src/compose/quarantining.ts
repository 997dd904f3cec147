// What an operator does to what was refused: look, release, drop. Audited.

import { mkdirSync, renameSync, utimesSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { QuarantineEntry } from '../config/shape/status.ts';
import { CodedError } from '../host/error.ts';
import { settleHere } from '../mirror/pass/pass.ts';
import type { Quarantined } from '../mirror/publish/quarantine.ts';
import { foldersOf } from './folders.ts';
import { looking } from './looking.ts';
import { firstSource, type PassHost, passOptions, passRoom, withSignedTree, withTree } from './pass-job.ts';
import type { Rooms } from './rooms.ts';
import { entryOf } from './status.ts';
import { clean, type Done, type Reasoned, type Waiting } from './verbs.ts';

export interface QuarantineVerbs {
  quarantineList(config: Config, signal: AbortSignal): Promise<Done<{ entries: QuarantineEntry[] }>>;
  /** `entry` is an id or a repository path. Throws `quarantine-unknown`. */
  quarantineShow(config: Config, entry: string, signal: AbortSignal): Promise<Done<QuarantineEntry>>;
  /** Publishes what the gate refused, audited. */
  quarantineRelease(
    config: Config,
    entry: string,
    options: Reasoned,
    signal: AbortSignal,
  ): Promise<Done<QuarantineEntry>>;
  /** Deletes the quarantined bytes; the refusal stays remembered. */
  quarantineDrop(config: Config, entry: string, options: Waiting, signal: AbortSignal): Promise<Done<QuarantineEntry>>;
}

export function quarantineVerbs(host: PassHost): QuarantineVerbs {
  return {
    quarantineList: async (config) =>
      looking(config, (rooms) => ({ entries: rooms.quarantine.list().toReversed().map(entryOf) })),
    quarantineShow: async (config, entry) => looking(config, (rooms) => entryOf(findEntry(rooms, entry))),
    quarantineRelease: async (config, entry, options, signal) =>
      clean(await release(config, entry, options, host, signal)),
    quarantineDrop: async (config, entry, options, signal) => clean(await drop(config, entry, options, host, signal)),
  };
}

/** By id or by path. Throws `quarantine-unknown`. */
function findEntry(rooms: Rooms, entry: string): Quarantined {
  const found =
    rooms.quarantine.find(entry) ?? rooms.quarantine.list().find((each) => each.sha256.slice(0, 12) === entry);
  if (found !== undefined && found !== null) return found;
  throw new CodedError('quarantine-unknown', `Nothing in quarantine is called ${entry}.`, {
    path: entry,
    remedy: 'Look at `assay quarantine list`.',
  });
}

/** The refused bytes go back to staging with a permit and through the gate again, with the sums and signatures that waited for them. */
async function release(
  config: Config,
  entry: string,
  options: Reasoned,
  host: PassHost,
  signal: AbortSignal,
): Promise<QuarantineEntry> {
  const { waitSeconds } = options;
  const request = { verb: 'quarantine release', waitSeconds, acceptPlan: null, seed: null, keepsWindow: false };
  return await withSignedTree(config, request, host, signal, async (rooms, digesters, signing) => {
    const found = findEntry(rooms, entry);
    const source = firstSource(config);
    assertReleasable(found, rooms);
    const now = host.clock.now();
    const staged = join(foldersOf(config.data).staging, found.path);
    rooms.quarantine.permit(found.path, found.sha256, userInfo().username, now);
    rooms.audit.write({
      at: now,
      actor: userInfo().username,
      action: 'quarantine release',
      subject: found.path,
      detail: `${found.sha256} ${options.reason}`,
    });
    mkdirSync(dirname(staged), { recursive: true });
    renameSync(rooms.quarantine.fileOf(found.path), staged);
    utimesSync(staged, found.originMtime / 1000, found.originMtime / 1000);
    rooms.held.release(found.path);
    rooms.held.hold({ ...heldRow(found), retryAt: 0 }, 0, now);
    await settleHere(
      passOptions(config, source, request, now, signing),
      passRoom(config, source, rooms, digesters, host, signing),
      signal,
    );
    rooms.quarantine.forget(found.path);
    if (rooms.inventory.row(found.path)?.sha256.toString('hex') !== found.sha256) {
      throw new CodedError(
        'release-incomplete',
        `${found.path} is accepted now, but its version still waits: ${rooms.held.find(found.path)?.why ?? 'see assay status'}.`,
        {
          path: found.path,
          remedy: 'Release what else of the version lies in quarantine, or wait for the next pass.',
        },
      );
    }
    return entryOf(found);
  });
}

function assertReleasable(found: Quarantined, rooms: Rooms): void {
  if (!found.hasBytes) {
    throw new CodedError('quarantine-empty', `The bytes of ${found.path} were given up when quarantine was full.`, {
      path: found.path,
      remedy: 'Raise verify.quarantine_max_gib: a pass within the next day fetches them again.',
    });
  }
  if (rooms.held.find(found.path) === null) {
    throw new CodedError(
      'quarantine-settled',
      `${found.path} is held back no more: the origin has mended it, or taken its change back.`,
      {
        path: found.path,
        remedy: 'Run `assay quarantine drop` to be rid of the entry.',
      },
    );
  }
}

function heldRow(found: Quarantined) {
  return {
    path: found.path,
    unit: found.path,
    kind: 'deferred' as const,
    verdict: 'incomplete-version',
    why: 'released by an operator',
    size: found.size,
    mtime: found.originMtime,
    sha256: found.sha256,
  };
}

/** Gives the bytes up. The refusal stays remembered, so that the same bytes are not fetched again, and troubles nobody any more. */
async function drop(
  config: Config,
  entry: string,
  options: Waiting,
  host: PassHost,
  signal: AbortSignal,
): Promise<QuarantineEntry> {
  return await withTree(config, 'quarantine drop', options.waitSeconds, host, signal, async (rooms) => {
    const found = findEntry(rooms, entry);
    const now = host.clock.now();
    rooms.audit.write({
      at: now,
      actor: userInfo().username,
      action: 'quarantine drop',
      subject: found.path,
      detail: found.sha256,
    });
    rooms.quarantine.forget(found.path);
    rooms.held.drop(found.path);
    rooms.findings.resolve(found.path, now);
    return entryOf(found);
  });
}
