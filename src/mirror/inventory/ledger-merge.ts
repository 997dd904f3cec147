import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../host/durable.ts';
import { keepAside } from '../../state/backup.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * Makes the ledger say all that `earlier` says, a ledger in pieces, and after it all that it says itself: a takedown that came later stands. One
 * that begins with `earlier` is left as it is. Returns whether the ledger was replaced; the one before is then `aside`. Durable on return.
 */
export function mergeLedger(earlier: Iterable<Buffer>, ledger: string, aside: string): boolean {
  const incoming = `${ledger}.restoring`;
  const before = existsSync(ledger) ? openSync(ledger, 'r') : null;
  const after = openSync(incoming, 'w');
  let goesOn = before !== null;
  try {
    let at = 0;
    for (const piece of earlier) {
      writeAll(after, piece);
      goesOn = goesOn && before !== null && readAt(before, at, piece.length).equals(piece);
      at += piece.length;
    }
    for (const piece of before === null || goesOn ? [] : pieces(before)) writeAll(after, piece);
    fsyncSync(after);
  } finally {
    closeSync(after);
    if (before !== null) closeSync(before);
  }
  if (goesOn) {
    rmSync(incoming);
    return false;
  }
  if (before !== null) keepAside(ledger, aside);
  renameSync(incoming, ledger);
  syncFolder(dirname(ledger));
  return before !== null;
}

function* pieces(handle: number): Iterable<Buffer> {
  for (let at = 0; ; ) {
    const piece = readAt(handle, at, PIECE_BYTES);
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}

function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  for (let got = -1; got !== 0 && done < length; done += got)
    got = readSync(handle, bytes, done, length - done, position + done);
  return bytes.subarray(0, done);
}

function writeAll(handle: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
}
