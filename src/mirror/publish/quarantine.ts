// Where refused bytes lie and why. Nothing here is ever served. Each path has one folder, named by a digest of the path so that a hostile name
// can neither climb nor collide: the bytes as `file`, and `note.json` beside them for whoever looks with plain tools.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../host/clock.ts';
import { writeDurably } from '../../host/durable.ts';
import { systemCode } from '../../host/error.ts';
import { type StateDatabase, writing } from '../../state/open.ts';
import type { RejectedAs, StagedFile } from '../verify/gate.ts';

import { notesIn } from './note.ts';

export { publishSchema } from './schema.ts';

export interface Quarantined {
  readonly path: string;
  readonly verdict: RejectedAs;
  readonly why: string;
  readonly size: number;
  readonly originMtime: number;
  /** Lower-case hex of the refused bytes. */
  readonly sha256: string;
  /** What the origin's sum, or the published row, says instead. */
  readonly expected: string | null;
  readonly source: string;
  readonly at: number;
  /** False when the size ceiling pushed the bytes out: the note stays. */
  readonly hasBytes: boolean;
}

export interface Quarantine {
  fileOf(path: string): string;
  put(
    staging: string,
    file: StagedFile,
    verdict: RejectedAs,
    why: string,
    expected: string | null,
    source: string,
    now: number,
  ): void;
  list(): Quarantined[];
  find(path: string): Quarantined | null;
  forget(path: string): void;
  /** Takes in what the notes in the folder tell of and the database does not know: it is a new one. Returns what was taken in. */
  adoptNotes(): Quarantined[];
  /** From now on the gate accepts exactly these bytes for this path. */
  permit(path: string, sha256: string, actor: string, now: number): void;
  isPermitted(path: string, sha256: string): boolean;
}

export function openQuarantine(database: StateDatabase, folder: string, ceilingBytes: number): Quarantine {
  const insert = database.prepare('INSERT OR REPLACE INTO publish_quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)');
  const columns =
    'path, verdict, why, size, origin_mtime AS originMtime, lower(hex(sha256)) AS sha256, expected, source, at, has_bytes AS hasBytes';
  const all = database.prepare<[], Stored>(`SELECT ${columns} FROM publish_quarantine ORDER BY at, path`);
  const one = database.prepare<[string], Stored>(`SELECT ${columns} FROM publish_quarantine WHERE path = ?`);
  const remove = database.prepare<[string]>('DELETE FROM publish_quarantine WHERE path = ?');
  const empty = database.prepare<[string]>('UPDATE publish_quarantine SET has_bytes = 0 WHERE path = ?');
  const permit = database.prepare('INSERT OR REPLACE INTO publish_permit VALUES (?, ?, ?, ?)');
  const permitted = database.prepare<[string, string], { at: number }>(
    'SELECT at FROM publish_permit WHERE path = ? AND sha256 = ?',
  );
  const held = database.prepare<[], { bytes: number }>(
    'SELECT total(size) AS bytes FROM publish_quarantine WHERE has_bytes = 1',
  );
  const folderOf = (path: string) => join(folder, createHash('sha256').update(path).digest('hex').slice(0, 32));
  const list = () => all.all().map(asQuarantined);
  return {
    fileOf: (path) => join(folderOf(path), 'file'),
    put(staging, file, verdict, why, expected, source, now) {
      const home = folderOf(file.path);
      mkdirSync(home, { recursive: true });
      renameSync(join(staging, file.path), join(home, 'file'));
      const sha256 = file.sha256.toString('hex');
      const note = { path: file.path, verdict, why, size: file.size, sha256, expected, source, at: isoTime(now) };
      writeDurably(join(home, 'note.json'), `${JSON.stringify(note, null, 2)}\n`);
      writing(database, () =>
        insert.run(file.path, verdict, why, file.size, file.mtime, file.sha256, expected, source, now),
      );
      if ((held.get()?.bytes ?? 0) <= ceilingBytes) return;
      makeRoom(list(), ceilingBytes, (path) => {
        rmSync(join(folderOf(path), 'file'), { force: true });
        writing(database, () => empty.run(path));
      });
    },
    list,
    find: (path) => {
      const stored = one.get(path);
      return stored === undefined ? null : asQuarantined(stored);
    },
    forget(path) {
      writing(database, () => remove.run(path));
      rmSync(folderOf(path), { recursive: true, force: true });
    },
    adoptNotes() {
      const notes = notesIn(folder).filter(({ path, home }) => one.get(path) === undefined && home === folderOf(path));
      writing(database, () => {
        for (const { path, verdict, why, size, originMtime, sha256, expected, source, at } of notes)
          insert.run(path, verdict, why, size, originMtime, Buffer.from(sha256, 'hex'), expected, source, at);
        for (const { path, hasBytes } of notes) if (!hasBytes) empty.run(path);
      });
      return notes;
    },
    permit: (path, sha256, actor, now) => {
      permit.run(path, sha256, now, actor);
    },
    isPermitted: (path, sha256) => permitted.get(path, sha256) !== undefined,
  };
}

type Stored = Omit<Quarantined, 'hasBytes'> & { readonly hasBytes: number };

function asQuarantined(stored: Stored): Quarantined {
  return { ...stored, hasBytes: stored.hasBytes === 1 };
}

/** Oldest bytes go first; notes and rows stay, so that nothing that was refused is ever forgotten. */
function makeRoom(entries: readonly Quarantined[], ceilingBytes: number, drop: (path: string) => void): void {
  const held = entries.filter((entry) => entry.hasBytes);
  let total = held.reduce((sum, entry) => sum + entry.size, 0);
  for (const entry of held) {
    if (total <= ceilingBytes) return;
    drop(entry.path);
    total -= entry.size;
  }
}

/** Bytes on disk, for people; a quarantine that is not there is empty. */
export function quarantineBytes(folder: string): number {
  try {
    return readdirSync(folder).reduce(
      (sum, name) => sum + (statSync(join(folder, name, 'file'), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
