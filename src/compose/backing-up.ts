// The database and the ledger in one file, and back. The tree is not in it: it is fetched again, or copied by whoever has room for it.

import { rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { BackupResult, RestoreResult } from '../config/shape/backup.ts';
import { type Clock, isoTime } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import { makeAdoption, mergeLedger } from '../mirror/inventory/writer.ts';
import { removeFromTree } from '../mirror/publish/publish.ts';
import { openBackup, replaceState, unpackBackup, writeBackup } from '../state/backup.ts';
import { assertNotNewer } from '../state/migrate.ts';
import { alone, asideName } from './alone.ts';
import { foldersOf } from './folders.ts';
import { publishRoom } from './pass-job.ts';
import { makeRooms, openRoomsToRead, SCHEMAS } from './rooms.ts';
import { clean, type Done, type Waiting } from './verbs.ts';
import { ownVersion } from './version.ts';

export interface BackupOptions {
  /** Replaces a file that is there. */
  readonly force: boolean;
}

export interface BackupVerbs {
  /** `file` is absolute. Works while everything runs. */
  backup(config: Config, file: string, options: BackupOptions, signal: AbortSignal): Promise<Done<BackupResult>>;
  /** Needs the daemon to be stopped. */
  restore(config: Config, file: string, options: Waiting, signal: AbortSignal): Promise<Done<RestoreResult>>;
}

export interface RestoreHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

export function backupVerbs(host: RestoreHost): BackupVerbs {
  return {
    backup: async (config, file, options) => clean(await backUp(config, file, options, host.clock)),
    restore: async (config, file, options, signal) => clean(await restore(config, file, options, host, signal)),
  };
}

async function backUp(config: Config, file: string, { force }: BackupOptions, clock: Clock): Promise<BackupResult> {
  const folders = foldersOf(config.data);
  using rooms = openRoomsToRead(folders);
  const { lineage, generation, files } = rooms.inventory.current();
  const madeAt = clock.now();
  const note = { name: config.name, version: ownVersion(), madeAt, lineage, generation, files };
  await writeBackup(rooms.database, folders.ledger, file, note, force);
  return { file, made_at: isoTime(madeAt), generation, files, bytes: statSync(file).size, lineage };
}

async function restore(
  config: Config,
  file: string,
  options: Waiting,
  host: RestoreHost,
  signal: AbortSignal,
): Promise<RestoreResult> {
  using backup = openBackup(file);
  assertNotNewer(backup.database, SCHEMAS);
  return await alone(config, 'restore', options.waitSeconds, host.clock, signal, async (folders) => {
    const now = host.clock.now();
    const keptAs: string[] = [];
    const ledgerAside = asideName(folders.ledger, 'restore', now);
    // First the ledger, which says more than before and nothing less: a kill between the two loses nothing.
    if (mergeLedger(backup.ledger(), folders.ledger, ledgerAside)) keptAs.push(basename(ledgerAside));
    const incoming = `${folders.state}.restoring`;
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(incoming + suffix, { force: true });
    await unpackBackup(backup, incoming);
    const lineage = await bringForward(incoming, config, backup.note.madeAt, host, signal);
    const stateAside = asideName(folders.state, 'restore', now);
    if (replaceState(folders.state, incoming, stateAside)) keptAs.unshift(basename(stateAside));
    const { generation, files, madeAt } = backup.note;
    return { file, made_at: isoTime(madeAt), generation, files, lineage, kept_as: keptAs };
  });
}

/** To the tables of now, to a lineage of its own, and to the takedowns that came after the backup. Returns the lineage. */
async function bringForward(
  file: string,
  config: Config,
  madeAt: number,
  { clock, logger }: RestoreHost,
  signal: AbortSignal,
): Promise<string> {
  const folders = foldersOf(config.data);
  using rooms = makeRooms({ ...folders, state: file }, Number.POSITIVE_INFINITY);
  const now = clock.now();
  const adoption = makeAdoption(rooms.database);
  adoption.learn(folders.ledger, now);
  adoption.renewLineage();
  const { generation } = rooms.inventory.current();
  for (const { prefix } of rooms.takedowns.list())
    await removeFromTree(rooms.inventory.under(prefix), publishRoom(config, rooms, logger), generation, now, signal);
  // The tree has gone on since: the next pass compares all of it, though the listing be the one of then.
  rooms.history.forget('settled-listing');
  rooms.audit.write({
    at: now,
    actor: userInfo().username,
    action: 'restore',
    subject: basename(folders.state),
    detail: `from a backup of ${isoTime(madeAt)}`,
  });
  return rooms.inventory.current().lineage;
}
