// The thread that reads staged files: every digest, and what the gate wants to know of the content, in one read. It judges nothing.
// File contents are an attacker's: sizes were capped while fetching, parsers have their own ceilings and never resolve an entity.

import { hash } from 'node:crypto';
import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { systemCode } from '../../host/error.ts';
import { parseChecksumFile } from '../../maven/checksum-file.ts';
import { kindOf, sumAlgorithmOf } from '../../maven/kind.ts';
import { looksLikePage, METADATA_CEILING, parseMetadata, wellFormedness } from '../../maven/metadata.ts';
import type { DigestRequest, RereadRequest } from './digest.ts';
import { readBeside } from './digest-beside.ts';
import { openForReading } from './digest-open.ts';
import { reread } from './digest-reread.ts';
import { pack } from './packed-answer.ts';
import { type Feed, startFeed } from './signature/feed.ts';
import { type KeyBody, knownKeys } from './signature/known-keys.ts';
import type { StagedFile, Wanted } from './staged-file.ts';

const IN_ONE_PIECE = 1024 * 1024;
const SUM_CEILING = 64 * 1024;
const POM_CEILING = 4 * 1024 * 1024;

const piece = Buffer.allocUnsafe(IN_ONE_PIECE);
const keys = knownKeys(workerData as readonly KeyBody[]);

yieldToServing();

parentPort?.on('message', (request: DigestRequest | RereadRequest) => {
  if (request.kind === 'reread') parentPort?.postMessage(reread(request));
  else digest(request);
});

/** Nice 10, for this thread alone (setpriority(2) on Linux): nobody waits for it as those do who are served. */
function yieldToServing(): void {
  try {
    setPriority(10);
  } catch (error) {
    // A filter of system calls may forbid it: then all are alike, which is no reason to read nothing.
    if (systemCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function digest(request: DigestRequest): void {
  const files: StagedFile[] = [];
  const missing: string[] = [];
  for (const wanted of request.files) {
    const file = digestFile(request.folder, wanted);
    if (file === null) missing.push(wanted.path);
    else files.push(file);
  }
  const answer = pack(request.id, files, missing);
  parentPort?.postMessage(answer, [answer.digests.buffer as ArrayBuffer]);
}

/** Null when there is no such regular file (a link put in its place is never followed). */
function digestFile(folder: string, wanted: Wanted): StagedFile | null {
  const handle = openForReading(join(folder, wanted.path));
  if (handle === null) return null;
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) return null;
    return stat.size <= IN_ONE_PIECE ? smallFile(handle, stat, wanted) : largeFile(handle, stat, wanted);
  } finally {
    closeSync(handle);
  }
}

function smallFile(handle: number, stat: Stats, wanted: Wanted): StagedFile {
  const { size } = stat;
  let length = 0;
  for (let got = -1; got !== 0 && length < size; length += got)
    got = readSync(handle, piece, length, size - length, length);
  const bytes = piece.subarray(0, length);
  const facts = { path: wanted.path, size: length, ...timesOf(stat), ...content(wanted.path, bytes) };
  if ((wanted.signatures ?? []).length > 0) {
    const feed = feedFor(wanted);
    feed.update(bytes);
    return { ...facts, ...digestsOf(feed, wanted) };
  }
  return {
    ...facts,
    sha256: hash('sha256', bytes, 'buffer'),
    sha1: hash('sha1', bytes, 'buffer'),
    md5: wanted.md5 ? hash('md5', bytes, 'buffer') : null,
    sha512: wanted.sha512 ? hash('sha512', bytes, 'buffer') : null,
    signatures: wanted.signatures === undefined ? null : [],
  };
}

function largeFile(handle: number, stat: Stats, wanted: Wanted): StagedFile {
  const feed = feedFor(wanted);
  const keep =
    kindOf(wanted.path) === 'metadata' ? METADATA_CEILING + 1 : kindOf(wanted.path) === 'pom' ? POM_CEILING + 1 : 4096;
  const head: Buffer[] = [];
  let size = 0;
  for (let got = readSync(handle, piece); got > 0; got = readSync(handle, piece)) {
    const bytes = piece.subarray(0, got);
    feed.update(bytes);
    if (size < keep) head.push(Buffer.from(bytes.subarray(0, keep - size)));
    size += got;
  }
  const facts = { path: wanted.path, size, ...timesOf(stat), ...content(wanted.path, Buffer.concat(head)) };
  return { ...facts, ...digestsOf(feed, wanted) };
}

function feedFor(wanted: Wanted): Feed {
  const names = ['sha256', 'sha1', ...(wanted.md5 ? ['md5'] : []), ...(wanted.sha512 ? ['sha512'] : [])];
  return startFeed(names, readBeside(wanted.signatures ?? []), keys);
}

type Digests = Pick<StagedFile, 'sha256' | 'sha1' | 'md5' | 'sha512' | 'signatures'>;

function digestsOf(feed: Feed, wanted: Wanted): Digests {
  return {
    sha256: feed.digest('sha256'),
    sha1: feed.digest('sha1'),
    md5: wanted.md5 ? feed.digest('md5') : null,
    sha512: wanted.sha512 ? feed.digest('sha512') : null,
    signatures: wanted.signatures === undefined ? null : feed.finish(),
  };
}

function timesOf(stat: Stats): Pick<StagedFile, 'mtime' | 'changedAt'> {
  return { mtime: Math.floor(stat.mtimeMs / 1000) * 1000, changedAt: stat.ctimeMs };
}

type Content = Pick<StagedFile, 'sum' | 'isPage' | 'xmlFault' | 'metadata'>;

const NOTHING: Content = { sum: null, isPage: false, xmlFault: null, metadata: null };

function content(path: string, bytes: Buffer): Content {
  switch (kindOf(path)) {
    case 'checksum': {
      const algorithm = sumAlgorithmOf(path);
      if (algorithm === null) return NOTHING;
      return { ...NOTHING, sum: parseChecksumFile(bytes.subarray(0, SUM_CEILING).toString('latin1'), algorithm) };
    }
    case 'metadata': {
      const metadata = parseMetadata(bytes);
      return {
        sum: null,
        isPage: looksLikePage(bytes),
        metadata,
        xmlFault: metadata.kind === 'not-well-formed' ? metadata.reason : null,
      };
    }
    case 'pom':
      return {
        ...NOTHING,
        isPage: looksLikePage(bytes),
        xmlFault: bytes.length > POM_CEILING ? null : wellFormedness(bytes),
      };
    case 'artifact':
    case 'signature':
      return { ...NOTHING, isPage: looksLikePage(bytes) };
    case 'loose':
      return NOTHING;
  }
}
