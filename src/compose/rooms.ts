// The database and the rooms that keep their tables in it, opened together and closed together.

import { existsSync, statSync } from 'node:fs';
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
import { pushSchema } from '../mirror/push/push.ts';
import { scrubSchema } from '../mirror/scrub/schema.ts';
import { openScrubHistory, openWithheld, type ScrubHistory, type Withheld } from '../mirror/scrub/scrub.ts';
import { verifySchema } from '../mirror/verify/schema.ts';
import { openSignatureRecord, type SignatureRecord } from '../mirror/verify/signature.ts';
import { type AuditTrail, openAuditTrail } from '../operator/audit-trail.ts';
import { operatorSchema } from '../operator/schema.ts';
import { openTokens, type Tokens } from '../operator/token.ts';
import { primarySchema } from '../primary/schema.ts';
import { reportSchema } from '../report/schema.ts';
import { assertCurrent, migrate, type RoomSchema } from '../state/migrate.ts';
import { openState, type StateDatabase } from '../state/open.ts';
import { type Outbox, openOutbox, stateSchema } from '../state/outbox.ts';
import { openPublishedCounts, type PublishedCounts } from '../stats/export.ts';
import { statsSchema } from '../stats/ingest.ts';
import { alertSchema } from '../watch/alert/alert.ts';
import { crawlSchema } from '../watch/crawl/round.ts';
import { incidentSchema } from '../watch/incident/incident.ts';
import { type Folders, prepareFolders } from './folders.ts';

export interface Rooms extends Disposable {
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly takedowns: Takedowns;
  readonly quarantine: Quarantine;
  readonly findings: FindingRecord;
  readonly outbox: Outbox;
  readonly audit: AuditTrail;
  readonly tokens: Tokens;
  readonly held: HeldBack;
  readonly history: History;
  readonly scrubs: ScrubHistory;
  readonly withheld: Withheld;
  readonly counts: PublishedCounts;
  readonly signatures: SignatureRecord;
}

/** The tables of every room that has some. */
export const SCHEMAS: readonly RoomSchema[] = [
  stateSchema,
  operatorSchema,
  findingSchema,
  inventorySchema,
  publishSchema,
  passSchema,
  scrubSchema,
  pushSchema,
  statsSchema,
  verifySchema,
  reportSchema,
  primarySchema,
  crawlSchema,
  incidentSchema,
  alertSchema,
];

/** For verbs that change something: makes the data directory and the tables where they are missing. Throws `state-missing`. */
export function openRooms(folders: Folders, quarantineMaxBytes: number): Rooms {
  assertNotLost(folders);
  return makeRooms(folders, quarantineMaxBytes);
}

/** An empty database beside a ledger would take back what was taken down, and answer 404 for a full tree. */
function assertNotLost({ state, ledger }: Folders): void {
  if (existsSync(state) || (statSync(ledger, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  throw new CodedError('state-missing', `${state} is not there, though things were published and taken down before.`, {
    path: state,
    remedy: 'Run `assay restore FILE` with a backup, or `assay verify --rebuild`, which makes it again from the tree.',
  });
}

/** Also where a database is missing that should be there: for who makes it again. */
export function makeRooms(folders: Folders, quarantineMaxBytes: number): Rooms {
  prepareFolders(folders);
  const database = openState(folders.state);
  migrate(database, SCHEMAS);
  return roomsOver(database, folders, quarantineMaxBytes);
}

/** For looking only: nothing is made, so that `assay status` as another user, or on a wrong path, leaves no trace. Throws `no-data`, `state-missing` and `state-older`. */
export function openRoomsToRead(folders: Folders): Rooms {
  assertNotLost(folders);
  if (!existsSync(folders.state)) {
    throw new CodedError('no-data', `There is no ${folders.state} yet.`, {
      path: folders.state,
      remedy: 'Run `assay sync` once, or look at `data` in the configuration.',
    });
  }
  const database = openState(folders.state, { readonly: true });
  assertCurrent(database, SCHEMAS);
  return roomsOver(database, folders, Number.POSITIVE_INFINITY);
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
    tokens: openTokens(database),
    held: openHeldBack(database),
    history: openHistory(database),
    scrubs: openScrubHistory(database),
    withheld: openWithheld(database),
    counts: openPublishedCounts(database),
    signatures: openSignatureRecord(database),
    [Symbol.dispose]: () => database.close(),
  };
}
