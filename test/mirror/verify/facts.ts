// Facts for the gate, made of bytes: what a digest thread would say of them, what the origin lists, what is published.

import { hash } from 'node:crypto';
import { MINUTE } from '../../../src/host/clock.ts';
import { parseChecksumFile } from '../../../src/maven/checksum-file.ts';
import { kindOf, sumAlgorithmOf } from '../../../src/maven/kind.ts';
import { locate } from '../../../src/maven/layout.ts';
import { looksLikePage, parseMetadata, wellFormedness } from '../../../src/maven/metadata.ts';
import type { InventoryRow, ListedFile, UpstreamSum } from '../../../src/mirror/inventory/row.ts';
import type { Confirmation } from '../../../src/mirror/source/confirm.ts';
import type {
  GatePolicy,
  MetadataFacts,
  StagedFile,
  UnitFacts,
  Verdict,
  VersionState,
} from '../../../src/mirror/verify/gate.ts';

import type { JudgedFile } from '../../../src/mirror/verify/signature.ts';

export const NOW = Date.UTC(2026, 10, 21, 1, 30);
/** Old enough that nothing is expected to follow. */
export const OLD = NOW - 600 * MINUTE;

export const POLICY: GatePolicy = {
  upstreamSums: 'when-present',
  settleMs: 120 * MINUTE,
  maxFileBytes: 10_000,
  signatures: 'observe',
};

export type Bytes = string | { readonly bytes: string; readonly mtime?: number };

export interface Given {
  readonly staged?: Readonly<Record<string, Bytes>>;
  readonly kept?: Readonly<Record<string, string | { readonly bytes: string; readonly upstreamSum: UpstreamSum }>>;
  /** Listed beside what is staged and kept. */
  readonly listed?: readonly string[];
  readonly remembered?: Readonly<Record<string, 'rejected' | 'deferred'>>;
  /** Bytes that a path was published with once. */
  readonly once?: Readonly<Record<string, string>>;
  readonly permitted?: readonly string[];
  readonly heldSince?: number;
  readonly confirmed?: Readonly<Record<string, Confirmation>>;
  readonly originHasSums?: boolean;
  /** What is true of the signatures beside a file. */
  readonly signatures?: Readonly<Record<string, JudgedFile>>;
}

export function unitFacts(unit: string, given: Given): UnitFacts {
  const staged = new Map(Object.entries(given.staged ?? {}).map(([path, bytes]) => [path, stagedFile(path, bytes)]));
  const kept = new Map(Object.entries(given.kept ?? {}).map(([path, bytes]) => [path, row(path, bytes)]));
  const listed = [...staged.keys(), ...kept.keys(), ...Object.keys(given.remembered ?? {}), ...(given.listed ?? [])];
  return {
    unit,
    unitKind: locate([...staged.keys()][0] ?? '').unitKind,
    listed: new Map(listed.map((path): [string, ListedFile] => [path, { path, size: 1, mtime: OLD }])),
    staged,
    kept,
    remembered: new Map(
      Object.entries(given.remembered ?? {}).map(([path, kind]) => [path, { kind, verdict: 'checksum-mismatch' }]),
    ),
    everPublished(path) {
      const now = kept.get(path)?.sha256.toString('hex');
      const once = given.once?.[path];
      return new Set([...(now === undefined ? [] : [now]), ...(once === undefined ? [] : [sum('sha256', once)])]);
    },
    isPermitted: (path) => given.permitted?.includes(path) ?? false,
    confirmation: (path) => given.confirmed?.[path] ?? null,
    heldSince: () => given.heldSince ?? null,
    signaturesOf: (root) => given.signatures?.[root] ?? null,
    originHasSums: given.originHasSums ?? true,
  };
}

export interface GivenMetadata extends Given {
  readonly published?: string;
  readonly versions?: Readonly<Record<string, VersionState>>;
  readonly files?: Readonly<Record<string, VersionState>>;
  readonly isFirstPass?: boolean;
}

export function metadataFacts(unit: string, given: GivenMetadata): MetadataFacts {
  return {
    ...unitFacts(unit, given),
    published: given.published === undefined ? null : parseMetadata(Buffer.from(given.published)),
    stateOfVersion: (version) => given.versions?.[version] ?? 'complete',
    stateOfFile: (path) => given.files?.[path] ?? 'complete',
    isFirstPass: given.isFirstPass ?? false,
  };
}

export function stagedFile(path: string, given: Bytes): StagedFile {
  const { bytes, mtime = OLD } = typeof given === 'string' ? { bytes: given } : given;
  const buffer = Buffer.from(bytes);
  const algorithm = sumAlgorithmOf(path);
  const kind = kindOf(path);
  return {
    path,
    size: buffer.length,
    mtime,
    changedAt: mtime,
    sha256: hash('sha256', buffer, 'buffer'),
    sha1: hash('sha1', buffer, 'buffer'),
    md5: hash('md5', buffer, 'buffer'),
    sha512: hash('sha512', buffer, 'buffer'),
    sum: algorithm === null ? null : parseChecksumFile(bytes, algorithm),
    isPage: kind !== 'checksum' && looksLikePage(buffer),
    xmlFault: kind === 'pom' || kind === 'metadata' ? wellFormedness(buffer) : null,
    metadata: kind === 'metadata' ? parseMetadata(buffer) : null,
    signatures: null,
  };
}

export function row(
  path: string,
  given: string | { readonly bytes: string; readonly upstreamSum: UpstreamSum },
): InventoryRow {
  const { bytes, upstreamSum } = typeof given === 'string' ? { bytes: given, upstreamSum: 'matched' as const } : given;
  const { size, sha256, sha1, md5, sha512 } = stagedFile(path, bytes);
  return {
    ...{ path, kind: kindOf(path), size, originMtime: OLD, sha256, sha1, md5, sha512, upstreamSum },
    ...{ firstSeen: OLD, lastVerified: OLD, generation: 1, absentSince: null },
  };
}

export function sum(algorithm: string, bytes: string): string {
  return hash(algorithm, Buffer.from(bytes), 'hex');
}

/** `accepted matched sum-mismatch-upstream`, `rejected checksum-mismatch`, by path. */
export function inWords(verdicts: readonly Verdict[]): Record<string, string> {
  return Object.fromEntries(verdicts.map((verdict) => [verdict.path, wordsOf(verdict)]));
}

export function wordsOf(verdict: Verdict): string {
  if (verdict.kind !== 'accepted') return `${verdict.kind} ${verdict.verdict}`;
  return ['accepted', verdict.upstreamSum, ...verdict.notes].join(' ');
}
