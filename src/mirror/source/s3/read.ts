import type { ObjectFacts, ObjectStore, StoreFault } from '../../../host/object-store.ts';
import { md5OfTag } from '../entity-tag.ts';
import { type FileFacts, type Intake, type Reader, type ReadFailure, tooLong } from '../reader.ts';
import { bucketTrouble } from './fault.ts';
import type { BucketPlace } from './place.ts';

/** A cut is gone on with from where it was, so often for one file. */
const TRIES = 5;

/** Reads objects of a bucket by their repository paths. */
export function objectReader(place: BucketPlace, store: ObjectStore): Reader {
  return {
    async facts(path, signal) {
      const found = await store.head(place.prefix + path, signal);
      return found.kind === 'found' ? factsOf(found) : failureOf(found, place);
    },
    async read(path, into, ceilingBytes, signal) {
      const key = place.prefix + path;
      let failure: ReadFailure = { kind: 'absent' };
      let etag: string | null = null;
      for (let tries = 0; tries < TRIES; tries += 1) {
        const from = etag === null ? 0 : into.sizeBytes;
        into.rewind(from);
        const opened = await store.get(key, from > 0 && etag !== null ? { from, etag } : {}, signal);
        if (opened.kind === 'exists') {
          // Another object lies there now: from the beginning.
          etag = null;
          continue;
        }
        if (opened.kind !== 'opened') return failureOf(opened, place);
        etag = opened.etag;
        const poured = await pour(opened.body, into, ceilingBytes, (error) => store.readFault(error, key, signal));
        if (poured === null) return factsOf({ ...opened, size: into.sizeBytes });
        if (poured === 'too-long') return tooLong(path, ceilingBytes);
        failure = failureOf(poured, place);
      }
      return failure;
    },
  };
}

async function pour(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  into: Intake,
  ceilingBytes: number,
  faultOf: (error: unknown) => StoreFault,
): Promise<StoreFault | 'too-long' | null> {
  let taking = false;
  try {
    for await (const chunk of body) {
      if (into.sizeBytes + chunk.length > ceilingBytes) return 'too-long';
      taking = true;
      await into.take(chunk);
      taking = false;
    }
    return null;
  } catch (error) {
    if (taking) throw error;
    return faultOf(error);
  } finally {
    body.destroy();
  }
}

function factsOf(facts: Pick<ObjectFacts, 'size' | 'etag' | 'modifiedAt'>): FileFacts {
  return {
    kind: 'facts',
    size: facts.size,
    mtime: Math.floor(facts.modifiedAt / 1000) * 1000,
    md5: md5OfTag(facts.etag),
  };
}

/** A bucket that does not let us list says 403 of what is not there, too; and one object may be closed where the others are not. */
function failureOf(fault: StoreFault, place: BucketPlace): ReadFailure {
  if (fault.kind === 'absent') return { kind: 'absent' };
  if (fault.kind === 'denied' || fault.kind === 'refused') return { kind: 'unreadable', sentence: fault.sentence };
  return bucketTrouble(fault, place.url);
}
