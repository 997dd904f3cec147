// What a judgement is made of: what should be there, what came back, and what is known around it. Values only.

import type { Kind, SumAlgorithm } from '../../../maven/kind.ts';
import type { Metadata } from '../../../maven/metadata.ts';

/** A file as the reference has it now. Digests are lower-case hex. */
export interface ExpectedFile {
  readonly kind: Kind;
  /** May change its bytes at the origin: metadata, SNAPSHOTs, checksum files, loose files. */
  readonly isMutable: boolean;
  readonly size: number;
  readonly sha256: string;
  readonly sums: Readonly<Partial<Record<SumAlgorithm, string>>>;
  /** Since when it is so: what is younger than the lag window may be missing. Epoch milliseconds. */
  readonly publishedAt: number;
  readonly upstreamSum: 'matched' | 'absent' | 'mismatched' | 'unchecked';
  /** The origin shows it no more: nobody has to have it. */
  readonly isAbsentAtOrigin: boolean;
}

export interface Former {
  readonly sha256: string;
  readonly until: number;
}

export interface Expected {
  readonly path: string;
  /** Null: the reference has no such file. */
  readonly file: ExpectedFile | null;
  readonly former: readonly Former[];
  /** It was there and was taken away. */
  readonly removal: { readonly kind: 'takedown' | 'absent'; readonly at: number } | null;
}

/** What headers say. Found wrong they show a mistake; found right they prove nothing. */
export interface Claims {
  readonly sizeBytes: number | null;
  readonly lastModified: number | null;
  /** `X-Checksum-*` and their like. */
  readonly sums: Readonly<Partial<Record<SumAlgorithm, string>>>;
  /** Null: as it is. */
  readonly contentEncoding: string | null;
}

/** A body that we read and hashed, at most one byte beyond what was expected. */
export interface Proof {
  readonly end: 'whole' | 'ceiling' | 'cut' | 'slow';
  readonly sizeBytes: number;
  /** Up to the size that was expected. */
  readonly sha256: string;
  readonly isPage: boolean;
  /** The whole body of small files that have to be read: metadata, sums. */
  readonly bytes: Uint8Array | null;
}

/** Where it failed. `held`: nobody was asked, for the host is left alone at the time. */
export type Stage = 'dns' | 'connect' | 'tls' | 'timeout' | 'http' | 'redirect' | 'address' | 'held';

export type Observation =
  | {
      readonly kind: 'answered';
      readonly method: 'HEAD' | 'GET';
      readonly status: number;
      readonly claims: Claims;
      /** Null for HEAD, and for answers without a file. */
      readonly proof: Proof | null;
    }
  | { readonly kind: 'unanswered'; readonly stage: Stage; readonly detail: string; readonly sentence: string };

export interface Circumstances {
  /** `origin`: the canonical repository's own public face, visited like a mirror. */
  readonly role: 'mirror' | 'origin';
  /** Now; during an outage of the origin its beginning, for nobody can be behind what nobody could fetch. */
  readonly asOf: number;
  /** When the origin came back last: what was missed in its outage counts from then. */
  readonly upSince: number;
  readonly lagMs: number;
  /** When our own newest good pass began: what is younger may be unknown to us. */
  readonly freshAt: number;
  /** The mirror's own `include` and `exclude`. */
  readonly isWanted: boolean;
  /** The mirror's trace says that its own update is under way, or it changed while we looked. */
  readonly isUpdating: boolean;
}

/** What was asked for on top, to understand an answer; what is not known is left out. */
export interface Around {
  /** Of a body that is too short or too long: whether its beginning is that of the genuine file. */
  readonly beginsGenuine?: boolean;
  /** Of a signature or sum that is not there: whether the file it belongs to is. */
  readonly isBaseThere?: boolean;
  /** Of a file of a version that is not there: whether the mirror's own metadata names that version. */
  readonly isIndexed?: boolean;
  /** The sum that a checksum file should hold: of the file that it is about, as the reference has that. */
  readonly sumOfBase?: string;
  /** The same of what the mirror itself serves as that file. */
  readonly sumOfTheirBase?: string;
  /** Our own metadata, to compare that of the mirror with. */
  readonly metadata?: Metadata;
  /** Versions that only the mirror's metadata names: whether the mirror has their files. */
  readonly hasNewVersions?: boolean;
  /** What the origin's public face answered for the same path. */
  readonly origin?: { readonly kind: 'file'; readonly sha256: string } | { readonly kind: 'absent' };
  /** What the mirror's own inventory says of the path. */
  readonly ownWord?: { readonly sha256: string; readonly isSigned: boolean };
  /** Whether our own copy, read again from the disk, is what the inventory says. */
  readonly isOursSound?: boolean;
}
