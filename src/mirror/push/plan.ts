// What a push would do, laid out in a scratch database of its own in the order in which it must be done: a first push of a million objects
// costs disk, not memory. It is made anew by every push from what is known, so a kill loses nothing with it.

import { rmSync } from 'node:fs';
import { locate } from '../../maven/layout.ts';
import { openState } from '../../state/open.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Inventory } from '../inventory/store.ts';
import { isKnownForEver, placeInOrder } from '../publish/order.ts';
import { digestOfTold, toldOf } from './object.ts';
import type { Owed } from './owed.ts';
import type { KnownObject, TargetRecord, TargetState } from './record.ts';

/**
 * `create`: a released path that we never put; `recheck`: the same, and something else stood there the last time; `put`: a changing one; `restate`: the same bytes with other words about them; `conflict`: the
 * tree has other bytes of a released path than we put, which is never an overwrite.
 */
export type How = 'create' | 'recheck' | 'put' | 'restate' | 'conflict';

export interface Step {
  /** `publish/order`, so that steps sorted by it are in the order of publication. */
  readonly key: string;
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly how: How;
  /** Whether the target has had an object of this path from us. */
  readonly isNew: boolean;
}

export interface Totals {
  readonly objects: number;
  readonly bytes: number;
}

/** Steps that belong together: a version, a metadata file with its sums, a loose file with what hangs on it. */
export interface Unit {
  /** Everything of one stage may go side by side; the next begins when all of it is there. */
  readonly stage: string;
  readonly steps: readonly Step[];
}

export interface Plan extends Disposable {
  readonly totals: Totals;
  steps(): Iterable<Step>;
  units(): Iterable<Unit>;
  /** Paths that we put and that the tree has no more, in no order. */
  removals(): string[];
  /** Paths that were owed, and are as they should be after all. */
  settled(): string[];
}

const PAGE = 1000;
const START = { generation: 0, path: '' };

/**
 * Looks at what changed after the generation that the target has, and at what it is owed: at all of the tree only when nothing is known of it.
 * Nothing later than `until` is looked at: that belongs to the next push.
 */
export function layPlan(
  scratchFile: string,
  inventory: Inventory,
  record: TargetRecord,
  state: TargetState,
  until: number,
): Plan {
  const scratch = openScratch(scratchFile);
  const lay = (row: InventoryRow | null, path: string) => {
    const object = record.object(path);
    if (row !== null) {
      const step = decide(row, object);
      if (step !== null) scratch.add(step);
      return step !== null;
    }
    if (object !== null) scratch.remove(path);
    return object !== null;
  };
  const isAnew = state.generation === 0;
  for (const row of changed(inventory, isAnew ? START : { generation: state.generation + 1, path: '' })) {
    if (row.generation > until) break;
    lay(row, row.path);
    if (locate(row.path).kind === 'checksum') restateRoot(row.path, until, inventory, lay);
  }
  for (const path of isAnew ? known(record) : gone(inventory, state.generation + 1, until)) {
    if (inventory.row(path) === null) lay(null, path);
  }
  for (const { path, why } of owed(record)) {
    const row = inventory.row(path);
    const step = row === null || why !== 'conflict' ? null : decide(row, record.object(path));
    if (step?.how === 'create') scratch.add({ ...step, how: 'recheck' });
    else if (!lay(row, path)) scratch.settle(path);
  }
  return scratch.close();
}

/** A released path that is not known to be there: whatever stands under its key is never written over. */
export function mayExist(step: Pick<Step, 'how'>): boolean {
  return step.how === 'create' || step.how === 'recheck';
}

/** Null: there is nothing to do. Pure. */
export function decide(row: InventoryRow, object: KnownObject | null): Step | null {
  const isReleased = isKnownForEver(row.path);
  const step = (how: How): Step => ({
    key: placeInOrder(row.path),
    path: row.path,
    kind: row.kind,
    size: row.size,
    how,
    isNew: object === null,
  });
  if (object === null) return step(isReleased ? 'create' : 'put');
  if (!object.sha256.equals(row.sha256)) return step(isReleased ? 'conflict' : 'put');
  return object.told.equals(digestOfTold(toldOf(row))) ? null : step('restate');
}

/** Whether a file's sums may be told depends on its sidecars: when one of those changes, the file is looked at as well. */
function restateRoot(
  path: string,
  until: number,
  inventory: Inventory,
  lay: (row: InventoryRow | null, path: string) => unknown,
): void {
  const { root } = locate(path);
  const row = inventory.row(root);
  if (row !== null && row.generation <= until) lay(row, root);
}

