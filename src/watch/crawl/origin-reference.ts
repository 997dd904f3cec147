// The origin itself as what mirrors are compared with, for whoever has no tree of his own: it is listed, and asked for each file once; what may change
// is asked for again in each round.

import type { Clock } from '../../host/clock.ts';
import { rootOf } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import { type Metadata, parseMetadata } from '../../maven/metadata.ts';
import type { Expected, ExpectedFile } from './judge.ts';
import type { OriginFile, OriginStore } from './origin-store.ts';
import type { Probe, ProbeRequest } from './probe.ts';
import { mayChange, type Reference, type Rewritten } from './reference.ts';

export interface OriginHost {
  readonly store: OriginStore;
  readonly clock: Clock;
  /** How long an answer about a release is believed before it is asked for again: 0, only for this round. */
  readonly believedMs: number;
  /** One request to the origin, within its budget; null when that is used up. */
  readonly ask: (request: ProbeRequest, signal: AbortSignal) => Promise<Probe | null>;
}

/** No file of a repository is larger. */
const MOST_BYTES = 8 * 1024 * 1024 * 1024;
const KEPT_BYTES = 2 * 1024 * 1024;

export function originReference(host: OriginHost): Reference {
  const { store, clock } = host;
  const since = clock.now();
  const rewritten: Rewritten[] = [];
  const underWay = new Map<string, Promise<OriginFile | null>>();
  /** Several mirrors are visited at once: each file is asked for once. */
  const known = (
    file: OriginFile,
    isDoubted: boolean,
    signal: AbortSignal,
  ): Promise<OriginFile | null> | OriginFile => {
    if (!isDoubted && isFresh(file, since, host.believedMs)) return file;
    const waiting = underWay.get(file.path);
    if (waiting !== undefined) return waiting;
    const asking = askOrigin(file, host, rewritten, signal).finally(() => underWay.delete(file.path));
    underWay.set(file.path, asking);
    return asking;
  };
  const unit = async (root: string, signal: AbortSignal, isDoubted = false): Promise<Expected[]> => {
    const files = store.companions(root);
    if (files.length === 0) return [{ path: root, file: null, former: [], removal: null }];
    const answers: Expected[] = [];
    for (const file of files) {
      const now = await known(file, isDoubted, signal);
      if (now !== null) answers.push(expectedOf(now, store));
    }
    return answers;
  };
  return {
    kind: 'origin',
    current: () => {
      const { files, bytes, listing } = store.counts();
      return { lineage: 'origin', generation: listing, files, bytes };
    },
    unit,
    doubted: (root, signal) => unit(root, signal, true),
    find: (path) => {
      const file = store.file(path);
      return file === null || (file.sha256 === null && file.goneAt === null) ? null : expectedOf(file, store);
    },
    pathsAfter: store.pathsAfter,
    pathAt: store.pathAt,
    metadataAfter: store.metadataAfter,
    ...changes(store),
    metadata: (path) => metadataIn(store.file(path)),
    readAgain: (path, sizeBytes, signal) => digestOf(path, sizeBytes, host, signal),
    takeRewritten: () => rewritten.splice(0),
  };
}

/** What may change is asked for once in a round, a release now and then. */
function isFresh(file: OriginFile, since: number, believedMs: number): boolean {
  if (file.askedAt === null || (file.sha256 === null && file.goneAt === null)) return false;
  const isRelease = !mayChange(file.path) && file.goneAt === null;
  return file.askedAt >= since - (isRelease ? believedMs : 0);
}

function changes(store: OriginStore): Pick<Reference, 'changedSince' | 'removed' | 'rootsBelow'> {
  return {
    changedSince(cursor, count) {
      const { listing } = store.counts();
      const from = cursor.lineage === 'origin' ? cursor : { lineage: 'origin', generation: listing + 1, path: '' };
      const rows = store.changedAfter(from.generation, from.path, count);
      const last = rows.at(-1);
      const next = last === undefined ? from : { lineage: 'origin', generation: last.listing, path: last.path };
      return { roots: [...new Set(rows.map(({ path }) => rootOf(path)))], next };
    },
    removed: (count) => store.gonePaths(count),
    rootsBelow: (folder, count) => {
      const paths = store.pathsAfter(`${folder}/`, 8 * count).filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(paths.map(rootOf))].slice(0, count);
    },
  };
}

