// What is being published, written down before the first rename. A batch is `building` until all of its rows stand in the journal, then `staged`:
// from there on it is finished, now or by the next start, never undone. A `building` batch was never begun: it is dropped.

import { locate } from '../../maven/layout.ts';
import { type StateDatabase, writing } from '../../state/open.ts';
import { type InventoryWriter, makeInventoryWriter, type PendingRow } from '../inventory/writer.ts';

export interface Batch {
  readonly id: number;
  readonly generation: number;
}

export interface Journal {
  readonly inventory: InventoryWriter;
  write(rows: readonly PendingRow[], generation: number, now: number): Batch;
  rows(batch: Batch): PendingRow[];
  /** The batches that a kill left staged, oldest first. Drops the ones that were never begun. */
  unfinished(): Batch[];
  close(batch: Batch): void;
  /** Parts of at most 500 rows, what one write transaction may hold; neither a version nor a metadata set is cut in two if it fits. */
  chunks(rows: readonly PendingRow[]): Iterable<readonly PendingRow[]>;
  inTransaction(work: () => void): void;
}

const ROWS_PER_TRANSACTION = 500;

export function openJournal(database: StateDatabase): Journal {
  const inventory = makeInventoryWriter(database);
  const open = database.prepare<[number, number]>(
    "INSERT INTO publish_batch (state, generation, at) VALUES ('building', ?, ?)",
  );
  const stage = database.prepare<[number]>("UPDATE publish_batch SET state = 'staged' WHERE id = ?");
  const drop = database.prepare<[number]>('DELETE FROM publish_batch WHERE id = ?');
  const list = database.prepare<[], Batch & { state: string }>(
    'SELECT id, generation, state FROM publish_batch ORDER BY id',
  );
  const close = (batch: Batch) =>
    writing(database, () => {
      inventory.forgetBatch(batch.id);
      drop.run(batch.id);
    });
  return {
    inventory,
    write(rows, generation, now) {
      const id = Number(writing(database, () => open.run(generation, now).lastInsertRowid));
      for (const chunk of chunks(rows)) {
        writing(database, () => {
          for (const row of chunk) inventory.lay(id, row);
        });
      }
      writing(database, () => stage.run(id));
      return { id, generation };
    },
    rows: (batch) => inventory.pending(batch.id),
    unfinished() {
      const batches = list.all();
      for (const batch of batches) if (batch.state === 'building') close(batch);
      return batches.filter((batch) => batch.state === 'staged');
    },
    close,
    chunks,
    inTransaction: (work) => writing(database, work),
  };
}

function* chunks(rows: readonly PendingRow[]): Iterable<readonly PendingRow[]> {
  for (let start = 0; start < rows.length; ) {
    const full = Math.min(rows.length, start + ROWS_PER_TRANSACTION);
    let end = full;
    while (end > start && end < rows.length && isOneUnit(rows[end - 1], rows[end])) end -= 1;
    if (end === start) end = full;
    yield rows.slice(start, end);
    start = end;
  }
}

function isOneUnit(a: PendingRow | undefined, b: PendingRow | undefined): boolean {
  return a !== undefined && b !== undefined && a.phase === b.phase && locate(a.path).unit === locate(b.path).unit;
}
