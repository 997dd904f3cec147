// The database and the rooms that keep their tables in it, opened together and closed together.

import { existsSync } from 'node:fs';
import { type FindingRecord, findingSchema, openFindings } from '../finding/record.ts';
import { CodedError } from '../host/error.ts';
import {
  type Inventory,
  inventorySchema,
  openInventory,
  openTakedowns,
  type Takedowns,
} from '../mirror/inventory/store.ts';
import { type HeldBack, type History, openHeldBack, openHistory, passSchema } from '../mirror/pass/pass.ts';
import { openQuarantine, publishSchema, type Quarantine } from '../mirror/publish/quarantine.ts';
import { type AuditTrail, openAuditTrail, operatorSchema } from '../operator/audit-trail.ts';
import { migrate } from '../state/migrate.ts';
import { openState, type StateDatabase } from '../state/open.ts';
import { type Outbox, openOutbox, stateSchema } from '../state/outbox.ts';
import { type Folders, prepareFolders } from './folders.ts';

export interface Rooms extends Disposable {
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly takedowns: Takedowns;
  readonly quarantine: Quarantine;
  readonly findings: FindingRecord;
  readonly outbox: Outbox;
  readonly audit: AuditTrail;
  readonly held: HeldBack;
  readonly history: History;
}

/** For verbs that change something: makes the data directory and the tables where they are missing. */
export function openRooms(folders: Folders, quarantineMaxBytes: number): Rooms {
  prepareFolders(folders);
  const database = openState(folders.state);
  migrate(database, [stateSchema, operatorSchema, findingSchema, inventorySchema, publishSchema, passSchema]);
  return roomsOver(database, folders, quarantineMaxBytes);
}

/** For looking only: nothing is made, so that `assay status` as another user, or on a wrong path, leaves no trace. Throws `no-data`. */
export function openRoomsToRead(folders: Folders): Rooms {
  if (!existsSync(folders.state)) {
    throw new CodedError('no-data', `There is no ${folders.state} yet.`, {
      path: folders.state,
      remedy: 'Run `assay sync` once, or look at `data` in the configuration.',
    });
  }
  return roomsOver(openState(folders.state, { readonly: true }), folders, Number.POSITIVE_INFINITY);
}

function roomsOver(database: StateDatabase, folders: Folders, quarantineMaxBytes: number): Rooms {
  return {
    database,
    inventory: openInventory(database),
    takedowns: openTakedowns(database),
    quarantine: openQuarantine(database, folders.quarantine, quarantineMaxBytes),
    findings: openFindings(database),
    outbox: openOutbox(database),
    audit: openAuditTrail(database),
    held: openHeldBack(database),
    history: openHistory(database),
    [Symbol.dispose]: () => database.close(),
  };
}
