// A published tree with its inventory, made without a pass, and a bucket that it is pushed to.

import { hash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type FindingRecord, findingSchema, openFindings } from '../../../src/finding/record.ts';
import { systemClock } from '../../../src/host/clock.ts';
import { makeLogger } from '../../../src/host/logger.ts';
import type { ListedObject, ObjectStore } from '../../../src/host/object-store.ts';
import { openTakedowns, type Takedowns } from '../../../src/mirror/inventory/store.ts';
import type { PendingRow } from '../../../src/mirror/inventory/writer.ts';
import { publishSchema } from '../../../src/mirror/publish/schema.ts';
import {
  openTargetRecord,
  type PlannedSteps,
  type PushOptions,
  type PushOutcome,
  type PushRoom,
  planPush,
  push,
  pushSchema,
  type TargetRecord,
} from '../../../src/mirror/push/push.ts';
import { migrate } from '../../../src/state/migrate.ts';
import type { StoreUnderTest } from '../../support/object-store.ts';
import { type Laid, layInventory, pendingRow } from '../inventory/laid.ts';

export const SIGNAL = new AbortController().signal;
export const META = '.meta/assay/';

export interface LaidPush extends Laid {
  readonly published: string;
  readonly store: ObjectStore;
  readonly record: TargetRecord;
  readonly findings: FindingRecord;
  readonly takedowns: Takedowns;
  /** What each step was, in order. */
  readonly steps: string[];
  /** Files with their content, published in one generation. */
  publish(files: Readonly<Record<string, string | Buffer>>, more?: Partial<PendingRow>): void;
  unpublish(paths: readonly string[]): void;
  push(options?: Partial<PushOptions>, room?: Partial<PushRoom>, signal?: AbortSignal): Promise<PushOutcome>;
  plan(options?: Partial<PushOptions>): Promise<PlannedSteps>;
  /** Without what is ours. */
  keys(): Promise<string[]>;
  listed(prefix?: string): Promise<ListedObject[]>;
  body(key: string): Promise<string>;
}

export async function layPush(t: TestContext, s3: StoreUnderTest, store?: ObjectStore): Promise<LaidPush> {
  const laid = layInventory(t);
  migrate(laid.database, [findingSchema, publishSchema, pushSchema]);
  const at = store ?? (await s3.open(t, await s3.bucket()));
  const published = join(laid.folder, 'published');
  mkdirSync(published);
  const findings = openFindings(laid.database);
  const takedowns = openTakedowns(laid.database);
  const record = openTargetRecord(laid.database, 'main');
  const steps: string[] = [];
  let generation = 0;
  const listed = async (prefix = '') => {
    const page = await at.list({ prefix }, SIGNAL);
    if (page.kind !== 'page') throw new Error(page.sentence);
    return [...page.objects];
  };
  const wanted = optionsOf(laid.folder, published);
  const room: PushRoom = {
    ...{ store: at, record, inventory: laid.inventory, takedowns, findings },
    clock: systemClock,
    logger: makeLogger('silent'),
    onEvent: () => undefined,
    onStep: (step) => steps.push(step),
  };
  return {
    ...laid,
    ...{ published, store: at, record, findings, takedowns, steps },
    publish(files, more = {}) {
      generation += 1;
      for (const [path, content] of Object.entries(files)) writeInto(published, path, content);
      laid.admit(
        Object.entries(files).map(([path, content]) => rowOf(path, content, more)),
        generation,
      );
    },
    unpublish(paths) {
      generation += 1;
      laid.retire(paths, generation);
      for (const path of paths) rmSync(join(published, path));
    },
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

/** A released version with all that belongs to it, and metadata that names it. */
export function version(group: string, artifact: string, number: string, content = number): Record<string, string> {
  const folder = `${group}/${artifact}/${number}`;
  const name = `${folder}/${artifact}-${number}`;
  const files: Record<string, string> = {
    [`${name}.jar`]: `jar of ${artifact} ${content}`,
    [`${name}.pom`]: `<project>${artifact} ${content}</project>`,
  };
  for (const [path, bytes] of Object.entries(files)) files[`${path}.sha1`] = hash('sha1', bytes);
  return files;
}

export function metadata(group: string, artifact: string, versions: readonly string[]): Record<string, string> {
  const path = `${group}/${artifact}/maven-metadata.xml`;
  const list = versions.map((each) => `<version>${each}</version>`).join('');
  const bytes = `<metadata><versioning><versions>${list}</versions></versioning></metadata>`;
  return { [path]: bytes, [`${path}.sha1`]: hash('sha1', bytes) };
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

function rowOf(path: string, content: string | Buffer, more: Partial<PendingRow>): PendingRow {
  const bytes = Buffer.from(content as string);
  const row = pendingRow(path, '', more);
  return { ...row, size: bytes.length, sha256: hash('sha256', bytes, 'buffer'), sha1: hash('sha1', bytes, 'buffer') };
}

function writeInto(published: string, path: string, content: string | Buffer): void {
  const file = join(published, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