function* changed(inventory: Inventory, from: { generation: number; path: string }): Iterable<InventoryRow> {
  for (let cursor = from; ; ) {
    const rows = inventory.changedAfter(cursor, PAGE);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    cursor = { generation: last.generation, path: last.path };
  }
}

function* gone(inventory: Inventory, generation: number, until: number): Iterable<string> {
  for (let cursor = { generation, path: '' }; ; ) {
    const removals = inventory.removedAfter(cursor, PAGE);
    for (const removal of removals) if (removal.generation <= until) yield removal.path;
    const last = removals.at(-1);
    if (last === undefined || removals.length < PAGE) return;
    cursor = last;
  }
}

function* known(record: TargetRecord): Iterable<string> {
  for (const { path } of paged((after) => record.objectsAfter(after, PAGE))) yield path;
}

function owed(record: TargetRecord): Iterable<Owed> {
  return paged((after) => record.owedAfter(after, PAGE));
}

function* paged<Row extends { readonly path: string }>(page: (after: string) => readonly Row[]): Iterable<Row> {
  for (let after = ''; ; ) {
    const rows = page(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.path;
  }
}

interface Scratch {
  add(step: Step): void;
  remove(path: string): void;
  settle(path: string): void;
  close(): Plan;
}

interface StoredStep extends Omit<Step, 'isNew'> {
  readonly isNew: number;
}

function openScratch(file: string): Scratch {
  discard(file);
  const database = openState(file);
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
     CREATE TABLE step (key TEXT PRIMARY KEY, path TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, how TEXT NOT NULL, is_new INTEGER NOT NULL)
       WITHOUT ROWID;
     CREATE TABLE removal (path TEXT PRIMARY KEY) WITHOUT ROWID;
     CREATE TABLE settled (path TEXT PRIMARY KEY) WITHOUT ROWID;`,
  );
  const add = database.prepare('INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?, ?, ?)');
  const remove = database.prepare<[string]>('INSERT OR IGNORE INTO removal VALUES (?)');
  const page = database.prepare<[string, number], StoredStep>(
    'SELECT key, path, kind, size, how, is_new AS isNew FROM step WHERE key > ? ORDER BY key LIMIT ?',
  );
  const totals = database.prepare<[], Totals>('SELECT count(*) AS objects, total(size) AS bytes FROM step');
  const settle = database.prepare<[string]>('INSERT OR IGNORE INTO settled VALUES (?)');
  const settled = database.prepare<[], { path: string }>('SELECT path FROM settled ORDER BY path');
  const removals = database.prepare<[], { path: string }>('SELECT path FROM removal ORDER BY path');
  function* steps(): Iterable<Step> {
    for (let after = ''; ; ) {
      const rows = page.all(after, PAGE);
      for (const row of rows) yield { ...row, isNew: row.isNew === 1 };
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last.key;
    }
  }
  return {
    add: ({ key, path, kind, size, how, isNew }) => {
      add.run(key, path, kind, size, how, isNew ? 1 : 0);
    },
    remove: (path) => {
      remove.run(path);
    },
    settle: (path) => {
      settle.run(path);
    },
    close() {
      database.exec('COMMIT');
      return {
        totals: totals.get() ?? { objects: 0, bytes: 0 },
        steps,
        units: () => inUnits(steps()),
        removals: () => removals.all().map(({ path }) => path),
        settled: () => settled.all().map(({ path }) => path),
        [Symbol.dispose]() {
          database.close();
          discard(file);
        },
      };
    },
  };
}

/** With what a kill may have left beside it: a new database must not be told an old one's story. */
function discard(file: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(file + part, { force: true });
}

function* inUnits(steps: Iterable<Step>): Iterable<Unit> {
  let unit: Step[] = [];
  let name = '';
  for (const step of steps) {
    const next = step.key.slice(0, step.key.indexOf('\0'));
    if (unit.length > 0 && next !== name) {
      yield { stage: stageOf(name), steps: unit };
      unit = [];
    }
    unit.push(step);
    name = next;
  }
  if (unit.length > 0) yield { stage: stageOf(name), steps: unit };
}

/** Versions are one stage; metadata is one for each depth of its folder; loose files are one. */
function stageOf(name: string): string {
  return name.startsWith('b') ? name.slice(0, 2) : name.slice(0, 1);
}
