// Where an origin disagrees with itself, or with what it once was: its bucket, its CDN, its feeds and our own history, file by file. Pure: copies
// come in as values, and who is likely wrong goes out.

import { locate } from '../../maven/layout.ts';

/** What one place has under a path. `md5` is lower-case hex, null where the place does not say. */
export interface Copy {
  readonly size: number | null;
  readonly md5: string | null;
}

export type CdnCopy =
  | ({ readonly kind: 'there' } & Copy)
  | { readonly kind: 'missing' }
  /** It is there for others, or was, and is closed to us: also gone for a legal reason. */
  | { readonly kind: 'closed' };

export type DriftKind =
  /** A released file with other bytes in the bucket than it was published with. */
  | 'rewritten'
  /** Published here once, and not in the bucket any more. */
  | 'lost'
  | 'cdn-differs'
  | 'cdn-missing'
  | 'cdn-closed'
  /** all-poms names a POM that is not in the bucket, or the reverse. */
  | 'feed-without-file'
  | 'file-without-feed'
  /** all-jars (made from the database) names a version without a POM in all-poms (made from the bucket), or the reverse. */
  | 'announced-without-pom'
  | 'pom-without-announcement';

export interface Drift {
  readonly kind: DriftKind;
  readonly path: string;
  /** Which of them is likely wrong, by what the others say. */
  readonly blame: 'bucket' | 'cdn' | 'feed' | 'database' | 'unknown';
  readonly sentence: string;
  readonly bucket: Copy | null;
  readonly cdn: CdnCopy | null;
  readonly ours: Copy | null;
}

/** What is a trouble, and not just the age of a feed or of a cache. */
const TROUBLES: readonly DriftKind[] = ['rewritten', 'lost', 'cdn-differs', 'cdn-missing'];

export function isTrouble({ kind }: Drift): boolean {
  return TROUBLES.includes(kind);
}

/** The bucket beside our history. Null: nothing to say; what may change its bytes does so all the time. */
export function compareWithHistory(path: string, bucket: Copy | null, ours: Copy | null): DriftKind | null {
  if (ours === null) return null;
  const { mutable, snapshot } = locate(path);
  if (bucket === null) return snapshot ? null : 'lost';
  return mutable || agree(bucket, ours) ? null : 'rewritten';
}

/** The CDN beside the bucket. Metadata may be older there for as long as caches keep it. */
export function compareWithCdn(path: string, bucket: Copy, cdn: CdnCopy): DriftKind | null {
  if (cdn.kind === 'missing') return 'cdn-missing';
  if (cdn.kind === 'closed') return 'cdn-closed';
  return locate(path).mutable || agree(bucket, cdn) ? null : 'cdn-differs';
}

/** What nobody says contradicts nobody. */
function agree(left: Copy, right: Copy): boolean {
  if (left.size !== null && right.size !== null && left.size !== right.size) return false;
  return left.md5 === null || right.md5 === null || left.md5 === right.md5;
}

/** The one that stands alone against two others is likely wrong. */
export function explain(
  kind: DriftKind,
  path: string,
  bucket: Copy | null,
  cdn: CdnCopy | null,
  ours: Copy | null,
): Drift {
  const said = (blame: Drift['blame'], sentence: string): Drift => ({ kind, path, blame, sentence, bucket, cdn, ours });
  const cdnHolds = (copy: Copy | null) => cdn?.kind === 'there' && copy !== null && agree(cdn, copy);
  switch (kind) {
    case 'rewritten':
      if (cdnHolds(ours) && !cdnHolds(bucket))
        return said('bucket', 'the bucket has other bytes than were published; the CDN still has those');
      if (cdnHolds(bucket) && !cdnHolds(ours))
        return said('bucket', 'the bucket and the CDN have other bytes than were published');
      return said('unknown', 'the bucket has other bytes than were published');
    case 'lost':
      return said(
        'bucket',
        cdnHolds(ours) ? 'gone from the bucket; the CDN still has it' : 'gone from the bucket since it was published',
      );
    case 'cdn-differs':
      if (ours === null) return said('unknown', 'the CDN answers with other bytes than the bucket has');
      return agree(bucket ?? ours, ours)
        ? said('cdn', 'the CDN answers with other bytes than the bucket has and than were published')
        : said('bucket', 'the CDN answers with the bytes that were published, the bucket has others');
    case 'cdn-missing':
      return said('cdn', 'in the bucket, and the CDN says that it is not there: it may remember that for a day');
    case 'cdn-closed':
      return said('unknown', 'in the bucket, and the CDN does not give it to us');
    case 'feed-without-file':
      return said('feed', 'all-poms names it, and the bucket does not have it');
    case 'file-without-feed':
      return said('feed', 'in the bucket, and all-poms does not name it');
    case 'announced-without-pom':
      return said('database', 'all-jars names this version, and all-poms has no POM of it');
    case 'pom-without-announcement':
      return said('database', 'all-poms has its POM, and all-jars does not name this version');
  }
}

/** Two lists of paths in the order of their UTF-8 bytes, laid beside each other: one is told file by file, the other is asked for page by page. */
export interface Walk<Told> {
  tell(path: string, told: Told): void;
  end(): void;
}

export function walkBeside<Told, Held extends { readonly path: string }>(
  pageAfter: (path: string) => readonly Held[],
  onPath: (path: string, told: Told | null, held: Held | null) => void,
): Walk<Told> {
  let page = pageAfter('');
  let at = 0;
  const next = (): Held | null => {
    const last = page.at(-1);
    if (at >= page.length && last !== undefined) {
      page = pageAfter(last.path);
      at = 0;
    }
    return page[at] ?? null;
  };
  const before = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
  const skipTo = (path: string | null) => {
    for (let held = next(); held !== null && (path === null || before(held.path, path)); held = next()) {
      at += 1;
      onPath(held.path, null, held);
    }
  };
  return {
    tell(path, told) {
      skipTo(path);
      const held = next();
      const isSame = held?.path === path;
      if (isSame) at += 1;
      onPath(path, told, isSame ? held : null);
    },
    end: () => skipTo(null),
  };
}
