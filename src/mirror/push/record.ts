// What is known of a target without asking it: which objects it has, how far it is, what it owes. The tables of the room, and nothing else.

import { type StateDatabase, writing } from '../../state/open.ts';
import type { Ability } from './ability.ts';
import { openPushHistory, type PushHistory } from './history.ts';
import { type Owed, type OwedRecord, openOwed } from './owed.ts';
import { openStaleRecord, type StaleAs, type StaleRecord } from './stale.ts';

export type { PushEnd, PushRecordRow } from './history.ts';

/** An object as we put it, or as it was found to be ours. */
export interface KnownObject {
  readonly path: string;
  readonly sha256: Buffer;
  readonly size: number;
  /** As the store told it: whatever it is made of, another one is another object. */
  readonly etag: string;
  /** Digest of all that was said of the bytes: type, caching, user metadata. */
  readonly told: Buffer;
}

export interface TargetState {
  /** Of which database the generation counts. */
  readonly lineage: string;
  /** Everything up to it is there, save what is owed. */
  readonly generation: number;
  readonly objects: number;
  readonly ability: Ability | null;
  readonly abilityAt: number | null;
}

/** One thing that is so now at the target. Written in batches: what a kill loses of them is asked for again. */
export type Done =
  | { readonly kind: 'there'; readonly object: KnownObject; readonly was: StaleAs | null }
  | { readonly kind: 'gone'; readonly path: string; readonly was: StaleAs | null }
  | ({ readonly kind: 'owed' } & Owed)
  /** What we put is not what stands there: it is known no more, and owed. */
  | ({ readonly kind: 'lost' } & Owed);

export interface StoredUploadId {
  readonly key: string;
  readonly upload: string;
}

/** Of one target. */
export interface TargetRecord extends StaleRecord, OwedRecord {
  readonly history: PushHistory;
  /** Begins anew when the target lies elsewhere than it did: `place` says where. Generation 0 when nothing is known, or of another lineage. */
  state(place: string, lineage: string): TargetState;
  /** The same, and nothing is written. */
  look(place: string, lineage: string): TargetState;
  object(path: string): KnownObject | null;
  objectsAfter(path: string, count: number): KnownObject[];
  /** One transaction. */
  note(done: readonly Done[]): void;
  settle(lineage: string, generation: number): void;
  setAbility(ability: Ability, now: number): void;
  uploads(): StoredUploadId[];
  beginUpload(upload: StoredUploadId): void;
  endUpload(upload: StoredUploadId): void;
}

export function openTargetRecord(database: StateDatabase, target: string): TargetRecord {
  return {
    history: openPushHistory(database, target),
    ...stateOf(database, target),
    ...objectsOf(database, target),
    ...uploadsOf(database, target),
    ...openStaleRecord(database, target),
  };
}

interface StoredTarget {
  readonly place: string;
  readonly lineage: string;
  readonly generation: number;
  readonly objects: number;
  readonly ability: string | null;
  readonly abilityAt: number | null;
}

