// A small published tree with its inventory, real files and a real database, and everything round it that must never be served.

import { createHash, hash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TestContext } from 'node:test';
import { makeLogger } from '../../../src/host/logger.ts';
import { jsonAnswer, type Route } from '../../../src/host/route.ts';
import type { Kind } from '../../../src/maven/kind.ts';
import type { UpstreamSum } from '../../../src/mirror/inventory/row.ts';
import { inventorySchema } from '../../../src/mirror/inventory/schema.ts';
import { openInventory } from '../../../src/mirror/inventory/store.ts';
import { openTakedowns } from '../../../src/mirror/inventory/takedown.ts';
import { makeInventoryWriter, type PendingRow } from '../../../src/mirror/inventory/writer.ts';
import type { HeldBack } from '../../../src/mirror/serve/absent.ts';
import { makeFigures, NO_ACCESS_LOG, type ServeRooms, type SiteOptions } from '../../../src/mirror/serve/server.ts';
import { migrate } from '../../../src/state/migrate.ts';
import { openState, writing } from '../../../src/state/open.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type HandClock, handClock } from '../../support/hand-clock.ts';

export const MODIFIED = 'Sun, 01 Nov 2026 10:00:00 GMT';
const MODIFIED_MS = Date.UTC(2026, 10, 1, 10);
export const SINCE = '2026-11-20T00:00:00.000Z';

export const JAR = makeBytes('jar', 200_000);
export const POM = Buffer.from('<project><modelVersion>4.0.0</modelVersion></project>\n');
export const METADATA = Buffer.from('<metadata><groupId>com.example</groupId></metadata>\n');
export const METADATA_SHA1 = Buffer.from(hexOf('sha1', METADATA));
export const TRACE = Buffer.from('Sat Nov 21 01:00:00 UTC 2026\n');

interface Plant {
  readonly path: string;
  readonly kind: Kind;
  readonly bytes: Buffer;
  readonly upstreamSum?: UpstreamSum;
  /** What lies in the tree when it is not `bytes`: other bytes, a link, a folder, or nothing. */
  readonly tree?: Buffer | 'link' | 'folder' | 'absent';
  readonly allSums?: boolean;
  readonly modified?: number;
}

const FILES: readonly Plant[] = [
  { path: 'com/example/one/1.0/one-1.0.jar', kind: 'artifact', bytes: JAR, allSums: true },
  { path: 'com/example/one/1.0/one-1.0.pom', kind: 'pom', bytes: POM },
  { path: 'com/example/one/1.0/one-1.0.jar.sha1', kind: 'checksum', bytes: Buffer.from(hexOf('sha1', JAR)) },
  { path: 'com/example/one/1.0/one-1.0.jar.asc', kind: 'signature', bytes: Buffer.from('signature') },
  { path: 'com/example/one/1.1-SNAPSHOT/one-1.1-20261101.100000-1.pom', kind: 'pom', bytes: POM },
  { path: 'com/example/one/maven-metadata.xml', kind: 'metadata', bytes: METADATA, tree: 'absent' },
  { path: 'com/example/one/maven-metadata.xml.sha1', kind: 'checksum', bytes: METADATA_SHA1, tree: 'absent' },
  { path: 'com/example/two/2.0+b3/two-2.0+b3.pom', kind: 'pom', bytes: POM },
  { path: 'com/example/ünï code/1/x', kind: 'loose', bytes: Buffer.from('x') },
  {
    path: 'com/example/wrong/1.0/wrong-1.0.jar',
    kind: 'artifact',
    bytes: POM,
    upstreamSum: 'mismatched',
    allSums: true,
  },
  { path: 'com/example/empty/1.0/empty-1.0.txt', kind: 'artifact', bytes: Buffer.alloc(0) },
  { path: 'com/example/lost/1.0/lost-1.0.pom', kind: 'pom', bytes: POM, tree: 'absent' },
  { path: 'com/example/cut/1.0/cut-1.0.pom', kind: 'pom', bytes: POM, tree: POM.subarray(1) },
  { path: 'com/example/link/1.0/link-1.0.pom', kind: 'pom', bytes: Buffer.from('secret'), tree: 'link' },
  { path: 'com/example/folder/1.0/folder-1.0.pom', kind: 'pom', bytes: POM, tree: 'folder' },
  { path: 'com/example/later/1.0/later-1.0.pom', kind: 'pom', bytes: POM, modified: Date.UTC(2027, 0) },
  { path: 'feed.clj.gz', kind: 'loose', bytes: Buffer.from('feed') },
  { path: 'index.html', kind: 'loose', bytes: Buffer.from('<script>1</script>') },
];

export interface Planted {
  readonly site: SiteOptions;
  readonly rooms: ServeRooms;
  readonly clock: HandClock;
  /** Lines of the log, parsed. */
  readonly logged: Record<string, unknown>[];
  /** What `/-/health` answers; a test may replace it. */
  readonly state: { health: { healthy: boolean; reasons: string[] } };
  /** Replaces bytes and row of a path, as a pass does. */
  put(path: string, kind: Kind, bytes: Buffer): void;
  /** Rows of loose files that do not lie in the tree: for what only names them. */
  putAll(paths: readonly string[]): void;
}