/** Null when it did not answer, or may not be asked any more: then nothing is compared with it. */
async function askOrigin(
  file: OriginFile,
  host: OriginHost,
  rewritten: Rewritten[],
  signal: AbortSignal,
): Promise<OriginFile | null> {
  const { path, kind } = file;
  const keep = kind === 'metadata' || kind === 'checksum';
  const digests = ['sha256', 'sha1', 'md5'] as const;
  const size = keep ? KEPT_BYTES : MOST_BYTES;
  const asked = await host.ask({ path, method: 'GET', sizeBytes: size, keep, digests, isFresh: false }, signal);
  if (asked === null || asked.observation.kind === 'unanswered') return null;
  const { status, proof, claims } = asked.observation;
  const now = host.clock.now();
  if (status === 404 || status === 410 || status === 403) {
    host.store.gone(path, now);
    return host.store.file(path);
  }
  if (proof?.end !== 'whole') return null;
  const before = file.sha256?.toString('hex') ?? null;
  if (before !== null && before !== proof.sha256 && !mayChange(path)) {
    const observed = { size: proof.sizeBytes, sha256: proof.sha256 };
    rewritten.push({ path, expected: { size: file.size, sha256: before }, observed, probe: asked });
  }
  const { sha1, md5 } = asked.digests;
  const sums = { ...(sha1 === undefined ? {} : { sha1 }), ...(md5 === undefined ? {} : { md5 }) };
  const body = kind === 'metadata' && proof.bytes !== null ? Buffer.from(proof.bytes) : null;
  const isSame = before === proof.sha256;
  const publishedAt = isSame ? file.publishedAt : (claims.lastModified ?? now);
  host.store.answered(path, { size: proof.sizeBytes, sha256: proof.sha256, sums, body, publishedAt }, now);
  return host.store.file(path);
}

function expectedOf(file: OriginFile, store: OriginStore): Expected {
  const former = store.former(file.path);
  if (file.goneAt !== null || file.sha256 === null || file.size === null) {
    const at = file.goneAt ?? file.publishedAt;
    return { path: file.path, file: null, former, removal: { kind: 'absent', at } };
  }
  const expected: ExpectedFile = {
    kind: file.kind,
    isMutable: mayChange(file.path),
    size: file.size,
    sha256: file.sha256.toString('hex'),
    sums: {
      ...(file.sha1 === null ? {} : { sha1: file.sha1.toString('hex') }),
      ...(file.md5 === null ? {} : { md5: file.md5.toString('hex') }),
    },
    publishedAt: Math.max(file.publishedAt, former[0]?.until ?? 0),
    upstreamSum: 'unchecked',
    isAbsentAtOrigin: false,
  };
  return { path: file.path, file: expected, former, removal: null };
}

function metadataIn(file: OriginFile | null): Metadata | null {
  const parsed = file?.body == null ? null : parseMetadata(file.body);
  return parsed?.kind === 'metadata' ? parsed : null;
}

async function digestOf(
  path: string,
  sizeBytes: number,
  host: OriginHost,
  signal: AbortSignal,
): Promise<string | null> {
  const digests = ['sha256'] as const;
  const asked = await host.ask({ path, method: 'GET', sizeBytes, keep: false, digests, isFresh: false }, signal);
  const observation = asked?.observation;
  const proof = observation?.kind === 'answered' && observation.status === 200 ? observation.proof : null;
  return proof == null || proof.end === 'cut' || proof.end === 'slow' ? null : proof.sha256;
}

/** How a listed path is written down. */
export function listedKind(path: string): OriginFile['kind'] {
  return locate(path).kind;
}
