// What an operator does to the tree by hand: release and drop quarantined files, take down and lift, pause and resume. All of it is audited.

import { appendFileSync, existsSync, mkdirSync, renameSync, utimesSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { QuarantineEntry, Takedown } from '../config/shape/status.ts';
import { isoTime } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { parseCoordinates, prefixOf } from '../maven/coordinates.ts';
import type { Takedown as StoredTakedown } from '../mirror/inventory/store.ts';
import { settleHere } from '../mirror/pass/pass.ts';
import { removeFromTree } from '../mirror/publish/publish.ts';
import type { Quarantined } from '../mirror/publish/quarantine.ts';
import { foldersOf } from './folders.ts';
import { type PassHost, passOptions, passRoom, withTree } from './pass-job.ts';
import type { Rooms } from './rooms.ts';
import { entryOf } from './status.ts';
import type { TakedownRequest, Waiting } from './verbs.ts';

interface Reasoned extends Waiting {
  readonly reason: string;
}

/** By id or by path. Throws `quarantine-unknown`. */
export function findEntry(rooms: Rooms, entry: string): Quarantined {
  const found =
    rooms.quarantine.find(entry) ?? rooms.quarantine.list().find((each) => each.sha256.slice(0, 12) === entry);
  if (found !== undefined && found !== null) return found;
  throw new CodedError('quarantine-unknown', `Nothing in quarantine is called ${entry}.`, {
    path: entry,
    remedy: 'Look at `assay quarantine list`.',
  });
}

/** The refused bytes go back to staging with a permit and through the gate again, with the sums and signatures that waited for them. */
export async function release(
  config: Config,
  entry: string,
  options: Reasoned,
  host: PassHost,
  signal: AbortSignal,
): Promise<QuarantineEntry> {
  return await withTree(config, 'quarantine release', options.waitSeconds, host, signal, async (rooms, digesters) => {
    const found = findEntry(rooms, entry);
    const source = config.source[0];
    if (source === undefined) throw new Error('a configuration without a source passed its checks');
    if (!found.hasBytes) {
      throw new CodedError('quarantine-empty', `The bytes of ${found.path} were given up when quarantine was full.`, {
        path: found.path,
        remedy: 'Run `assay quarantine drop` and `assay sync`: it is fetched again.',
      });
    }
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
    const request = { verb: 'quarantine release', waitSeconds: 0, acceptPlan: null, seed: null, keepsWindow: false };
    await settleHere(
      passOptions(config, source, request, now),
      passRoom(config, source, rooms, digesters, host),
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
export async function drop(
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

export async function takeDown(
  config: Config,
  request: TakedownRequest,
  host: PassHost,
  signal: AbortSignal,
): Promise<Takedown> {
  const named = parseCoordinates(request.what);
  if (named.kind === 'fault') {
    throw new CodedError('coordinates-wrong', `Cannot read ${JSON.stringify(request.what)} as coordinates.`, {
      path: request.what,
      remedy: `Expected ${named.expected}.`,
    });
  }
  return await withTree(config, 'takedown add', request.waitSeconds, host, signal, async (rooms, digesters) => {
    const source = config.source[0];
    if (source === undefined) throw new Error('a configuration without a source passed its checks');
    const at = host.clock.now();
    const takedown = {
      prefix: prefixOf(named),
      reason: request.reason,
      legal: request.legal,
      at,
      actor: userInfo().username,
    };
    // The ledger first: a rebuild must never bring back what was taken down.
    appendFileSync(foldersOf(config.data).ledger, `${JSON.stringify({ kind: 'takedown', ...takedown })}\n`);
    rooms.takedowns.add(takedown);
    rooms.audit.write({
      at,
      actor: takedown.actor,
      action: 'takedown add',
      subject: takedown.prefix,
      detail: request.reason,
    });
    const paths = [...rooms.inventory.companions(takedown.prefix), ...rooms.inventory.below(takedown.prefix)].map(
      (row) => row.path,
    );
    const room = passRoom(config, source, rooms, digesters, host);
    await removeFromTree(paths, room.publishing, rooms.inventory.current().generation + 1, at, signal);
    for (const held of rooms.held.list()) if (rooms.takedowns.of(held.path) !== null) rooms.held.release(held.path);
    for (const path of paths) rooms.findings.resolve(path, at);
    return takedownOf(takedown, paths.length);
  });
}

export async function liftTakedown(
  config: Config,
  what: string,
  options: Reasoned,
  host: PassHost,
  signal: AbortSignal,
): Promise<Takedown> {
  return await withTree(config, 'takedown lift', options.waitSeconds, host, signal, async (rooms) => {
    const named = parseCoordinates(what);
    const prefix = named.kind === 'fault' ? what : prefixOf(named);
    const found = rooms.takedowns.list().find((each) => each.prefix === prefix);
    if (found === undefined) {
      throw new CodedError('takedown-unknown', `Nothing is taken down as ${what}.`, {
        path: what,
        remedy: 'Look at `assay takedown list`.',
      });
    }
    const at = host.clock.now();
    appendFileSync(foldersOf(config.data).ledger, `${JSON.stringify({ kind: 'takedown-lifted', prefix, at })}\n`);
    rooms.takedowns.lift(prefix);
    // The listing is the same as before: without this the next pass would see nothing to do.
    rooms.history.forget('settled-listing');
    rooms.audit.write({
      at,
      actor: userInfo().username,
      action: 'takedown lift',
      subject: prefix,
      detail: options.reason,
    });
    return takedownOf(found, 0);
  });
}

export function takedownOf(takedown: StoredTakedown, files: number): Takedown {
  const { prefix, reason, legal, at, actor } = takedown;
  return { id: prefix, what: prefix, reason, legal, at: isoTime(at), by: actor, files };
}

/** Whether a data directory was ever used; verbs that only look say `no-data` by themselves. */
export function isInUse(config: Config): boolean {
  return existsSync(foldersOf(config.data).state);
}
