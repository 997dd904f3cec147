// The looks of `assay origin drift`, one at each face of the origin. Memory holds the names of POMs and what is suspicious, never all of a listing.

import type { Config } from '../config/schema.ts';
import { compileFilter } from '../maven/glob.ts';
import type { InventoryRow } from '../mirror/inventory/row.ts';
import type { Inventory } from '../mirror/inventory/store.ts';
import type { Source, SourceTrouble } from '../mirror/source/contract.ts';
import type { OriginFacts } from '../mirror/source/http/http.ts';
import {
  type CdnCopy,
  type Copy,
  compareWithHistory,
  type DriftKind,
  walkBeside,
} from '../watch/crawl/origin-drift.ts';

/** A file in the bucket and in our history. */
export interface Pair {
  readonly path: string;
  readonly bucket: Copy | null;
  readonly ours: Copy | null;
}

export interface BucketLook {
  readonly kind: 'looked';
  readonly files: number;
  readonly rows: number;
  readonly suspects: readonly (Pair & { readonly kind: DriftKind })[];
  /** Drawn by chance from all files. */
  readonly sample: readonly (Pair & { readonly bucket: Copy })[];
  /** Every POM with its time, epoch milliseconds. */
  readonly poms: ReadonlyMap<string, number>;
}

const PAGE = 5000;

/** The bucket, which must be listed in the order of its keys, beside the inventory. */
export async function lookAtBucket(
  source: Source,
  filter: Pick<Config['source'][number], 'include' | 'exclude'>,
  inventory: Inventory,
  sampleSize: number,
  chance: () => number,
  signal: AbortSignal,
): Promise<BucketLook | SourceTrouble> {
  const { wants } = compileFilter(filter);
  const suspects: (Pair & { kind: DriftKind })[] = [];
  const sample: (Pair & { bucket: Copy })[] = [];
  const poms = new Map<string, number>();
  let files = 0;
  let rows = 0;
  const pageAfter = (path: string) => inventory.pathsAfter(path, PAGE).flatMap((each) => inventory.row(each) ?? []);
  const walk = walkBeside<Copy, InventoryRow>(pageAfter, (path, bucket, held) => {
    if (!wants(path)) return;
    if (held !== null) rows += 1;
    const ours = held === null ? null : copyOf(held);
    const kind = compareWithHistory(path, bucket, ours);
    if (kind !== null) suspects.push({ kind, path, bucket, ours });
    if (bucket === null) return;
    files += 1;
    // Reservoir: each file so far stands in the sample with the same likelihood.
    const at = sample.length < sampleSize ? sample.length : Math.floor(chance() * files);
    if (at < sampleSize) sample[at] = { path, bucket, ours };
  });
  const sink = {
    file: ({ path, size, mtime, md5 }: Parameters<Parameters<Source['list']>[1]['file']>[0]) => {
      if (path.endsWith('.pom')) poms.set(path, mtime);
      walk.tell(path, { size, md5: md5 ?? null });
    },
    odd: () => undefined,
  };
  const outcome = await source.list({ since: null, due: [] }, sink, signal);
  if (outcome.kind === 'trouble') return outcome;
  walk.end();
  return { kind: 'looked', files, rows, suspects, sample, poms };
}

function copyOf({ size, md5 }: InventoryRow): Copy {
  return { size, md5: md5?.toString('hex') ?? null };
}

/** One file at the CDN; a trouble when it cannot be asked at all. */
export async function lookAtCdn(
  faces: OriginFacts,
  path: string,
  signal: AbortSignal,
): Promise<CdnCopy | SourceTrouble> {
  const facts = await faces.facts(path, signal);
  switch (facts.kind) {
    case 'facts':
      return { kind: 'there', size: facts.size, md5: facts.md5 };
    case 'absent':
      return { kind: 'missing' };
    case 'unreadable':
      return { kind: 'closed' };
    case 'trouble':
      return facts;
  }
}
