// The words of the gate: what it is told and what it answers.

import type { InventoryRow, ListedFile, UpstreamSum } from '../inventory/row.ts';
import type { Confirmation } from '../source/confirm.ts';
import type { JudgedFile } from './signature/judgement.ts';
import type { StagedFile } from './staged-file.ts';

/** `retryAt` of what waits for a change at the origin, whenever that comes: the last instant that ECMAScript knows. */
export const WHEN_CHANGED = 8_640_000_000_000_000;

export type Note = 'no-upstream-sum' | 'sum-mismatch-upstream' | 'not-well-formed' | 'filtered' | 'origin-incomplete';

export type RejectedAs =
  | 'checksum-mismatch'
  | 'torn-group'
  | 'signature-bad'
  | 'signature-policy'
  | 'immutable-changed'
  | 'unsafe-path'
  | 'impostor-page'
  | 'too-large';

export type DeferredAs = 'incomplete-version' | 'sidecar-pending' | 'metadata-shrinks' | 'unconfirmed';

/** The judgement of one file. `why` is a sentence for people; `retryAt` is when looking again is worth it, 0 for the next pass. */
export type Verdict =
  | {
      readonly kind: 'accepted';
      readonly path: string;
      readonly upstreamSum: UpstreamSum;
      readonly notes: readonly Note[];
    }
  | {
      readonly kind: 'rejected';
      readonly path: string;
      readonly verdict: RejectedAs;
      readonly why: string;
      readonly expected: string | null;
    }
  | {
      readonly kind: 'deferred';
      readonly path: string;
      readonly verdict: DeferredAs;
      readonly why: string;
      readonly retryAt: number;
      /** The digest, lower-case hex, that somebody who should know names in place of ours: that is news, though the file only waits. */
      readonly contradicts?: string;
    };

export interface GatePolicy {
  readonly upstreamSums: 'when-present' | 'required' | 'record';
  readonly settleMs: number;
  readonly maxFileBytes: number;
  /** `require`: what the keysmap does not allow is refused. Otherwise signatures are facts, and no reason. */
  readonly signatures: 'off' | 'observe' | 'require';
}

/** How the origin and the tree stand to a version that metadata names. */
export type VersionState = 'complete' | 'served' | 'incomplete' | 'absent' | 'filtered';

/** All that is known of one unit: a version, a metadata set, or a loose file with its sidecars. */
export interface UnitFacts {
  readonly unit: string;
  readonly unitKind: 'version' | 'metadata' | 'loose';
  /** What this pass's listing shows of the unit. */
  readonly listed: ReadonlyMap<string, ListedFile>;
  readonly staged: ReadonlyMap<string, StagedFile>;
  /** Refused earlier, unchanged at the origin since, and therefore not fetched this time. */
  readonly remembered: ReadonlyMap<string, { readonly kind: 'rejected' | 'deferred'; readonly verdict: string }>;
  readonly kept: ReadonlyMap<string, InventoryRow>;
  /** Hex digests a released path was ever published with; a different one is never taken without an operator. */
  everPublished(path: string): ReadonlySet<string>;
  /** What the origin says of the digest over a way that cannot be altered; null: it was not to be asked. */
  confirmation(path: string): Confirmation | null;
  /** The operator has released exactly these bytes for this path. */
  isPermitted(path: string, sha256: string): boolean;
  /** Since when the unit's root has been deferred or rejected with these very bytes, or null. */
  heldSince(path: string, sha256: string): number | null;
  /** What the signatures beside a file say of it, those that are published or come with it; null: nobody has looked. */
  signaturesOf(root: string): JudgedFile | null;
  /** The listing shows a checksum file somewhere. An origin that has none at all has none to wait for. */
  readonly originHasSums: boolean;
}

export interface MetadataFacts extends UnitFacts {
  /** The published bytes of the metadata file, parsed, or null. */
  readonly published: StagedFile['metadata'];
  stateOfVersion(version: string): VersionState;
  /** How a single file (of a SNAPSHOT build) stands. */
  stateOfFile(path: string): VersionState;
  /** Nothing was published before this pass: absences at the origin hold nothing back. */
  readonly isFirstPass: boolean;
}
