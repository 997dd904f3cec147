// A published tree, staging and a journal, as a pass has them, and files that the gate has accepted.

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { makeLogger } from '../../../src/host/logger.ts';
import { inventorySchema } from '../../../src/mirror/inventory/schema.ts';
import { type Inventory, openInventory } from '../../../src/mirror/inventory/store.ts';
import { type Journal, openJournal } from '../../../src/mirror/publish/journal.ts';
import type { Accepted } from '../../../src/mirror/publish/order.ts';
import type { PublishRoom, PublishStep } from '../../../src/mirror/publish/publish.ts';
import { openQuarantine, publishSchema, type Quarantine } from '../../../src/mirror/publish/quarantine.ts';
import { verifySchema } from '../../../src/mirror/verify/schema.ts';
import { openSignatureRecord } from '../../../src/mirror/verify/signature.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { openState, type StateDatabase } from '../../../src/state/open.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { OLD, stagedFile } from '../verify/facts.ts';

export interface Laid {
  readonly folder: string;
  readonly published: string;
  readonly staging: string;
  readonly ledger: string;
  readonly database: StateDatabase;
  readonly inventory: Inventory;
  readonly journal: Journal;
  readonly quarantine: Quarantine;
  readonly steps: PublishStep[];
  readonly room: PublishRoom;
  /** Puts bytes into staging and accepts them. */
  accept(path: string, bytes: string, origin?: Accepted['origin']): Accepted;
  write(path: string, bytes: string): void;
  /** Bytes of a published file, null when it is not there. */
  read(path: string): string | null;
  tree(): string[];
}

/** `onStep` may throw: whatever stands after it did not happen. */
export function layTree(t: Pick<TestContext, 'after'>, onStep: (step: PublishStep) => void = () => {}): Laid {
  const folder = temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  for (const name of ['published', 'staging', 'quarantine']) mkdirSync(at(name));
  appendFileSync(at('ledger'), '');
  const database = openState(at('state.db'));
  t.after(() => database.close());
  migrate(database, [inventorySchema, publishSchema, verifySchema]);
  const inventory = openInventory(database);
  const journal = openJournal(database);
  const quarantine = openQuarantine(database, at('quarantine'), 100);
  const steps: PublishStep[] = [];
  const write = (path: string, bytes: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), bytes);
    utimesSync(at(path), OLD / 1000, OLD / 1000);
  };
  return {
    folder,
    published: at('published'),
    staging: at('staging'),
    ledger: at('ledger'),
    database,
    inventory,
    journal,
    quarantine,
    steps,
    room: {
      folders: { published: at('published'), settling: at('staging'), quarantined: quarantine.fileOf },
      journal,
      inventory,
      signatures: openSignatureRecord(database),
      logger: makeLogger('silent'),
      knownDigests: at('ledger'),
      onStep: (step) => {
        steps.push(step);
        onStep(step);
      },
    },
    write,
    accept(path, bytes, origin = 'staging') {
      write(`staging/${path}`, bytes);
      return { file: stagedFile(path, bytes), upstreamSum: 'matched', origin };
    },
    read: (path) => (existsSync(at(`published/${path}`)) ? readFileSync(at(`published/${path}`), 'utf8') : null),
    tree: () => filesBelow(at('published')),
  };
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
