// Files into staging, one request each, several at a time: for sources that cannot send folders in bulk.

import { createHash } from 'node:crypto';
import { createReadStream, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../host/clock.ts';
import { isDiskFull } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import type { FetchOutcome, FetchRequest, SourceTrouble } from './contract.ts';
import { inParallel } from './in-parallel.ts';
import type { Intake, Reader } from './reader.ts';
import { openStaging, type StagingFolder } from './staging-folder.ts';
import { makeThrottle, type Throttle } from './throttle.ts';

export interface FetchPlace {
  readonly staging: string;
  readonly maxFileBytes: number;
  /** Files at a time. */
  readonly connections: number;
  bandwidthKibPerSecond(now: number): number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So many in a row that cannot be read are no longer single files: the origin does not let us. */
const REFUSALS = 20;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The contract is `Source.fetch`, for files alone. `name` is the origin's, for people. */
export async function fetchFiles(
  reader: Reader,
  place: FetchPlace,
  name: string,
  request: FetchRequest,
  onStaged: (path: string) => void,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  const leftMs = request.deadline - place.clock.now();
  if (leftMs <= 0) return stopped(name);
  const own = new AbortController();
  const late = AbortSignal.timeout(Math.min(leftMs, LONGEST_TIMER_MS));
  const until = AbortSignal.any([signal, own.signal, late]);
  const course = startCourse(reader, place, name, request, until);
  try {
    await inParallel(request.files, place.connections, async (path) => {
      if (course.trouble !== null) return;
      const trouble = await course.fetch(path, onStaged);
      if (trouble === null) return;
      course.trouble ??= trouble;
      own.abort();
    });
  } catch (error) {
    if (isDiskFull(error)) return diskFull(name);
    if (course.trouble === null && (signal.aborted || late.aborted)) return stopped(name);
    if (course.trouble === null) throw error;
  }
  return course.trouble ?? { kind: 'fetched', bytes: course.bytes, unreadable: course.unreadable };
}

interface Course {
  trouble: SourceTrouble | null;
  bytes: number;
  readonly unreadable: string[];
  /** What ends the whole fetch, or null. */
  fetch(path: string, onStaged: (path: string) => void): Promise<SourceTrouble | null>;
}

function startCourse(
  reader: Reader,
  place: FetchPlace,
  name: string,
  request: FetchRequest,
  signal: AbortSignal,
): Course {
  const staging = openStaging(place.staging);
  const throttle = makeThrottle(place.bandwidthKibPerSecond(place.clock.now()) * 1024, place.clock);
  const ceiling = request.ceilingBytes ?? Number.POSITIVE_INFINITY;
  let refusals = 0;
  const course: Course = {
    trouble: null,
    bytes: 0,
    unreadable: [],
    async fetch(path, onStaged) {
      if (await isThere(path, staging, reader, request, signal)) {
        onStaged(path);
        return null;
      }
      const file = staging.create(path);
      const intake = intakeOf(file, throttle, signal);
      const read = await reader.read(path, intake, place.maxFileBytes, signal).catch((error: unknown) => {
        file.discard();
        throw error;
      });
      course.bytes += file.sizeBytes;
      if (read.kind === 'facts') {
        refusals = 0;
        file.finish(read.mtime ?? place.clock.now());
        onStaged(path);
        return course.bytes > ceiling ? outgrown(name) : null;
      }
      file.discard();
      if (read.kind === 'absent') return null;
      if (read.kind === 'trouble') return read;
      place.logger.warn({ path, why: read.sentence }, 'file of the origin cannot be read');
      course.unreadable.push(path);
      refusals += 1;
      return refusals < REFUSALS
        ? null
        : { kind: 'trouble', trouble: 'refused', sentence: `${name}: ${read.sentence}` };
    },
  };
  return course;
}

function intakeOf(
  file: { readonly sizeBytes: number; write(chunk: Buffer): void; rewind(sizeBytes: number): void },
  throttle: Throttle,
  signal: AbortSignal,
): Intake {
  return {
    get sizeBytes() {
      return file.sizeBytes;
    },
    take(chunk) {
      file.write(chunk);
      return throttle.take(chunk.length, signal);
    },
    rewind: (sizeBytes) => file.rewind(sizeBytes),
  };
}

/** What lies in staging, or in the seed, is as good as fetched when its MD5 is what the origin's tag says. Without such a tag nothing is. */
async function isThere(
  path: string,
  staging: StagingFolder,
  reader: Reader,
  { basis }: FetchRequest,
  signal: AbortSignal,
): Promise<boolean> {
  if (basis === 'fresh') return false;
  const staged = staging.find(path);
  const seeded = typeof basis === 'object' ? join(basis.seed, path) : null;
  const candidates = [staged, seeded].filter((each) => each !== null && isFile(each));
  if (candidates.length === 0) return false;
  const facts = await reader.facts(path, signal);
  if (facts.kind !== 'facts' || facts.md5 === null || facts.mtime === null) return false;
  for (const candidate of candidates) {
    if (candidate === null || (await md5OfFile(candidate)) !== facts.md5) continue;
    if (candidate === staged) staging.touch(path, facts.mtime);
    else staging.copy(candidate, path, facts.mtime);
    return true;
  }
  return false;
}

function isFile(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isFile() ?? false;
}

export async function md5OfFile(place: string): Promise<string> {
  const digest = createHash('md5');
  for await (const chunk of createReadStream(place)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

function stopped(name: string): SourceTrouble {
  return { kind: 'trouble', trouble: 'stopped', sentence: `${name}: stopped before all files had come.` };
}

function outgrown(name: string): SourceTrouble {
  return { kind: 'trouble', trouble: 'too-large', sentence: `${name}: what came outgrew the plan, and was ended.` };
}

function diskFull(name: string): SourceTrouble {
  return { kind: 'trouble', trouble: 'disk-full', sentence: `${name}: no room was left in staging for what came.` };
}
