import type { Kind } from '../../maven/kind.ts';

/** What the origin's own sums said of the bytes. */
export type UpstreamSum = 'matched' | 'absent' | 'mismatched' | 'unchecked';

/** One published file (DESIGN 5.8). Digests are raw bytes here and lower-case hex in JSON; times are epoch milliseconds UTC. */
export interface InventoryRow {
  readonly path: string;
  readonly kind: Kind;
  readonly size: number;
  readonly originMtime: number;
  readonly sha256: Buffer;
  readonly sha1: Buffer;
  /** Only where the origin has such a sum. */
  readonly md5: Buffer | null;
  readonly sha512: Buffer | null;
  readonly upstreamSum: UpstreamSum;
  readonly firstSeen: number;
  readonly lastVerified: number;
  readonly generation: number;
  /** Since when complete listings lack it, or null. */
  readonly absentSince: number | null;
}

/** One regular file as the source lists it. */
export interface ListedFile {
  /** Repository path: UTF-8, `/` between segments, already through the path grammar. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds UTC, whole seconds. */
  readonly mtime: number;
  /** The repository path that this name is a link to, when it is one within the tree: fetched there, then copied here. */
  readonly linkTo?: string;
  /** What the source's listing claims to be the MD5 of the bytes, lower-case hex; a claim, and a mark of change, never a proof. */
  readonly md5?: string;
  /** What a signed listing says that the SHA-256 of the bytes is, lower-case hex: other bytes are not taken. */
  readonly sha256?: string;
}
