// Looks for the tests of the judge: what is usual, to be changed in one place.

import { hash } from 'node:crypto';
import { HOUR } from '../../../src/host/clock.ts';
import { kindOf } from '../../../src/maven/kind.ts';
import { locate } from '../../../src/maven/layout.ts';
import type {
  Around,
  Circumstances,
  Claims,
  Expected,
  ExpectedFile,
  Look,
  Observation,
  Proof,
} from '../../../src/watch/crawl/judge.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const JAR = 'g/a/1.0/a-1.0.jar';
export const POM = 'g/a/1.0/a-1.0.pom';
export const SHA1 = 'g/a/1.0/a-1.0.jar.sha1';
export const ASC = 'g/a/1.0/a-1.0.jar.asc';
export const METADATA = 'g/a/maven-metadata.xml';

export const CLAIMS: Claims = { sizeBytes: null, lastModified: null, sums: {}, contentEncoding: null };

export const CIRCUMSTANCES: Circumstances = {
  role: 'mirror',
  asOf: NOW,
  upSince: 0,
  lagMs: 6 * HOUR,
  freshAt: NOW - HOUR,
  isWanted: true,
  isUpdating: false,
};

export function sha256(bytes: string | Uint8Array): string {
  return hash('sha256', bytes);
}

/** What was published there, two days ago if not said. */
export function file(path: string, bytes: string, change: Partial<ExpectedFile> = {}): ExpectedFile {
  return {
    kind: kindOf(path),
    isMutable: locate(path).mutable,
    size: Buffer.byteLength(bytes),
    sha256: sha256(bytes),
    sums: { sha1: hash('sha1', bytes), md5: hash('md5', bytes) },
    publishedAt: NOW - 48 * HOUR,
    upstreamSum: 'matched',
    isAbsentAtOrigin: false,
    ...change,
  };
}

export function expected(path: string, bytes: string | null, change: Partial<ExpectedFile & Expected> = {}): Expected {
  const { former = [], removal = null, ...rest } = change;
  return { path, file: bytes === null ? null : file(path, bytes, rest), former, removal };
}

export function status(code: number): Observation {
  return { kind: 'answered', method: 'GET', status: code, claims: CLAIMS, proof: null };
}

export function head(claims: Partial<Claims>): Observation {
  return { kind: 'answered', method: 'HEAD', status: 200, claims: { ...CLAIMS, ...claims }, proof: null };
}

/** A body as a probe reads it: `limit` is the size that is expected, beyond which nothing is hashed. */
export function body(text: string, change: Partial<Proof & Claims> & { limit?: number } = {}): Observation {
  const { sizeBytes: _size, lastModified = null, sums = {}, contentEncoding = null, limit, ...proof } = change;
  const bytes = Buffer.from(text);
  const isOver = limit !== undefined && bytes.length > limit;
  const read = isOver ? bytes.subarray(0, limit) : bytes;
  return {
    kind: 'answered',
    method: 'GET',
    status: 200,
    claims: { sizeBytes: null, lastModified, sums, contentEncoding },
    proof: {
      end: isOver ? 'ceiling' : 'whole',
      sizeBytes: isOver ? read.length + 1 : bytes.length,
      sha256: sha256(read),
      isPage: /^<html/i.test(text),
      bytes: read,
      ...proof,
    },
  };
}

export function silence(stage: 'dns' | 'connect' | 'tls' | 'timeout' | 'http' | 'held', detail = 'E'): Observation {
  return { kind: 'unanswered', stage, detail, sentence: 'no answer' };
}

export function look(
  expectation: Expected,
  observation: Observation,
  circumstances: Partial<Circumstances> = {},
  around: Around = {},
): Look {
  return { expected: expectation, observation, circumstances: { ...CIRCUMSTANCES, ...circumstances }, around };
}

/** Artifact metadata as Maven writes it. */
export function metadata(lastUpdated: string, ...versions: string[]): string {
  const list = versions.map((version) => `<version>${version}</version>`).join('');
  return `<metadata><groupId>g</groupId><artifactId>a</artifactId><versioning><versions>${list}</versions><lastUpdated>${lastUpdated}</lastUpdated></versioning></metadata>`;
}
