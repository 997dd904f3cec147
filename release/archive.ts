// tar and gzip of which every byte is decided here: names, modes, owners, times. POSIX.1-1988 ustar: any tar unpacks it.

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Entry } from './contents.ts';

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/** Writes all entries below one folder `root`, at the time `seconds`, owned by root. Throws when a path is too long for the format. */
export async function writeArchive(
  file: string,
  root: string,
  entries: readonly Entry[],
  seconds: number,
): Promise<void> {
  const gzip = createGzip({ level: 6 });
  await pipeline(Readable.from(blocks(root, entries, seconds)), gzip, createWriteStream(file));
}

function* blocks(root: string, entries: readonly Entry[], seconds: number): Iterable<Buffer> {
  for (const folder of foldersOf(root, entries)) yield header(`${folder}/`, 0o755, 0, seconds, '5');
  for (const { path, isProgram, read } of entries) {
    const bytes = read();
    yield header(`${root}/${path}`, isProgram ? 0o755 : 0o644, bytes.length, seconds, '0');
    yield bytes;
    yield Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function foldersOf(root: string, entries: readonly Entry[]): string[] {
  const folders = new Set([root]);
  for (const { path } of entries) {
    const parts = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) folders.add(`${root}/${parts.slice(0, depth).join('/')}`);
  }
  return [...folders].sort();
}

function header(path: string, mode: number, size: number, seconds: number, type: '0' | '5'): Buffer {
  const [prefix, name] = split(path);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(seconds, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\0' + '00', 257);
  block.write('root', 265);
  block.write('root', 297);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** A long path stands in two fields, parted at a slash. */
function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= NAME_BYTES) return ['', path];
  for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) {
    const fits = Buffer.byteLength(path.slice(cut + 1)) <= NAME_BYTES && cut + 1 < path.length;
    if (fits && Buffer.byteLength(path.slice(0, cut)) <= PREFIX_BYTES) return [path.slice(0, cut), path.slice(cut + 1)];
  }
  throw new Error(`${path} is too long for a tar archive`);
}
