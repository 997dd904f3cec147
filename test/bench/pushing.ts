// How a push stands beside rclone and the AWS command line, on the same real server: many small objects, some large ones, and what a push costs
// after a pass that changed a hundred files of a small tree and of a large one.

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { foldersOf } from '../../src/compose/folders.ts';
import { openRooms } from '../../src/compose/rooms.ts';
import type { PushResult } from '../../src/config/shape/push.ts';
import { type ObjectStoreServer, startObjectStore } from '../../src/demo/object-store.ts';
import { kindOf } from '../../src/maven/kind.ts';
import type { InventoryRow } from '../../src/mirror/inventory/row.ts';
import { digestOfTold, toldOf } from '../../src/mirror/push/object.ts';
import { openTargetRecord } from '../../src/mirror/push/push.ts';
import { writing } from '../../src/state/open.ts';
import type { Figure } from './figure.ts';
import type { BenchOptions } from './options.ts';
import { aws, type Ran, rclone, run } from './pushing-peers.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const SMALL_BYTES = 2048;
const LARGE_BYTES = 10 * 1000 * 1000;
const ROWS_PER_COMMIT = 500;
const CHANGED = 100;
/** Of the two trees that the same change is pushed from. */
const GROWTH = 20;
const WRITTEN_AT = Date.UTC(2026, 10, 1);
const BUCKET = 'bench';
const GIB = 1024 ** 3;
const ROOM_BYTES = 8 * GIB;

type Tell = (sentence: string) => void;

