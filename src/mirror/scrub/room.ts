import type { FindingRecord } from '../../finding/record.ts';
import type { Clock } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import type { StateDatabase } from '../../state/open.ts';
import type { Inventory } from '../inventory/store.ts';
import type { InventoryWriter } from '../inventory/writer.ts';
import type { Digesters } from '../verify/digest.ts';
import type { ScrubHistory } from './history.ts';
import type { Withheld } from './withheld.ts';

export interface ScrubOptions {
  /** The published tree. */
  readonly published: string;
  /** How fast it may be read; 0: as fast as it can. */
  readonly bytesPerSecond: number;
  /** From the beginning, though a scrub was cut short. */
  readonly anew: boolean;
  /** Somebody who has looked at the disk wants to have the tree back, though all of it is gone. */
  readonly mayBeEmpty: boolean;
}

/** What a scrub works with. */
export interface ScrubRoom {
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly writer: InventoryWriter;
  readonly findings: FindingRecord;
  readonly history: ScrubHistory;
  readonly withheld: Withheld;
  readonly digesters: Digesters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEvent: (event: ScrubEvent) => void;
}

/** What happens as it happens, for people. */
export type ScrubEvent =
  | {
      readonly kind: 'read';
      readonly files: number;
      readonly ofFiles: number;
      readonly bytes: number;
      readonly ofBytes: number;
    }
  | { readonly kind: 'looking-for-strangers'; readonly files: number }
  | { readonly kind: 'rebuilding'; readonly files: number; readonly bytes: number };
