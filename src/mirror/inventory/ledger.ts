// The append-only file beside state.db: what must never be forgotten, though the database is lost. One JSON object a line. A power cut may leave
// the last line torn: it was of something that had not happened yet.

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { systemCode } from '../../host/error.ts';

export type LedgerLine =
  /** A released path was published with these bytes; lower-case hex. */
  | { readonly kind: 'known-digest'; readonly path: string; readonly sha256: string }
  | {
      readonly kind: 'takedown';
      readonly prefix: string;
      readonly reason: string;
      readonly legal: boolean;
      readonly at: number;
      readonly actor: string;
    }
  | { readonly kind: 'takedown-lifted'; readonly prefix: string; readonly at: number };

const NEWLINE = 0x0a;
const PIECE_BYTES = 1024 * 1024;
/** Nothing that we write comes near it: what does is not ours. */
const LINE_CEILING = 64 * 1024;

/** Durable with the next sync of the file system. A torn line before it is closed first, or the two would be one. */
export function appendLedger(file: string, lines: readonly LedgerLine[]): void {
  if (lines.length === 0) return;
  const handle = openSync(file, 'a+');
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    const isTorn = size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
  } finally {
    closeSync(handle);
  }
}

/** Every line that can be read, in their order; a file that is not there has none. `onOdd` hears how many bytes of a line were passed over. */
export function* readLedger(file: string, onOdd: (bytes: number) => void): Iterable<LedgerLine> {
  for (const bytes of linesOf(file)) {
    const line = parseLine(bytes);
    if (line !== null) yield line;
    else if (bytes.length > 0) onOdd(bytes.length);
  }
}

function* linesOf(file: string): Iterable<Buffer> {
  const handle = openIfThere(file);
  if (handle === null) return;
  try {
    let rest = Buffer.alloc(0);
    for (let piece = readPiece(handle); piece.length > 0; piece = readPiece(handle)) {
      let from = 0;
      const bytes = Buffer.concat([rest, piece]);
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        yield bytes.subarray(from, end);
        from = end + 1;
      }
      rest = bytes.subarray(Math.max(from, bytes.length - LINE_CEILING));
    }
    yield rest;
  } finally {
    closeSync(handle);
  }
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function readPiece(handle: number): Buffer {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  return piece.subarray(0, readSync(handle, piece));
}

function parseLine(bytes: Buffer): LedgerLine | null {
  if (bytes.length > LINE_CEILING) return null;
  const value = jsonOf(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null) return null;
  const { kind, path, sha256, prefix, reason, legal, at, actor } = value as Record<string, unknown>;
  if (
    kind === 'known-digest' &&
    typeof path === 'string' &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  )
    return { kind, path, sha256 };
  if (typeof prefix !== 'string' || prefix === '' || typeof at !== 'number') return null;
  if (kind === 'takedown-lifted') return { kind, prefix, at };
  if (kind !== 'takedown' || typeof reason !== 'string' || typeof actor !== 'string') return null;
  return { kind, prefix, reason, legal: legal === true, at, actor };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Torn, or not ours: told by whoever reads on.
    return null;
  }
}
