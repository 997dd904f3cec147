// `assay origin drift`: the origin's bucket, its CDN, its feeds and our own history beside each other. It changes nothing.

import { randomInt } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import type { DriftResult } from '../config/shape/drift.ts';
import type { Problem } from '../config/shape/envelope.ts';
import { HOUR, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { SourceTrouble } from '../mirror/source/contract.ts';
import { type OriginFacts, originFacts } from '../mirror/source/http/http.ts';
import { type CdnCopy, compareWithCdn, type Drift, explain, isTrouble } from '../watch/crawl/origin-drift.ts';
import { type BucketLook, lookAtBucket, lookAtCdn } from './drift-looks.ts';
import { foldersOf } from './folders.ts';
import type { PassHost } from './pass-job.ts';
import { openRoomsToRead, type Rooms } from './rooms.ts';
import { clientFor, originOf, webOptions } from './source-of.ts';
import { sourceProblem } from './sync.ts';
import type { Done } from './verbs.ts';

export interface DriftOptions {
  /** How many files of the bucket, drawn by chance, are asked for at the CDN beside those that are suspicious. */
  readonly sample: number;
}

export interface DriftVerbs {
  /** Throws `config-no-faces` without a bucket and without a web server among the sources. */
  originDrift(config: Config, options: DriftOptions, signal: AbortSignal): Promise<Done<DriftResult>>;
}

type SourceConfig = Config['source'][number];

const DRIFT_CEILING = 10_000;
/** So many of the suspicious files are asked for at the CDN: beyond, something is wrong that a few explain as well. */
const ASKED_CEILING = 1000;
const CHANCES = 2 ** 32;
const chance = () => randomInt(CHANCES) / CHANCES;
/** Feeds are made each hour: younger files need not stand in them. */
const FEED_AGE_MS = 2 * HOUR;

export function driftVerbs(host: PassHost): DriftVerbs {
  return { originDrift: (config, options, signal) => originDrift(config, options, host, signal) };
}

async function originDrift(
  config: Config,
  options: DriftOptions,
  host: PassHost,
  signal: AbortSignal,
): Promise<Done<DriftResult>> {
  const bucket = config.source.find(({ kind }) => kind === 's3');
  const web = config.source.find(({ kind }) => kind === 'http');
  const client = web ?? bucket;
  if (client === undefined) throw noFaces();
  const begun = host.clock.now();
  using rooms = openRoomsToRead(foldersOf(config.data));
  await using http = clientFor(config, client, host);
  const notes = startNotes();
  const look = bucket === undefined ? null : await bucketOf(config, bucket, options, rooms, host, notes, signal);
  const faces = web === undefined ? null : originFacts(webOptions(config, web, rooms), { ...host, http });
  const cdn = look === null || faces === null ? NOBODY_ASKED : await cdnOf(faces, look, notes, signal);
  for (const { kind, path, bucket: copy, ours } of look?.suspects ?? [])
    notes.drift(explain(kind, path, copy, cdn.get(path) ?? null, ours));
  if (faces !== null) await feedsOf(faces, look, begun, notes, signal);
  return notes.done(Math.max(0, host.clock.now() - begun) / SECOND);
}

async function bucketOf(
  config: Config,
  source: SourceConfig,
  { sample }: DriftOptions,
  rooms: Rooms,
  host: PassHost,
  notes: Notes,
  signal: AbortSignal,
): Promise<BucketLook | null> {
  // One request at a time keeps the keys in their order.
  await using origin = originOf(
    config,
    { ...source, connections: 1, release_feed: null, confirm: null },
    rooms,
    host,
  ).source;
  const look = await lookAtBucket(origin, source, rooms.inventory, sample, chance, signal);
  if (look.kind === 'trouble') return notes.trouble(look);
  notes.compared('bucket', look.files);
  notes.compared('history', look.rows);
  return look;
}

const NOBODY_ASKED: ReadonlyMap<string, CdnCopy> = new Map();

async function cdnOf(
  faces: OriginFacts,
  { suspects, sample }: BucketLook,
  notes: Notes,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CdnCopy>> {
  const copies = new Map<string, CdnCopy>();
  const asked = new Set([...suspects.slice(0, ASKED_CEILING), ...sample].map(({ path }) => path));
  for (const path of asked) {
    const copy = await lookAtCdn(faces, path, signal);
    if (copy.kind === 'trouble') {
      notes.trouble(copy);
      break;
    }
    copies.set(path, copy);
  }
  if (copies.size > 0 || asked.size === 0) notes.compared('cdn', copies.size);
  const suspicious = new Set(suspects.map(({ path }) => path));
  for (const { path, bucket, ours } of sample) {
    const copy = copies.get(path);
    const kind = copy === undefined || suspicious.has(path) ? null : compareWithCdn(path, bucket, copy);
    if (kind !== null) notes.drift(explain(kind, path, bucket, copy ?? null, ours));
  }
  return copies;
}

async function feedsOf(
  faces: OriginFacts,
  look: BucketLook | null,
  now: number,
  notes: Notes,
  signal: AbortSignal,
): Promise<void> {
  const poms = await faces.poms(signal);
  const jars = await faces.jars(signal);
  for (const feed of [poms, jars]) if (feed !== null && 'trouble' in feed) notes.trouble(feed);
  const named = poms === null || 'trouble' in poms ? null : poms;
  const announced = jars === null || 'trouble' in jars ? null : jars;
  if (named !== null) notes.compared('poms', named.size);
  if (announced !== null) notes.compared('jars', announced.size);
  const note = (kind: Drift['kind'], path: string) => notes.drift(explain(kind, path, null, null, null));
  if (named !== null && look !== null) {
    for (const path of named) if (!look.poms.has(path)) note('feed-without-file', path);
    for (const [path, mtime] of look.poms)
      if (!named.has(path) && now - mtime > FEED_AGE_MS) note('file-without-feed', path);
  }
  if (named === null || announced === null) return;
  // Of SNAPSHOTs one feed has builds and the other has not: they cannot be compared by name.
  const isRelease = (path: string) => !path.includes('-SNAPSHOT/');
  const stems = new Set([...named].filter(isRelease).map((path) => path.slice(0, -'.pom'.length)));
  for (const stem of announced) if (isRelease(stem) && !stems.has(stem)) note('announced-without-pom', `${stem}.pom`);
  for (const stem of stems) if (!announced.has(stem)) note('pom-without-announcement', `${stem}.pom`);
}

type Place = keyof DriftResult['compared'];

interface Notes {
  compared(place: Place, count: number): void;
  drift(drift: Drift): void;
  /** Null, for the place that could not be asked. */
  trouble(trouble: SourceTrouble): null;
  done(seconds: number): Done<DriftResult>;
}

function startNotes(): Notes {
  const compared: Record<Place, number | null> = { bucket: null, history: null, cdn: null, poms: null, jars: null };
  const counts: Record<string, number> = {};
  const drifts: Drift[] = [];
  const problems: Problem[] = [];
  let troubles = 0;
  return {
    compared: (place, count) => {
      compared[place] = count;
    },
    drift(drift) {
      counts[drift.kind] = (counts[drift.kind] ?? 0) + 1;
      if (isTrouble(drift)) troubles += 1;
      if (drifts.length < DRIFT_CEILING) drifts.push(drift);
    },
    trouble(trouble) {
      problems.push(sourceProblem(trouble.trouble, trouble.sentence));
      return null;
    },
    done(seconds) {
      const result = { compared, counts, drift: drifts.map(shown), seconds };
      const outcomes = [troubles > 0 ? ('trouble' as const) : ('clean' as const)];
      return { result, problems, outcomes: problems.length > 0 ? [...outcomes, 'could-not'] : outcomes };
    },
  };
}

function shown({ kind, path, blame, sentence, bucket, cdn, ours }: Drift): DriftResult['drift'][number] {
  const copy = cdn?.kind === 'there' ? { size: cdn.size, md5: cdn.md5 } : { size: null, md5: null };
  return { kind, path, blame, sentence, bucket, cdn: cdn === null ? null : { state: cdn.kind, ...copy }, ours };
}

function noFaces(): CodedError {
  const sentence = 'None of the sources is a bucket or a web server: an rsync module has nothing to differ from.';
  return new CodedError('config-no-faces', sentence, {
    path: 'source',
    remedy: 'Name the bucket or the CDN of the origin as a further source.',
  });
}
