// The thread that reads staged files: every digest, and what the gate wants to know of the content, in one read. It judges nothing.
// File contents are an attacker's: sizes were capped while fetching, parsers have their own ceilings and never resolve an entity.

import { createHash, type Hash, hash } from 'node:crypto';
import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { parseChecksumFile } from '../../maven/checksum-file.ts';
import { kindOf, sumAlgorithmOf } from '../../maven/kind.ts';
import { looksLikePage, METADATA_CEILING, parseMetadata, wellFormedness } from '../../maven/metadata.ts';
import type { DigestRequest, RereadRequest } from './digest.ts';
import { openForReading } from './digest-open.ts';
import { reread } from './digest-reread.ts';
import { pack } from './packed-answer.ts';
import type { StagedFile, Wanted } from './staged-file.ts';

const IN_ONE_PIECE = 1024 * 1024;
const SUM_CEILING = 64 * 1024;
const POM_CEILING = 4 * 1024 * 1024;

const piece = Buffer.allocUnsafe(IN_ONE_PIECE);

parentPort?.on('message', (request: DigestRequest | RereadRequest) => {
  if (request.kind === 'reread') parentPort?.postMessage(reread(request));
  else digest(request);
});

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
  return {
    path: wanted.path,
    size: length,
    ...timesOf(stat),
    sha256: hash('sha256', bytes, 'buffer'),
    sha1: hash('sha1', bytes, 'buffer'),
    md5: wanted.md5 ? hash('md5', bytes, 'buffer') : null,
    sha512: wanted.sha512 ? hash('sha512', bytes, 'buffer') : null,
    ...content(wanted.path, bytes),
  };
}

function largeFile(handle: number, stat: Stats, wanted: Wanted): StagedFile {
  const hashes: Record<'sha256' | 'sha1', Hash> & Record<'md5' | 'sha512', Hash | null> = {
    sha256: createHash('sha256'),
    sha1: createHash('sha1'),
    md5: wanted.md5 ? createHash('md5') : null,
    sha512: wanted.sha512 ? createHash('sha512') : null,
  };
  const keep =
    kindOf(wanted.path) === 'metadata' ? METADATA_CEILING + 1 : kindOf(wanted.path) === 'pom' ? POM_CEILING + 1 : 4096;
  const head: Buffer[] = [];
  let size = 0;
  for (let got = readSync(handle, piece); got > 0; got = readSync(handle, piece)) {
    const bytes = piece.subarray(0, got);
    for (const each of Object.values(hashes)) each?.update(bytes);
    if (size < keep) head.push(Buffer.from(bytes.subarray(0, keep - size)));
    size += got;
  }
  return {
    path: wanted.path,
    size,
    ...timesOf(stat),
    sha256: hashes.sha256.digest(),
    sha1: hashes.sha1.digest(),
    md5: hashes.md5?.digest() ?? null,
    sha512: hashes.sha512?.digest() ?? null,
    ...content(wanted.path, Buffer.concat(head)),
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
