// A pass's room with everything real in it but the source, which says what a test wants.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findingSchema, openFindings } from '../../../src/finding/record.ts';
import { DAY } from '../../../src/host/clock.ts';
import { type Comparison, layBeside, openTakedowns } from '../../../src/mirror/inventory/store.ts';
import { openHeldBack } from '../../../src/mirror/pass/held.ts';
import { openHistory } from '../../../src/mirror/pass/history.ts';
import type { PassOptions, PassRoom } from '../../../src/mirror/pass/room.ts';
import { passSchema } from '../../../src/mirror/pass/schema.ts';
import type { ListedFile, Promises, Source } from '../../../src/mirror/source/contract.ts';
import { startDigesters } from '../../../src/mirror/verify/digest.ts';
import { openAuditTrail } from '../../../src/operator/audit-trail.ts';
import { operatorSchema } from '../../../src/operator/schema.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { type HandClock, handClock } from '../../support/hand-clock.ts';
import { type Laid, layTree } from '../publish/laid.ts';
import { OLD, POLICY } from '../verify/facts.ts';

export interface LaidPass extends Laid {
  readonly options: PassOptions;
  readonly passRoom: PassRoom;
  readonly clock: HandClock;
  /** What the source was asked to compare by content, request by request. */
  readonly compared: string[][];
  /** Lays a listing beside the inventory. */
  list(files: readonly ListedFile[]): Comparison;
}

export function layPass(t: TestContext, source: Partial<Source> = {}, options: Partial<PassOptions> = {}): LaidPass {
  const laid = layTree(t);
  migrate(laid.database, [passSchema, findingSchema, operatorSchema]);
  const scratch = join(laid.folder, 'scratch');
  mkdirSync(scratch);
  mkdirSync(join(laid.folder, 'settling'));
  const clock = handClock();
  const compared: string[][] = [];
  const digesters = startDigesters(1);
  t.after(() => digesters.close());
  return {
    ...laid,
    clock,
    compared,
    options: { ...passOptions(laid, scratch), ...options },
    passRoom: {
      database: laid.database,
      inventory: laid.inventory,
      takedowns: openTakedowns(laid.database),
      publishing: laid.room,
      quarantine: laid.quarantine,
      findings: openFindings(laid.database),
      audit: openAuditTrail(laid.database),
      held: openHeldBack(laid.database),
      history: openHistory(laid.database),
      digesters,
      signing: null,
      source: {
        url: 'rsync://origin.example.org/repo/',
        promises: PROMISES,
        list: async () => ({ kind: 'complete', fingerprint: 'f' }),
        fetch: async () => ({ kind: 'fetched', bytes: 0, unreadable: [] }),
        differing: async (paths) => {
          compared.push([...paths]);
          return { kind: 'compared', paths: [] };
        },
        [Symbol.asyncDispose]: async () => undefined,
        ...source,
      },
      confirm: null,
      clock,
      logger: laid.room.logger,
      onEvent: () => undefined,
    },
    list(files) {
      const comparison = layBeside(laid.database, join(scratch, 'listing.db'));
      for (const file of files) comparison.add(file);
      comparison.close();
      return comparison;
    },
  };
}

function passOptions(laid: Laid, scratch: string): PassOptions {
  return {
    name: 'mirror.example.org',
    contact: null,
    version: '0.1.0',
    actor: 'tester',
    folders: {
      data: laid.folder,
      published: laid.published,
      staging: laid.staging,
      settling: join(laid.folder, 'settling'),
      former: join(laid.folder, 'former'),
      scratch,
    },
    policy: POLICY,
    wants: () => true,
    policyDigest: 'policy',
    minFreeBytes: 0,
    rotationMs: 30 * DAY,
    sweepMs: DAY,
    removal: { maxFiles: 1000, maxRatio: 0.05, holdMs: 30 * DAY, snapshotHoldMs: DAY },
    historyMs: 90 * DAY,
    deadline: Number.MAX_SAFE_INTEGER,
    acceptPlan: null,
    seed: null,
  };
}

export const PROMISES: Promises = {
  sizes: true,
  times: true,
  digests: false,
  deletions: true,
  atomic: false,
  listsAll: true,
  folders: true,
};

export const listed = (path: string, size = 1, mtime = OLD): ListedFile => ({ path, size, mtime });
