// A database with an inventory in it, written as a pass writes it.

import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { kindOf } from '../../../src/maven/kind.ts';
import { inventorySchema } from '../../../src/mirror/inventory/schema.ts';
import { type Inventory, openInventory } from '../../../src/mirror/inventory/store.ts';
import { type InventoryWriter, makeInventoryWriter, type PendingRow } from '../../../src/mirror/inventory/writer.ts';
import { isKnownForEver } from '../../../src/mirror/publish/order.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { openState, type StateDatabase, writing } from '../../../src/state/open.ts';
import { temporaryFolder } from '../../support/folder.ts';

export const MTIME = Date.UTC(2026, 10, 1);

export interface Laid {
  readonly folder: string;
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly writer: InventoryWriter;
  /** Publishes rows as one batch of its own, and as all of its generation unless that is left `open`. */
  admit(rows: readonly PendingRow[], generation?: number, end?: 'open' | 'closed'): void;
  retire(paths: readonly string[], generation?: number): void;
}

export function layInventory(t: Pick<TestContext, 'after'>): Laid {
  const folder = temporaryFolder(t);
  const database = openState(join(folder, 'state.db'));
  t.after(() => database.close());
  migrate(database, [inventorySchema]);
  const inventory = openInventory(database);
  const writer = makeInventoryWriter(database);
  let batch = 0;
  const inBatch = (
    rows: readonly PendingRow[],
    end: 'open' | 'closed',
    carryOut: (batch: number, last: number) => void,
  ) =>
    writing(database, () => {
      batch += 1;
      for (const [seq, row] of rows.entries()) writer.lay(batch, { ...row, seq });
      carryOut(batch, rows.length - 1);
      writer.forgetBatch(batch);
      if (end === 'closed') writer.generations.close();
    });
  return {
    folder,
    database,
    inventory,
    writer,
    admit: (rows, generation = 1, end = 'closed') =>
      inBatch(rows, end, (id, last) => writer.admit(id, 0, last, generation)),
    retire: (paths, generation = 1) =>
      inBatch(
        paths.map((path) => pendingRow(path, '')),
        'closed',
        (id, last) => writer.retire(id, 0, last, generation, MTIME),
      ),
  };
}

export function pendingRow(path: string, bytes: string, more: Partial<PendingRow> = {}): PendingRow {
  return {
    seq: 0,
    phase: 'version',
    origin: 'staging',
    path,
    kind: kindOf(path),
    size: Buffer.byteLength(bytes),
    originMtime: MTIME,
    sha256: hash('sha256', bytes, 'buffer'),
    sha1: hash('sha1', bytes, 'buffer'),
    md5: null,
    sha512: null,
    upstreamSum: 'matched',
    lastVerified: MTIME,
    keepsDigest: isKnownForEver(path),
    ...more,
  };
}

export function sha256(bytes: string): string {
  return hash('sha256', bytes, 'hex');
}
