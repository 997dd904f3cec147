// The listing: rsync's dry run against an empty folder, read while it grows. Memory does not grow with the tree; only links are kept.

import { createHash } from 'node:crypto';
import { pathFault, reservedSegment } from '../../../maven/path-grammar.ts';
import type { ListingSink, SourceTrouble } from '../contract.ts';
import { type ListingLine, parseListingLine } from './listing-line.ts';
import { type Name, readName } from './names.ts';
import type { OnLine } from './tail.ts';
import { makeTally, startsWith } from './tally.ts';

/** Takes the lines of one run. */
export interface ListingReader {
  readonly take: OnLine;
  /** The links among the names that may be published, each with its target as written. */
  readonly links: ReadonlyMap<string, string>;
  /** SHA-256 over all that was listed; two equal ones mean equal listings. */
  fingerprint(): string;
  /** Whether rsync's own count of the files is the count of the lines: it ends with 0 even when lines could not be written. */
  isWhole(): boolean;
}

export const OUTPUT_CEILING = 4 * 2 ** 30;
const ENTRIES_CEILING = 50_000_000;
const LINKS_CEILING = 1_000_000;
const OUT_OF_RANGE = { reason: 'size or time out of range', weight: 'unsafe' } as const;
const SKIPPED = Buffer.from('skipping non-regular file "');

/** `stop` is called once a ceiling is reached; lines may still come after it. */
export function makeListingReader(
  sink: ListingSink,
  token: string,
  stop: (trouble: SourceTrouble) => void,
): ListingReader {
  const links = new Map<string, string>();
  const print = makeFingerprint(token.length);
  const tally = makeTally();
  const head = Buffer.from(token);
  let bytes = 0;
  let files = 0;
  let linkLines = 0;
  const take = (line: Buffer): void => {
    bytes += line.length + 1;
    if (bytes > OUTPUT_CEILING || files > ENTRIES_CEILING || links.size > LINKS_CEILING) stop(endless());
    if (!startsWith(line, head)) {
      tally.note(line);
      takeForeign(line, sink);
      return;
    }
    const entry = parseListingLine(line, token.length);
    if (entry?.type === 'folder') return;
    print.add(line);
    if (entry?.type === 'file') files += 1;
    if (entry?.type === 'link') linkLines += 1;
    takeEntry(entry, line.subarray(token.length), links, sink);
  };
  const isWhole = () => {
    const counted = tally.counted();
    return counted !== null && counted.files === files && counted.links === linkLines;
  };
  return { take, links, fingerprint: print.finish, isWhole };
}

export type ListingPrinter = Pick<ListingReader, 'take' | 'fingerprint' | 'isWhole'>;

const FOLDER_LETTER = 0x64;
const FILE_LETTER = 0x66;
const LINK_LETTER = 0x4c;

/** Takes the fingerprint alone: what most passes of a quiet origin need, at a quarter of the work. A line it cannot tell makes it differ, no more. */
export function makeListingPrinter(token: string, stop: (trouble: SourceTrouble) => void): ListingPrinter {
  const print = makeFingerprint(token.length);
  const tally = makeTally();
  const head = Buffer.from(token);
  let bytes = 0;
  let files = 0;
  let links = 0;
  const take = (line: Buffer): void => {
    bytes += line.length + 1;
    if (bytes > OUTPUT_CEILING) stop(endless());
    if (!startsWith(line, head)) {
      tally.note(line);
      return;
    }
    const letter = line[token.length + 1];
    if (letter === FOLDER_LETTER) return;
    print.add(line);
    if (letter === FILE_LETTER) files += 1;
    if (letter === LINK_LETTER) links += 1;
  };
  const isWhole = () => {
    const counted = tally.counted();
    return counted !== null && counted.files === files && counted.links === links;
  };
  return { take, fingerprint: print.finish, isWhole };
}

/** Why `name` can never be a path of the repository, or null; a reserved first segment that is no news gives `ignored`. */
export function nameFault(name: Name): { readonly reason: string; readonly weight: 'unsafe' | 'ignored' } | null {
  if (name.text === null) return { reason: 'name is not UTF-8', weight: 'unsafe' };
  const fault = pathFault(name.text);
  if (fault !== null) return { reason: fault, weight: 'unsafe' };
  const reserved = reservedSegment(name.text);
  if (reserved === null) return null;
  return { reason: `first segment ${reserved} is reserved`, weight: reserved === '-' ? 'unsafe' : 'ignored' };
}

function takeEntry(entry: ListingLine | null, line: Buffer, links: Map<string, string>, sink: ListingSink): void {
  const name = readName(entry?.name ?? line);
  const fault = entry === null ? OUT_OF_RANGE : nameFault(name);
  if (entry === null || fault !== null || name.text === null) {
    sink.odd({ name: name.spelling, ...(fault ?? OUT_OF_RANGE) });
  } else if (entry.type === 'file') {
    sink.file({ path: name.text, size: entry.size, mtime: entry.mtime });
  } else if (entry.type === 'link') {
    takeLink(name.text, readName(entry.target ?? Buffer.alloc(0)), links, sink);
  } else {
    sink.odd({ name: name.text, reason: 'no regular file', weight: 'ignored' });
  }
}

function takeLink(path: string, target: Name, links: Map<string, string>, sink: ListingSink): void {
  if (target.text !== null && target.text === target.spelling) {
    links.set(path, target.text);
  } else {
    sink.odd({ name: path, reason: `link to a name that is no text -> ${target.spelling}`, weight: 'unsafe' });
  }
}

// A line of rsync's own, or one that the server made it print: neither can bring in a file.
function takeForeign(line: Buffer, sink: ListingSink): void {
  if (!startsWith(line, SKIPPED)) return;
  const name = readName(line.subarray(SKIPPED.length, line.lastIndexOf('"')));
  sink.odd({ name: name.spelling, reason: 'no regular file', weight: 'ignored' });
}

function endless(): SourceTrouble {
  const sentence = 'The listing goes on beyond 4 GiB, 50 million files or a million links, and was ended.';
  return { kind: 'trouble', trouble: 'too-large', sentence };
}

interface Fingerprint {
  add(line: Buffer): void;
  finish(): string;
}

// Folders are left out (their times say nothing), and so is the token, which differs from run to run.
function makeFingerprint(tokenLength: number): Fingerprint {
  const hash = createHash('sha256').update('assay listing 1\n');
  const block = Buffer.alloc(256 * 1024);
  let held = 0;
  const flush = () => {
    hash.update(block.subarray(0, held));
    held = 0;
  };
  return {
    add(line) {
      if (held + line.length + 1 > block.length) flush();
      held += line.copy(block, held, tokenLength);
      held = block.writeUInt8(0x0a, held);
    },
    finish() {
      flush();
      return hash.digest('hex');
    },
  };
}
