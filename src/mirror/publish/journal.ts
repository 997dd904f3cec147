// What is being published, written down before the first rename. A batch is `building` until all of its rows stand in the journal, then `staged`:
// from there on it is finished, now or by the next start, never undone. A `building` batch was never begun: it is dropped.

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
  /** Runs `work` over `rows` in write transactions of at most 500 rows; a metadata set is never cut in two. */
  inTransactions(rows: readonly PendingRow[], work: (chunk: readonly PendingRow[]) => void): void;
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
  const inTransactions: Journal['inTransactions'] = (rows, work) => {
    for (const chunk of chunks(rows)) writing(database, () => work(chunk));
  };
  return {
    inventory,
    write(rows, generation, now) {
      const id = Number(writing(database, () => open.run(generation, now).lastInsertRowid));
      inTransactions(rows, (chunk) => {
        for (const row of chunk) inventory.lay(id, row);
      });
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
    inTransactions,
  };
}

function* chunks(rows: readonly PendingRow[]): Iterable<readonly PendingRow[]> {
  for (let start = 0; start < rows.length; ) {
    let end = Math.min(rows.length, start + ROWS_PER_TRANSACTION);
    while (end < rows.length && sameSet(rows[end - 1], rows[end])) end -= 1;
    if (end <= start) end = Math.min(rows.length, start + ROWS_PER_TRANSACTION);
    yield rows.slice(start, end);
    start = end;
  }
}

function sameSet(a: PendingRow | undefined, b: PendingRow | undefined): boolean {
  if (a?.phase !== 'metadata' || b?.phase !== 'metadata') return false;
  const root = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
  return root(a.path) === root(b.path);
}
