import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openForReading } from './digest-open.ts';
import { readSignatureFile, SIGNATURE_CEILING, type SignatureFile } from './signature/signature-file.ts';
import type { SignaturePlace } from './staged-file.ts';

const piece = Buffer.allocUnsafe(SIGNATURE_CEILING + 1);

/** Signature files, as far as they are there. Of one that is too large no more is read than shows that. */
export function readBeside(places: readonly SignaturePlace[]): SignatureFile[] {
  return places.flatMap(({ path, folder }) => {
    const bytes = readHead(join(folder, path));
    return bytes === null ? [] : [readSignatureFile(path, bytes)];
  });
}

/** Bytes of its own: what is read of a signature lives on while the file that it signs is read. */
function readHead(file: string): Buffer | null {
  const handle = openForReading(file);
  if (handle === null) return null;
  try {
    if (!fstatSync(handle).isFile()) return null;
    let length = 0;
    for (let got = -1; got !== 0 && length < piece.length; length += got)
      got = readSync(handle, piece, length, piece.length - length, length);
    return Buffer.from(piece.subarray(0, length));
  } finally {
    closeSync(handle);
  }
}
