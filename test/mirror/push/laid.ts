import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type FindingRecord, openFindings } from '../../../src/finding/record.ts';
import { systemClock } from '../../../src/host/clock.ts';
import { makeLogger } from '../../../src/host/logger.ts';
import type { ListedObject, ObjectStore } from '../../../src/host/object-store.ts';
import { openTakedowns, type Takedowns } from '../../../src/mirror/inventory/store.ts';
import {
  type PlannedSteps,
  type PushOptions,
  type PushOutcome,
  type PushRoom,
  planPush,
  push,
} from '../../../src/mirror/push/push.ts';
import type { StoreUnderTest } from '../../support/object-store.ts';
import { type LaidTree, layTree } from './tree.ts';

export { metadata, version } from './tree.ts';
export const SIGNAL = new AbortController().signal;
export const META = '.meta/assay/';

export interface LaidPush extends LaidTree {
  readonly store: ObjectStore;
  readonly findings: FindingRecord;
  readonly takedowns: Takedowns;
  /** What each step was, in order. */
  readonly steps: string[];
  push(options?: Partial<PushOptions>, room?: Partial<PushRoom>, signal?: AbortSignal): Promise<PushOutcome>;
  plan(options?: Partial<PushOptions>): Promise<PlannedSteps>;
  /** Without what is ours. */
  keys(): Promise<string[]>;
  listed(prefix?: string): Promise<ListedObject[]>;
  body(key: string): Promise<string>;
}

export async function layPush(t: TestContext, s3: StoreUnderTest, store?: ObjectStore): Promise<LaidPush> {
  const laid = layTree(t);
  const { published, record } = laid;
  const at = store ?? (await s3.open(t, await s3.bucket()));
  const findings = openFindings(laid.database);
  const takedowns = openTakedowns(laid.database);
  const steps: string[] = [];
  const listed = async (prefix = '') => {
    const page = await at.list({ prefix }, SIGNAL);
    if (page.kind !== 'page') throw new Error(page.sentence);
    return [...page.objects];
  };
  const wanted = optionsOf(laid.folder, published);
  const room: PushRoom = {
    askPublic: null,
    ...{ store: at, record, inventory: laid.inventory, takedowns, findings },
    clock: systemClock,
    logger: makeLogger('silent'),
    onEvent: () => undefined,
    onStep: (step) => steps.push(step),
  };
  return {
    ...laid,
    ...{ store: at, findings, takedowns, steps },
    push: (options = {}, more = {}, signal = SIGNAL) => push({ ...wanted, ...options }, { ...room, ...more }, signal),
    plan: (options = {}) => planPush({ ...wanted, ...options }, room, SIGNAL),
    listed,
    keys: async () => (await listed()).map(({ key }) => key).filter((key) => !key.startsWith(META)),
    async body(key) {
      const opened = await at.get(key, {}, SIGNAL);
      return opened.kind === 'opened' ? await text(opened.body) : opened.kind;
    },
  };
}

function optionsOf(folder: string, published: string): PushOptions {
  return {
    target: 'main',
    place: 'bucket under test',
    prefix: '',
    published,
    scratchFile: join(folder, 'push.db'),
    checksums: 'auto',
    connections: 8,
    removal: { maxFiles: 1000, maxRatio: 0.05 },
    acceptPlan: null,
    hasCdn: false,
    reconcile: false,
    historyMs: 90 * 24 * 3600 * 1000,
  };
}
