// How files come into the repository's folder: with a time in the past, and with their sums.

import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SECOND } from '../../host/clock.ts';
import type { Group } from './catalogue.ts';

/** One file to be written: repository path, bytes, modification time (epoch milliseconds). */
export interface Parcel {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mtime: number;
}

/** Writes files straight into `folder`: for a repository that nobody reads yet. */
export function deposit(folder: string, parcels: Iterable<Parcel>): void {
  let last = '';
  for (const parcel of parcels) {
    const target = join(folder, parcel.path);
    if (dirname(target) !== last) mkdirSync(dirname(target), { recursive: true });
    last = dirname(target);
    write(target, parcel);
  }
}

/**
 * Writes files into a repository that is being read, each whole under its name or not there at all, in the given order. They are made beside
 * the folder first, never in it, where a listing could see them; after a crash `FOLDER.incoming` may be left.
 */
export function depositSafely(folder: string, parcels: Iterable<Parcel>): void {
  const incoming = `${folder}.incoming`;
  mkdirSync(incoming, { recursive: true });
  try {
    for (const parcel of parcels) {
      const target = join(folder, parcel.path);
      mkdirSync(dirname(target), { recursive: true });
      write(join(incoming, 'file'), parcel);
      renameSync(join(incoming, 'file'), target);
    }
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
}

/** The file's sums and then the file itself, in the order in which an origin should write them. `summed`: what the sums are of, if not the file. */
export function withSums(parcel: Parcel, group: Group, summed: Uint8Array = parcel.bytes): Parcel[] {
  const weak = ['md5', 'sha1'];
  // A signature gets the two sums that Maven's deploy plugins write, never the newer ones.
  const strong = group.strongSums && !parcel.path.endsWith('.asc') ? ['sha256', 'sha512'] : [];
  const name = parcel.path.slice(parcel.path.lastIndexOf('/') + 1);
  const sums = [...weak, ...strong].map((algorithm) => {
    const hex = createHash(algorithm).update(summed).digest('hex');
    const text = group.sumShape === 'named' ? `${hex}  ${name}\n` : hex;
    return { path: `${parcel.path}.${algorithm}`, bytes: Buffer.from(text), mtime: parcel.mtime + SECOND };
  });
  return [...sums, parcel];
}

function write(target: string, { bytes, mtime }: Parcel): void {
  writeFileSync(target, bytes);
  utimesSync(target, mtime / SECOND, mtime / SECOND);
}
