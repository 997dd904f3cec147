// The bytes of a row as they lie here, proven once more before they leave: a disk may have lost some since the gate saw them.

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Inventory } from '../inventory/store.ts';

export type ReadBytes =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly md5: Buffer }
  /** The row is another one by now, or gone. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'damaged'; readonly sentence: string };

/** Metadata comes from its set in the database: its file may be replaced between two looks. */
export function readBytes(row: InventoryRow, published: string, inventory: Inventory): ReadBytes {
  const bytes = inventory.metadataBody(row.path) ?? readFile(join(published, row.path));
  if (bytes !== null && hash('sha256', bytes, 'buffer').equals(row.sha256)) {
    return { kind: 'bytes', bytes, md5: row.md5 ?? hash('md5', bytes, 'buffer') };
  }
  return movedOrDamaged(row, inventory);
}

export function movedOrDamaged(row: InventoryRow, inventory: Inventory): Exclude<ReadBytes, { kind: 'bytes' }> {
  const now = inventory.row(row.path);
  // Or on its way: a file is in the tree a moment before its row says so.
  const isMoving = now === null || !now.sha256.equals(row.sha256) || inventory.isInFlux(row.path);
  if (isMoving) return { kind: 'moved' };
  return { kind: 'damaged', sentence: `${row.path}: the published file is not what the inventory says of it.` };
}

function readFile(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    // Replaced and removed files are told from lost ones by the row.
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