export async function measurePush(
  home: string,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<Figure[]> {
  const server = await startObjectStore({ memoryBytes: ROOM_BYTES }, signal);
  try {
    await server.makeBucket(BUCKET);
    const small = await measureTree(home, server, 'small', options.pushed, SMALL_BYTES, options.runs, tell, signal);
    const large = await measureTree(
      home,
      server,
      'large',
      options.pushedLarge,
      LARGE_BYTES,
      options.runs,
      tell,
      signal,
    );
    return [...small, ...large, ...(await measureChange(home, server, options, tell, signal))];
  } finally {
    await server.stop();
  }
}

async function measureTree(
  home: string,
  server: ObjectStoreServer,
  name: string,
  files: number,
  sizeBytes: number,
  runs: number,
  tell: Tell,
  signal: AbortSignal,
): Promise<Figure[]> {
  if (files === 0) return [];
  const times = { ours: [] as number[], best: [] as number[], peak: [] as number[] };
  for (let round = 1; round <= runs; round += 1) {
    const mirror = layMirror(join(home, `push-${name}-${round}`), server, files, sizeBytes);
    const ours = await pushed(mirror, files, signal);
    await empty(server);
    const theirs = [await rclone(server, mirror.published, BUCKET, signal)];
    await empty(server);
    theirs.push(await aws(server, home, mirror.published, BUCKET, signal));
    await empty(server);
    times.ours.push(ours.milliseconds / 1000);
    times.best.push(Math.min(...theirs.map(({ milliseconds }) => milliseconds)) / 1000);
    times.peak.push(ours.peakMib);
    const seconds = [ours, ...theirs].map(({ milliseconds }) => (milliseconds / 1000).toFixed(1));
    tell(
      `${files} ${name} objects, run ${round}: assay ${seconds[0]} s, rclone ${seconds[1]} s, aws ${seconds[2]} s; peak ${ours.peakMib.toFixed(0)} MiB`,
    );
  }
  const work = `push, ${files} ${name} objects`;
  return [
    {
      work: `${work}, beside the better of rclone and aws s3 sync`,
      unit: 's',
      ours: times.ours,
      base: times.best,
      aim: name === 'small' ? 0.67 : 1,
    },
    { work: `${work}, memory`, unit: 'MiB', ours: times.peak, base: null, aim: 400 },
  ];
}

/** The same hundred files, pushed from a tree and from one that is many times as large: nothing but them may count. */
async function measureChange(
  home: string,
  server: ObjectStoreServer,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<Figure[]> {
  if (options.pushed === 0) return [];
  const sizes = [options.pushed, options.pushed * GROWTH] as const;
  const mirrors = sizes.map((files) => {
    const mirror = layMirror(join(home, `change-${files}`), server, 0, SMALL_BYTES);
    grow(mirror, files);
    return mirror;
  });
  const seconds: [number[], number[]] = [[], []];
  for (let round = 1; round <= options.runs; round += 1) {
    for (const [index, mirror] of mirrors.entries()) {
      change(mirror, round + 1);
      const { milliseconds } = await pushed(mirror, CHANGED, signal);
      await empty(server);
      seconds[index]?.push(milliseconds / 1000);
      tell(`${CHANGED} of ${sizes[index]} files changed, run ${round}: ${(milliseconds / 1000).toFixed(2)} s`);
    }
  }
  const work = `push after ${CHANGED} files changed, of ${sizes[1]} beside of ${sizes[0]}`;
  return [{ work, unit: 's', ours: seconds[1], base: seconds[0], aim: 1.2 }];
}

interface Laid {
  readonly data: string;
  readonly published: string;
  readonly configFile: string;
}

export function layMirror(home: string, server: ObjectStoreServer, files: number, sizeBytes: number): Laid {
  const data = join(home, 'data');
  const configFile = join(home, 'assay.yaml');
  mkdirSync(data, { recursive: true });
  const target = { name: 'main', kind: 's3', bucket: BUCKET, endpoint: server.endpoint, path_style: true };
  const push = [{ ...target, credentials_file: server.credentialsFile }];
  writeFileSync(configFile, JSON.stringify({ name: 'bench.example.org', data, push }));
  const laid = { data, published: foldersOf(data).published, configFile };
  lay(laid, pathsOf(files, 1), sizeBytes, 1);
  return laid;
}

/** Jar, POM and their sums of one version after another. */
function pathsOf(files: number, generation: number): string[] {
  const suffixes = ['jar', 'jar.sha1', 'pom', 'pom.sha1'];
  return Array.from({ length: files }, (_, index) => {
    const version = `${generation}.${Math.floor(index / 4)}`;
    const artifact = `artifact${Math.floor(index / 4) % 97}`;
    return `org/example/${artifact}/${version}/${artifact}-${version}.${suffixes[index % 4]}`;
  });
}

function lay(laid: Laid, paths: readonly string[], sizeBytes: number, generation: number): void {
  const bytes = randomBytes(sizeBytes);
  const rows = paths.map((path, index) => {
    bytes.writeUInt32LE(index, 0);
    const file = join(laid.published, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return {
      path,
      sha256: createHash('sha256').update(bytes).digest(),
      sha1: createHash('sha1').update(bytes).digest(),
    };
  });
  note(laid, rows, sizeBytes, generation);
}

type Digests = Pick<InventoryRow, 'path' | 'sha256' | 'sha1'>;

function note(laid: Laid, rows: readonly Digests[], size: number, generation: number): void {
  using rooms = openRooms(foldersOf(laid.data), Number.POSITIVE_INFINITY);
  const { database } = rooms;
  const insert = database.prepare(
    "INSERT INTO inventory_row VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, 'matched', ?, ?, ?, NULL)",
  );
  for (let start = 0; start < rows.length; start += ROWS_PER_COMMIT) {
    writing(database, () => {
      for (const { path, sha256, sha1 } of rows.slice(start, start + ROWS_PER_COMMIT)) {
        insert.run(path, kindOf(path), size, WRITTEN_AT, sha256, sha1, WRITTEN_AT, WRITTEN_AT, generation);
      }
    });
  }
  const set = 'UPDATE inventory_generation SET generation = ?, files = files + ?, bytes = bytes + ?';
  database.prepare(set).run(generation, rows.length, rows.length * size);
}

/** Rows of a tree that was pushed long ago; neither its files nor its objects are needed. */
function grow(laid: Laid, files: number): void {
  const rows = pathsOf(files, 1).map((path) => ({ path, sha256: randomBytes(32), sha1: randomBytes(20) }));
  note(laid, rows, SMALL_BYTES, 1);
  using rooms = openRooms(foldersOf(laid.data), Number.POSITIVE_INFINITY);
  const record = openTargetRecord(rooms.database, 'main');
  const { lineage } = rooms.inventory.current();
  record.state(placeIn(laid), lineage);
  for (let start = 0; start < rows.length; start += ROWS_PER_COMMIT) {
    const part = rows.slice(start, start + ROWS_PER_COMMIT).flatMap(({ path }) => rooms.inventory.row(path) ?? []);
    record.note(
      part.map((row) => {
        const object = {
          path: row.path,
          sha256: row.sha256,
          size: row.size,
          etag: 'e',
          told: digestOfTold(toldOf(row)),
        };
        return { kind: 'there', object, was: null };
      }),
    );
  }
  record.settle(lineage, 1);
}

function placeIn(laid: Laid): string {
  const { endpoint } = (JSON.parse(readFileSync(laid.configFile, 'utf8')) as { push: { endpoint: string }[] })
    .push[0] ?? { endpoint: '' };
  return `s3://${BUCKET}/ at ${new URL(endpoint).host}`;
}

function change(laid: Laid, generation: number): void {
  lay(laid, pathsOf(CHANGED, generation), SMALL_BYTES, generation);
}

async function pushed(laid: Laid, objects: number, signal: AbortSignal): Promise<Ran> {
  // As `npm start` runs it.
  const node = ['--max-semi-space-size=8', MAIN];
  const ran = await run(process.execPath, [...node, 'push', '--config', laid.configFile, '--json'], {}, signal);
  const { result } = JSON.parse(ran.stdout) as { result: PushResult };
  const [target] = result.targets;
  if (target?.objects !== objects) throw new Error(`${target?.objects} of ${objects} objects were put: ${ran.stdout}`);
  return ran;
}

async function empty(server: ObjectStoreServer): Promise<void> {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key = '' }) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet: true } }));
  }
  client.destroy();
}
