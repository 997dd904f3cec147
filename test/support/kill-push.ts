// A program: one real push, put together as `compose/push-target` does it, that kills itself at a named step. Its one argument is a PushOrder in
// JSON. It says `began` when the push begins, so that somebody else can kill it at any other moment.

import { join } from 'node:path';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { openFindings } from '../../src/finding/record.ts';
import { systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { type ObjectStore, type ObjectStoreOptions, openObjectStore } from '../../src/host/object-store.ts';
import { openInventory, openTakedowns } from '../../src/mirror/inventory/store.ts';
import { openTargetRecord, type PushOutcome, type PushStep, push } from '../../src/mirror/push/push.ts';
import { openState } from '../../src/state/open.ts';

export interface PushOrder {
  /** Holds `published` and `state.db`. */
  readonly folder: string;
  readonly store: ObjectStoreOptions;
  readonly prefix: string;
  /** Objects are put up to so much later than they could be, each in its own way: what must wait for another shows that it does. */
  readonly delayMs: number;
  /** Null: it lives. Otherwise it dies when the step is reached for the `nth` time, counted from 1. */
  readonly at: { readonly step: PushStep; readonly nth: number } | null;
}

if (import.meta.main) {
  process.stdout.write('began\n');
  await pushInto(JSON.parse(process.argv[2] ?? 'null') as PushOrder);
}

export async function pushInto(order: PushOrder): Promise<PushOutcome> {
  const { folder, prefix } = order;
  const database = openState(join(folder, 'state.db'));
  using real = await openObjectStore(order.store, systemClock);
  const store = delayed(real, order);
  const record = openTargetRecord(database, 'main');
  const options = {
    ...{ target: 'main', place: prefix, prefix, published: join(folder, 'published'), acceptPlan: null },
    ...{ scratchFile: join(folder, 'push.db'), checksums: 'auto' as const, connections: 8, hasCdn: true },
    ...{ reconcile: false, removal: { maxFiles: 1000, maxRatio: 1 }, historyMs: Number.MAX_SAFE_INTEGER },
  };
  const room = {
    askPublic: null,
    ...{ store, record, inventory: openInventory(database), takedowns: openTakedowns(database) },
    ...{ findings: openFindings(database), clock: systemClock, logger: makeLogger('error') },
    onEvent: () => undefined,
    onStep: dieAt(order.at),
  };
  const outcome = await push(options, room, new AbortController().signal);
  database.close();
  return outcome;
}

function delayed(store: ObjectStore, { delayMs, prefix }: PushOrder): ObjectStore {
  if (delayMs === 0) return store;
  const random = seededRandom(`delays ${prefix}`);
  return {
    ...store,
    async put(key, bytes, request, signal) {
      await systemClock.sleep(random.below(delayMs), signal);
      return await store.put(key, bytes, request, signal);
    },
  };
}

function dieAt(at: PushOrder['at']): (step: PushStep) => void {
  let seen = 0;
  return (step) => {
    if (step !== at?.step) return;
    seen += 1;
    if (seen === at.nth) process.kill(process.pid, 'SIGKILL');
  };
}