function stateOf(
  database: StateDatabase,
  target: string,
): Pick<TargetRecord, 'state' | 'look' | 'settle' | 'setAbility'> {
  const read = database.prepare<[string], StoredTarget>(
    'SELECT place, lineage, generation, objects, ability, ability_at AS abilityAt FROM push_target WHERE target = ?',
  );
  const begin = database.prepare<[string, string]>(
    "INSERT OR REPLACE INTO push_target VALUES (?, ?, '', 0, 0, NULL, NULL)",
  );
  const forgetAll = ['push_object', 'push_owed', 'push_upload', 'push_stale'].map((table) =>
    database.prepare<[string]>(`DELETE FROM ${table} WHERE target = ?`),
  );
  const settle = database.prepare<[string, number, string]>(
    'UPDATE push_target SET lineage = ?, generation = ? WHERE target = ?',
  );
  const able = database.prepare<[string, number, string]>(
    'UPDATE push_target SET ability = ?, ability_at = ? WHERE target = ?',
  );
  const look = (place: string, lineage: string): TargetState => {
    const row = read.get(target);
    const stored = row?.place === place ? row : undefined;
    return {
      lineage,
      generation: stored?.lineage === lineage ? stored.generation : 0,
      objects: stored?.objects ?? 0,
      ability: stored?.ability == null ? null : (JSON.parse(stored.ability) as Ability),
      abilityAt: stored?.abilityAt ?? null,
    };
  };
  return {
    look,
    state(place, lineage) {
      if (read.get(target)?.place !== place) {
        writing(database, () => {
          for (const each of forgetAll) each.run(target);
          begin.run(target, place);
        });
      }
      return look(place, lineage);
    },
    settle: (lineage, generation) => {
      writing(database, () => settle.run(lineage, generation, target));
    },
    setAbility: (ability, now) => {
      writing(database, () => able.run(JSON.stringify(ability), now, target));
    },
  };
}

function objectsOf(
  database: StateDatabase,
  target: string,
): Pick<TargetRecord, 'object' | 'objectsAfter' | 'note' | keyof OwedRecord> {
  const columns = 'path, sha256, size, etag, told';
  const find = database.prepare<[string, string], KnownObject>(
    `SELECT ${columns} FROM push_object WHERE target = ? AND path = ?`,
  );
  const after = database.prepare<[string, string, number], KnownObject>(
    `SELECT ${columns} FROM push_object WHERE target = ? AND path > ? ORDER BY path LIMIT ?`,
  );
  const put = database.prepare('INSERT OR REPLACE INTO push_object VALUES (?, ?, ?, ?, ?, ?)');
  const remove = database.prepare<[string, string]>('DELETE FROM push_object WHERE target = ? AND path = ?');
  const count = database.prepare<[number, string]>('UPDATE push_target SET objects = objects + ? WHERE target = ?');
  const owed = openOwed(database, target);
  const stale = openStaleRecord(database, target);
  /** By how many objects the target has more. */
  const noteOne = (done: Done): number => {
    switch (done.kind) {
      case 'there': {
        const { path, sha256, size, etag, told } = done.object;
        const isMore = find.get(target, path) === undefined;
        owed.pay(path);
        put.run(target, path, sha256, size, etag, told);
        if (done.was !== null) stale.noteStale(path, done.was);
        return isMore ? 1 : 0;
      }
      case 'gone':
        owed.pay(done.path);
        if (done.was !== null) stale.noteStale(done.path, done.was);
        return -remove.run(target, done.path).changes;
      case 'owed':
        owed.owe(done);
        return 0;
      case 'lost':
        owed.owe(done);
        return -remove.run(target, done.path).changes;
    }
  };
  return {
    ...owed,
    object: (path) => find.get(target, path) ?? null,
    objectsAfter: (path, most) => after.all(target, path, most),
    note: (all) =>
      writing(database, () => {
        const more = all.reduce((sum, done) => sum + noteOne(done), 0);
        if (more !== 0) count.run(more, target);
      }),
  };
}

function uploadsOf(
  database: StateDatabase,
  target: string,
): Pick<TargetRecord, 'uploads' | 'beginUpload' | 'endUpload'> {
  const all = database.prepare<[string], StoredUploadId>('SELECT key, upload FROM push_upload WHERE target = ?');
  const begin = database.prepare<[string, string, string]>('INSERT OR IGNORE INTO push_upload VALUES (?, ?, ?)');
  const end = database.prepare<[string, string, string]>(
    'DELETE FROM push_upload WHERE target = ? AND key = ? AND upload = ?',
  );
  return {
    uploads: () => all.all(target),
    beginUpload: ({ key, upload }) => {
      writing(database, () => begin.run(target, key, upload));
    },
    endUpload: ({ key, upload }) => {
      writing(database, () => end.run(target, key, upload));
    },
  };
}
