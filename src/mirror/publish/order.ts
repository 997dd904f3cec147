// The order in which files reach the published tree (DESIGN 3.1), decided here and nowhere else.
//
// Clients ask for pom, pom.sha1, jar, jar.sha1, and refuse a jar without its sum: so within a version sums and signatures come first, then the
// artifacts, the POM last. Metadata names versions: it comes when they are all there, the deepest first (SNAPSHOT builds, artifact, group).

import { locate } from '../../maven/layout.ts';
import type { UpstreamSum } from '../inventory/row.ts';
import type { PendingRow } from '../inventory/writer.ts';
import type { StagedFile } from '../verify/gate.ts';

/** A file that the gate accepted, and where its bytes wait. */
export interface Accepted {
  readonly file: StagedFile;
  readonly upstreamSum: UpstreamSum;
  readonly origin: 'staging' | 'quarantine';
}

export function publicationOrder(accepted: readonly Accepted[], now: number): PendingRow[] {
  return accepted
    .map((each) => ({ ...each, key: placeInOrder(each.file.path) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ file, upstreamSum, origin }, seq) => ({
      seq,
      phase: phaseOf(file.path),
      origin,
      path: file.path,
      kind: locate(file.path).kind,
      size: file.size,
      originMtime: file.mtime,
      sha256: file.sha256,
      sha1: file.sha1,
      md5: file.md5,
      sha512: file.sha512,
      upstreamSum,
      lastVerified: now,
      keepsDigest: isKnownForEver(file.path),
    }));
}

/** Released paths keep every digest they ever had; SNAPSHOTs, metadata and loose files change as they please. */
export function isKnownForEver(path: string): boolean {
  return !locate(path).mutable;
}

function phaseOf(path: string): PendingRow['phase'] {
  return locate(path).unitKind;
}

const PHASES = { version: 'a', metadata: 'b', loose: 'c' } as const;

/** Whatever is laid down sorted by this is in the order of publication. Begins with `a` for a version, `b` for metadata, `c` for loose files. */
export function placeInOrder(path: string): string {
  const place = locate(path);
  const depth = place.unitKind === 'metadata' ? String.fromCharCode(0xffff - place.unit.split('/').length) : '';
  return `${PHASES[place.unitKind]}${depth}${place.unit}\0${withinUnit(place.kind)}${path}`;
}

function withinUnit(kind: PendingRow['kind']): '0' | '1' | '2' {
  if (kind === 'checksum' || kind === 'signature') return '0';
  return kind === 'pom' || kind === 'metadata' ? '2' : '1';
}

/**
 * The order in which files leave: metadata first, so that nothing names what goes; then of each version the artifacts before the POM (a POM
 * without its jar fails a build loudly, a jar without its POM loses dependencies in silence), the sums last.
 */
export function removalOrder(paths: readonly string[]): string[] {
  const key = (path: string) => {
    const place = locate(path);
    const rank = place.unitKind === 'metadata' ? '0' : '1';
    const within = place.kind === 'artifact' ? '0' : place.kind === 'pom' ? '1' : '2';
    return `${rank}${place.unit}\0${within}${path}`;
  };
  return paths
    .map((path) => [key(path), path] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([, path]) => path);
}