/** Makes `published/` beside `staging/`, `quarantine/` and `state.db` in a folder that goes with the test. */
export function plant(t: Pick<TestContext, 'after'>): Planted {
  const folder = temporaryFolder(t);
  const published = `${folder}/published`;
  const database = openState(`${folder}/state.db`);
  t.after(() => database.close());
  migrate(database, [inventorySchema]);
  // As a serve process has it: what somebody else writes is seen through a connection of one's own.
  const reading = openState(`${folder}/state.db`, { readonly: true });
  t.after(() => reading.close());
  const writer = makeInventoryWriter(database);
  const admit = (plants: readonly Plant[]) =>
    writing(database, () => {
      const rows = plants.map(rowOf);
      for (const row of rows) writer.lay(1, row);
      writer.admit(1, rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0, 1);
      writer.forgetBatch(1);
    });
  for (const name of ['staging/s', 'quarantine/q', 'secret']) write(`${folder}/${name}`, Buffer.from('secret'));
  for (const file of FILES) plantFile(folder, published, file);
  admit(FILES);
  writing(database, () =>
    writer.sets.put('com/example/one/maven-metadata.xml', [
      { path: 'com/example/one/maven-metadata.xml', bytes: METADATA },
      { path: 'com/example/one/maven-metadata.xml.sha1', bytes: METADATA_SHA1 },
    ]),
  );
  for (const name of ['trace', '.trace.tmp']) write(`${published}/.meta/assay/${name}`, TRACE);
  write(`${published}/.meta/assay/status.json`, Buffer.from('{}'));
  write(`${published}/com/example/stranger/1.0/stranger-1.0.pom`, POM);
  const takedowns = openTakedowns(database);
  const at = Date.parse(SINCE);
  takedowns.add({ prefix: 'com/example/gone', reason: 'malware', legal: false, at, actor: 'ops' });
  takedowns.add({ prefix: 'com/example/banned', reason: 'court order 1', legal: true, at, actor: 'ops' });
  const logged: Record<string, unknown>[] = [];
  const clock = handClock();
  const state: Planted['state'] = { health: { healthy: true, reasons: [] } };
  return {
    site: {
      name: 'mirror.example.org',
      published,
      deployAt: 'https://deploy.example.org/repo',
      alsoAt: ['/repo/'],
      hstsSeconds: 0,
      trustedProxies: [],
      accelRedirect: null,
      limits: { connections: 1000, perAddress: 500, requestsPerSecond: 0 },
    },
    rooms: {
      inventory: openInventory(reading),
      takenDown: (path) => takedowns.of(path),
      heldBack,
      clock,
      logger: makeLogger('info', { write: (line) => void logged.push(JSON.parse(line)) }),
      routes: ownRoutes(state),
      figures: makeFigures(),
      accessLog: NO_ACCESS_LOG,
      // A busy machine is no subject of a test that does not make it one.
      load: { isHigh: () => false, stop: () => undefined },
    },
    clock,
    logged,
    state,
    put: (path, kind, bytes) => {
      write(`${published}/${path}`, bytes);
      admit([{ path, kind, bytes }]);
    },
    putAll: (paths) => admit(paths.map((path) => ({ path, kind: 'loose', bytes: Buffer.from('x') }))),
  };
}

/** As the rooms declare theirs: two that look, one that takes a body and tells what it was given. */
function ownRoutes(state: Planted['state']): Route[] {
  const looking = { method: 'GET', weight: 'vital', maxBodyBytes: 0 } as const;
  return [
    {
      ...looking,
      path: '/-/health',
      answer: () => jsonAnswer(state.health.healthy ? 200 : 503, 'no-store', state.health),
    },
    { ...looking, weight: 'page', path: '/-/page', answer: () => jsonAnswer(200, 'no-store', {}) },
    { ...looking, path: '/-/status.json', answer: () => jsonAnswer(200, 'public, max-age=10', { generation: 7 }) },
    {
      method: 'POST',
      path: '/-/api/v1/echo/:name',
      weight: 'vital',
      maxBodyBytes: 64,
      answer: ({ path, params, query, body }) =>
        jsonAnswer(200, 'no-store', { path, name: params.name, q: query.get('q'), body: body.toString('latin1') }),
    },
  ];
}

const heldBack: HeldBack = (path) => {
  const since = Date.parse(SINCE);
  if (path.startsWith('com/example/held/')) return { verdict: 'checksum-mismatch', kind: 'rejected', since };
  if (path.startsWith('com/example/soon/')) return { verdict: 'incomplete-version', kind: 'deferred', since };
  return null;
};

function plantFile(folder: string, published: string, plant: Plant): void {
  const path = `${published}/${plant.path}`;
  if (plant.tree === 'absent') return;
  if (plant.tree === 'folder') mkdirSync(path, { recursive: true });
  else if (plant.tree === 'link') {
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(`${folder}/secret`, path);
  } else write(path, plant.tree ?? plant.bytes);
}

let seq = 0;

function rowOf(plant: Plant): PendingRow {
  const { path, kind, bytes } = plant;
  seq += 1;
  return {
    seq,
    phase: 'version',
    origin: 'staging',
    path,
    kind,
    size: bytes.length,
    originMtime: plant.modified ?? MODIFIED_MS,
    sha256: hash('sha256', bytes, 'buffer'),
    sha1: hash('sha1', bytes, 'buffer'),
    md5: plant.allSums ? hash('md5', bytes, 'buffer') : null,
    sha512: plant.allSums ? hash('sha512', bytes, 'buffer') : null,
    keepsDigest: true,
    upstreamSum: plant.upstreamSum ?? 'matched',
    lastVerified: MODIFIED_MS,
  };
}

export function hexOf(algorithm: string, bytes: Buffer): string {
  return hash(algorithm, bytes, 'hex');
}

function makeBytes(seed: string, length: number): Buffer {
  const block = createHash('sha256').update(seed).digest();
  return Buffer.alloc(length, block);
}

function write(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
