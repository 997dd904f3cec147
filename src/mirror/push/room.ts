// What a push is told and what it works with; compose makes both of the configuration.

import type { FindingRecord } from '../../finding/record.ts';
import type { Clock } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import type { ObjectStore } from '../../host/object-store.ts';
import type { Inventory, Takedowns } from '../inventory/store.ts';
import type { Ability } from './ability.ts';
import type { AskStatus } from './public-face.ts';
import type { TargetRecord } from './record.ts';

export interface PushOptions {
  /** Names the target in logs, findings and tables. */
  readonly target: string;
  /** Where it is, for people and to notice that it is elsewhere now. */
  readonly place: string;
  /** Before every key; empty or ending with a slash, as the operator wrote it. */
  readonly prefix: string;
  readonly published: string;
  /** A file of our own, thrown away after the push. */
  readonly scratchFile: string;
  /** Which sums go with the bytes; `auto`: what the store honours. */
  readonly checksums: 'auto' | 'md5' | 'sha256';
  /** Requests at a time. */
  readonly connections: number;
  readonly removal: { readonly maxFiles: number; readonly maxRatio: number };
  /** The digest of removals that an operator accepted, or null. */
  readonly acceptPlan: string | null;
  /** Whether a CDN stands before it, which must be told of what changes. */
  readonly hasCdn: boolean;
  /** Lists the target and compares it first. */
  readonly reconcile: boolean;
  readonly historyMs: number;
}

/** What happens now, for people. */
export type PushEvent =
  | { readonly kind: 'listing'; readonly target: string; readonly objects: number }
  | {
      readonly kind: 'putting';
      readonly target: string;
      readonly objects: number;
      readonly ofObjects: number;
      readonly bytes: number;
      readonly ofBytes: number;
    };

/** A place in the push where a test may pull the plug. */
export type PushStep =
  | 'planned'
  | 'object-put'
  | 'upload-begun'
  | 'part-put'
  | 'noted'
  | 'stage-done'
  | 'object-removed'
  | 'status-put'
  | 'settled';

export interface PushRoom {
  readonly store: ObjectStore;
  /** Null: where clients read it is not known. */
  readonly askPublic: AskStatus | null;
  readonly record: TargetRecord;
  readonly inventory: Inventory;
  readonly takedowns: Takedowns;
  readonly findings: FindingRecord;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEvent: (event: PushEvent) => void;
  readonly onStep: (step: PushStep) => void;
}

/** One push under way. */
export interface Bench {
  readonly options: PushOptions;
  readonly room: PushRoom;
  readonly ability: Ability;
  /** The generation that this push brings the target to. */
  readonly until: number;
  readonly now: number;
  /** Whether each path that changes is noted for the CDN; not when it forgets everything anyway. */
  readonly notesStale: boolean;
}
