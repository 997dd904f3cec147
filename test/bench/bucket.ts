// A public bucket of a real S3 server: how fast it is swept beside the SDK's bare paginator, and fetched beside `rclone copy`.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ObjectStoreServer, startObjectStore } from '../../src/demo/object-store.ts';
import { runChild } from '../../src/host/child.ts';
import { MINUTE, systemClock } from '../../src/host/clock.ts';
import { openHttp } from '../../src/host/http.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { openObjectStore } from '../../src/host/object-store.ts';
import { inParallel } from '../../src/mirror/source/in-parallel.ts';
import { openWebBucket, parseBucketUrl, s3Source } from '../../src/mirror/source/s3/s3.ts';
import type { Figure } from './figure.ts';
import { startBucketMirror } from './mirror.ts';
import type { BenchOptions } from './options.ts';
import { settleDisk } from './rival.ts';
import { growSmall } from './tree.ts';

type Tell = (sentence: string) => void;

const BUCKET = 'bench';
const CONNECTIONS = 8;
const UPLOADS = 32;
const KEYS_OF_PAGE = 1000;
const DEADLINE_MS = 60 * MINUTE;
const MEMORY_BYTES = 8 * 1024 ** 3;

export async function measureBucket(
  home: string,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<Figure[]> {
  const server = await startObjectStore({ memoryBytes: MEMORY_BYTES }, signal);
  try {
    await server.makeBucket(BUCKET, { open: 'get-and-list' });
    const keys = await fill(server, home, options.keys, tell, signal);
    const sweeps: Pair[] = [];
    const fetches: Pair[] = [];
    let peakMib = 0;
    for (let run = 1; run <= options.runs; run += 1) {
      tell(`bucket ${run}: sweeps`);
      sweeps.push(await sweepRun(server, keys, signal));
    }
    for (let run = 1; run <= options.runs; run += 1) {
      tell(`bucket ${run}: fetches`);
      const fetched = await fetchRun(server, join(home, `bucket-${run}`), options, signal);
      fetches.push(fetched);
      peakMib = Math.max(peakMib, fetched.peakMib);
    }
    return [
      figure(`bucket: pages listed, ${keys} keys`, '/s', sweeps, 0.8),
      figure(`bucket: first pass, ${keys} files`, 's', fetches, 1),
      { work: `bucket: memory of a first pass, ${keys} files`, unit: 'MiB', ours: [peakMib], base: null, aim: 256 },
    ];
  } finally {
    await server.stop();
  }
}

interface Pair {
  readonly ours: number;
  readonly base: number;
}

function figure(work: string, unit: Figure['unit'], pairs: readonly Pair[], aim: number): Figure {
  return { work, unit, ours: pairs.map(({ ours }) => ours), base: pairs.map(({ base }) => base), aim };
}

async function fill(
  server: ObjectStoreServer,
  home: string,
  keys: number,
  tell: Tell,
  signal: AbortSignal,
): Promise<number> {
  const tree = join(home, 'bucket-tree');
  mkdirSync(tree);
  const files = growSmall(tree, keys);
  tell(`bucket: uploading ${files} objects`);
  using store = await openObjectStore(
    {
      ...{ bucket: BUCKET, region: 'us-east-1', endpoint: server.endpoint, pathStyle: true },
      credentials: { kind: 'file', path: server.credentialsFile },
      connections: UPLOADS,
    },
    systemClock,
  );
  const names = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const request = { contentType: 'application/octet-stream', cacheControl: 'no-cache', metadata: {} };
  await inParallel(names, UPLOADS, async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const outcome = await store.put(path.slice(tree.length + 1), readFileSync(path), request, signal);
    if (outcome.kind !== 'put') throw new Error(outcome.sentence);
  });
  return files;
}

/** Pages a second: of the SDK alone, and of a source that tells every file of them. */
async function sweepRun(server: ObjectStoreServer, keys: number, signal: AbortSignal): Promise<Pair> {
  const pages = Math.ceil(keys / KEYS_OF_PAGE);
  const base = await barePaginator(server, pages);
  const url = parseBucketUrl(`s3://${BUCKET}/`);
  if (url === null) throw new Error('no bucket');
  const host = { clock: systemClock, logger: makeLogger('error') };
  await using http = openHttp({
    userAgent: 'assay/bench',
    clock: systemClock,
    chance: () => 0,
    connections: CONNECTIONS,
  });
  const memory = { recall: () => null, remember: () => undefined };
  const where = { place: url, region: 'us-east-1', endpoint: server.endpoint, pathStyle: true, ca: null, memory };
  await using source = s3Source(
    {
      place: url,
      open: async () => openWebBucket(where, { ...host, http }),
      connections: CONNECTIONS,
      releaseFeed: null,
      maxFileBytes: 2 ** 30,
      staging: '/nonexistent',
      includedPrefixes: null,
      excludedPrefixes: [],
      bandwidthKibPerSecond: () => 0,
    },
    host,
  );
  let files = 0;
  const sink = {
    file: () => {
      files += 1;
    },
    odd: () => undefined,
  };
  const begun = performance.now();
  const outcome = await source.list({ since: null, due: [] }, sink, signal);
  const seconds = (performance.now() - begun) / 1000;
  if (outcome.kind !== 'complete' || files !== keys)
    throw new Error(`${files} of ${keys} keys: ${JSON.stringify(outcome)}`);
  return { ours: pages / seconds, base };
}

async function barePaginator(server: ObjectStoreServer, pages: number): Promise<number> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
  });
  const begun = performance.now();
  for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: BUCKET }))
    if (page.Contents === undefined) break;
  client.destroy();
  return pages / ((performance.now() - begun) / 1000);
}

/** Seconds of a first pass, everything verified and durable, and of `rclone copy` with as many transfers, each in turn. */
async function fetchRun(
  server: ObjectStoreServer,
  home: string,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<Pair & { peakMib: number }> {
  const [plain, data] = [join(home, 'plain'), join(home, 'mirror')];
  mkdirSync(plain, { recursive: true });
  mkdirSync(data);
  await settleDisk(signal);
  const begun = performance.now();
  await rclone(server, plain, signal);
  const base = (performance.now() - begun) / 1000;
  await settleDisk(signal);
  await using mirror = startBucketMirror(
    { url: `s3://${BUCKET}/`, endpoint: server.endpoint, connections: CONNECTIONS },
    data,
    options.profile,
    signal,
  );
  const pass = await mirror.pass();
  if (pass.end !== 'complete' || pass.accepted !== pass.listed)
    throw new Error(`the pass ended ${pass.end}: ${pass.accepted} of ${pass.listed}`);
  return { ours: pass.milliseconds / 1000, base, peakMib: pass.peakMib };
}

async function rclone(server: ObjectStoreServer, folder: string, signal: AbortSignal): Promise<void> {
  const remote = `:s3,provider=Ceph,endpoint='${server.endpoint}',access_key_id=${server.accessKeyId},secret_access_key=${server.secretAccessKey}:${BUCKET}`;
  const exit = await runChild(
    {
      command: 'rclone',
      args: ['copy', remote, folder, '--transfers', String(CONNECTIONS), '--checkers', String(CONNECTIONS), '--quiet'],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: folder },
      deadlineMs: DEADLINE_MS,
    },
    signal,
  );
  signal.throwIfAborted();
  if (exit.kind !== 'exited' || exit.status !== 0) throw new Error(`rclone did not do it: ${JSON.stringify(exit)}`);
}
