// Metadata that is neither ours nor one that we had. It may be newer than ours, older than a month, or made up; its bytes alone do not tell.

import { type Metadata, parseMetadata } from '../../../maven/metadata.ts';
import { ageOf, ageWords, isWithinLag } from './age.ts';
import type { Around, Circumstances, Claims, ExpectedFile, Proof } from './look.ts';
import { found, type Judgement } from './verdict.ts';

export function judgeMetadata(
  proof: Proof,
  claims: Claims,
  file: ExpectedFile,
  circumstances: Circumstances,
  around: Around,
): Judgement {
  const theirs = proof.bytes === null || proof.end !== 'whole' ? null : parseMetadata(proof.bytes);
  if (proof.end === 'cut') return found('truncated', 'mirror', `It ends after ${proof.sizeBytes} bytes.`);
  if (proof.end === 'ceiling')
    return found('oversize', 'mirror', `It goes on after ${proof.sizeBytes} bytes; ${file.size} were published.`);
  if (theirs?.kind !== 'metadata')
    return found('divergent', 'mirror', 'Metadata that cannot be read, and was never published so.');
  const ours = around.metadata;
  if (ours !== undefined && isOlder(theirs, ours)) return late(file, circumstances);
  if (around.hasNewVersions === false) {
    return found('index-ahead', 'mirror', 'Its metadata names a version whose files are not there.');
  }
  const isNewer = ours === undefined || isOlder(ours, theirs);
  if (isNewer && around.origin === undefined && (claims.lastModified ?? 0) > circumstances.freshAt)
    return found('unknown', 'self', 'It may be newer than our newest pass.', { basis: 'none' });
  return found('divergent', 'mirror', 'Metadata that was never published here.');
}

/** Names nothing that the other does not, and is dated before: what somebody would see who last looked then. */
function isOlder(one: Metadata, other: Metadata): boolean {
  if (one.lastUpdated === null || other.lastUpdated === null || one.lastUpdated >= other.lastUpdated) return false;
  const known = new Set(other.versions);
  return one.versions.every((version) => known.has(version));
}

/** That it never was genuine cannot be told from that it was long ago, and gains an attacker no more than an old one would. */
function late(file: ExpectedFile, circumstances: Circumstances): Judgement {
  const behindMs = ageOf(file.publishedAt, circumstances);
  const verdict = isWithinLag(behindMs, circumstances) ? 'lagging' : 'stale-known';
  return found(verdict, 'mirror', `Older metadata, by at least ${ageWords(behindMs)}.`, { behindMs });
}

/** Versions that only theirs names. */
export function newVersions(theirs: Uint8Array, ours: Metadata | null): string[] {
  const read = parseMetadata(theirs);
  if (read.kind !== 'metadata') return [];
  const known = new Set(ours?.versions ?? []);
  return read.versions.filter((version) => !known.has(version));
}
