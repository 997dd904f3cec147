// Renames and unlinks in the published tree. Every step may be run again after a kill: what is done already is left alone.

import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import { locate } from '../../maven/layout.ts';
import type { PendingRow } from '../inventory/writer.ts';

export interface TreeFolders {
  readonly published: string;
  readonly settling: string;
  /** Where the bytes of a quarantined path lie. */
  quarantined(path: string): string;
}

/** Moves the files of `rows`, in their order, into the published tree. Returns those whose bytes are nowhere: they must not be admitted. */
export function moveIn(rows: readonly PendingRow[], folders: TreeFolders): PendingRow[] {
  const lost: PendingRow[] = [];
  const made = new Set<string>();
  const makeFolder = (folder: string) => {
    if (made.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    made.add(folder);
  };
  for (const group of byFolder(rows)) {
    if (moveWhole(group, folders, makeFolder)) continue;
    for (const row of group) if (!moveOne(row, folders, makeFolder)) lost.push(row);
  }
  return lost;
}

/** Consecutive rows of one version folder that come from staging; other rows stand alone. */
function* byFolder(rows: readonly PendingRow[]): Iterable<PendingRow[]> {
  let group: PendingRow[] = [];
  let unit = '';
  for (const row of rows) {
    const next = row.phase === 'version' && row.origin === 'staging' ? locate(row.path).unit : '';
    if (group.length > 0 && (next === '' || next !== unit)) {
      yield group;
      group = [];
    }
    group.push(row);
    unit = next;
  }
  if (group.length > 0) yield group;
}

/**
 * A new version whose staged folder holds exactly the accepted files goes in by one rename: four times fewer system calls in a first pass, and
 * the order within the version becomes atomic. A stranger's file beside them (a name the gate never saw) makes it file by file.
 */
function moveWhole(group: readonly PendingRow[], folders: TreeFolders, makeFolder: (folder: string) => void): boolean {
  const first = group[0];
  if (first === undefined || first.phase !== 'version' || first.origin !== 'staging') return false;
  const unit = locate(first.path).unit;
  const source = join(folders.settling, unit);
  const target = join(folders.published, unit);
  const names = namesIn(source);
  if (names === null || names.length !== group.length || existsSync(target)) return false;
  const wanted = new Set(group.map((row) => row.path.slice(unit.length + 1)));
  if (!names.every((name) => wanted.has(name))) return false;
  makeFolder(dirname(target));
  renameSync(source, target);
  return true;
}

function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function moveOne(row: PendingRow, folders: TreeFolders, makeFolder: (folder: string) => void): boolean {
  const source = row.origin === 'quarantine' ? folders.quarantined(row.path) : join(folders.settling, row.path);
  const target = join(folders.published, row.path);
  makeFolder(dirname(target));
  try {
    renameSync(source, target);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    // Moved before a kill; the size tells it from an older file that this row should have replaced.
    return statSync(target, { throwIfNoEntry: false })?.size === row.size;
  }
}

/** Unlinks the files and the folders that become empty. */
export function takeOut(rows: readonly PendingRow[], folders: TreeFolders): void {
  const parents = new Set<string>();
  for (const row of rows) {
    rmSync(join(folders.published, row.path), { force: true });
    for (let folder = dirname(row.path); folder !== '.'; folder = dirname(folder)) parents.add(folder);
  }
  for (const folder of [...parents].sort((a, b) => b.length - a.length)) removeIfEmpty(join(folders.published, folder));
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}
