// A published tree with its inventory, made without a pass.

import { hash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { findingSchema } from '../../../src/finding/record.ts';
import type { PendingRow } from '../../../src/mirror/inventory/writer.ts';
import { publishSchema } from '../../../src/mirror/publish/schema.ts';
import { openTargetRecord, pushSchema, type TargetRecord } from '../../../src/mirror/push/push.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { type Laid, layInventory, pendingRow } from '../inventory/laid.ts';

export interface LaidTree extends Laid {
  readonly published: string;
  /** Of the target `main`. */
  readonly record: TargetRecord;
  /** Files with their content, published in one generation; left `open`, it goes on with the next call. */
  publish(files: Readonly<Record<string, string | Buffer>>, more?: Partial<PendingRow>, end?: 'open' | 'closed'): void;
  unpublish(paths: readonly string[]): void;
  /** A publication that has renamed a file and not admitted its row. */
  layDown(path: string, content: string): void;
}

/** A batch that the tree's own never reach. */
const LAID_DOWN = 1000;

export function layTree(t: Pick<TestContext, 'after'>): LaidTree {
  const laid = layInventory(t);
  migrate(laid.database, [findingSchema, publishSchema, pushSchema]);
  const published = join(laid.folder, 'published');
  mkdirSync(published);
  return {
    ...laid,
    published,
    record: openTargetRecord(laid.database, 'main'),
    publish(files, more = {}, end = 'closed') {
      const generation = laid.inventory.current().settled + 1;
      laid.writer.forgetBatch(LAID_DOWN);
      for (const [path, content] of Object.entries(files)) writeInto(published, path, content);
      laid.admit(
        Object.entries(files).map(([path, content]) => rowOf(path, content, more)),
        generation,
        end,
      );
    },
    layDown(path, content) {
      laid.writer.lay(LAID_DOWN, rowOf(path, content, {}));
      writeInto(published, path, content);
    },
    unpublish(paths) {
      const generation = laid.inventory.current().settled + 1;
      laid.retire(paths, generation);
      for (const path of paths) rmSync(join(published, path));
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
