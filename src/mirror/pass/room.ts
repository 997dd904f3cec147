import type { FindingRecord } from '../../finding/record.ts';
import type { Clock } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import type { AuditTrail } from '../../operator/audit-trail.ts';
import type { StateDatabase } from '../../state/open.ts';
import type { Inventory, Takedowns } from '../inventory/store.ts';
import type { PublishRoom } from '../publish/publish.ts';
import type { Quarantine } from '../publish/quarantine.ts';
import type { Confirm } from '../source/confirm.ts';
import type { Source } from '../source/contract.ts';
import type { Digesters } from '../verify/digest.ts';
import type { GatePolicy } from '../verify/gate.ts';
import type { Signing } from '../verify/signature.ts';
import type { HeldBack } from './held.ts';
import type { History } from './history.ts';

/** What a pass is told; `compose` fills it from the configuration. */
export interface PassOptions {
  readonly name: string;
  readonly contact: string | null;
  readonly version: string;
  readonly actor: string;
  readonly folders: {
    readonly data: string;
    readonly published: string;
    readonly staging: string;
    /** What was fetched and read lies here on its way into the tree, out of sight of the source's child. */
    readonly settling: string;
    /** Signatures of releases that others have replaced. */
    readonly former: string;
    readonly scratch: string;
  };
  readonly policy: GatePolicy;
  readonly wants: (path: string) => boolean;
  /** Changes whenever an option does that could change what a pass would do with the same listing. */
  readonly policyDigest: string;
  readonly minFreeBytes: number;
  readonly rotationMs: number;
  /** How long news are enough, from a source that can tell them, before everything is listed again. */
  readonly sweepMs: number;
  readonly removal: {
    readonly maxFiles: number;
    readonly maxRatio: number;
    readonly holdMs: number;
    readonly snapshotHoldMs: number;
  };
  readonly historyMs: number;
  /** When the pass must have stopped (run timeout, end of the window), epoch milliseconds. */
  readonly deadline: number;
  readonly acceptPlan: string | null;
  readonly seed: string | null;
}

/** What a pass works with. */
export interface PassRoom {
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly takedowns: Takedowns;
  readonly publishing: PublishRoom;
  readonly quarantine: Quarantine;
  readonly findings: FindingRecord;
  readonly audit: AuditTrail;
  readonly held: HeldBack;
  readonly history: History;
  readonly digesters: Digesters;
  /** Null: signatures are mirrored and not looked at. */
  readonly signing: Signing | null;
  readonly source: Source;
  /** How the digests of new releases are confirmed; null: they are not. */
  readonly confirm: Confirm | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEvent: (event: PassEvent) => void;
}

/** What happens as it happens, for people. */
export type PassEvent =
  | { readonly kind: 'listing'; readonly files: number }
  | { readonly kind: 'planned'; readonly files: number; readonly bytes: number }
  | {
      readonly kind: 'fetching';
      readonly files: number;
      readonly ofFiles: number;
      readonly bytes: number;
      readonly ofBytes: number;
    }
  | { readonly kind: 'published'; readonly files: number }
  | {
      readonly kind: 'held';
      readonly path: string;
      readonly as: 'rejected' | 'deferred';
      readonly verdict: string;
      readonly why: string;
    };
