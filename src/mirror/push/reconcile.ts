// The target as it is, compared with what is known of it: by its listing, and by a body only where a listing cannot tell. What is missing, or is
// altered and may change, is put again by the push that follows; a released object that was altered is an incident; what is foreign is named
// and left alone.

import type { ListedObject, StoreFault } from '../../host/object-store.ts';
import { type Sighting, startSightings } from './drift.ts';
import type { Done, KnownObject } from './record.ts';
import type { Bench } from './room.ts';
import { isOurOwn } from './status-objects.ts';

export type { Drift } from './drift.ts';

const PAGE = 1000;

/** `note`: where what was found is written down; nowhere when it is only to be told. */
export async function reconcile(
  bench: Bench,
  note: (done: readonly Done[]) => void,
  signal: AbortSignal,
): Promise<Sighting | StoreFault> {
  const sightings = startSightings(bench, note);
  const known = knownObjects(bench);
  let mine = known.next();
  for (let next: string | null = ''; next !== null; ) {
    const page = await bench.room.store.list(requestOf(bench, next), signal);
    if (page.kind !== 'page') return page;
    for (const listed of page.objects) {
      const path = listed.key.slice(bench.options.prefix.length);
      // Both are in the order of their bytes: what is known and was not listed before this key is not there.
      for (; mine.done !== true && comesBefore(mine.value.path, path); mine = known.next())
        sightings.missing(mine.value);
      const object = mine.done !== true && mine.value.path === path ? mine.value : null;
      if (object !== null) mine = known.next();
      if (isOurOwn(path) || isAsPut(object, listed)) sightings.asKnown();
      else {
        const fault = await sightings.look(path, listed, object, signal);
        if (fault !== null) return fault;
      }
    }
    bench.room.onEvent({ kind: 'listing', target: bench.options.target, objects: sightings.listed() });
    next = page.next;
  }
  for (; mine.done !== true; mine = known.next()) sightings.missing(mine.value);
  return sightings.end();
}

/** The ETag that the store told when we put it says all, whatever it is made of. */
function isAsPut(object: KnownObject | null, listed: ListedObject): boolean {
  return object !== null && object.etag === listed.etag && object.size === listed.size;
}

function requestOf({ options }: Bench, next: string): { prefix: string; next?: string } {
  return { prefix: options.prefix, ...(next === '' ? {} : { next }) };
}

function comesBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')) < 0;
}

/** In pages: what is found is noted in the same table meanwhile. */
function* knownObjects({ room }: Bench): Generator<KnownObject, undefined> {
  for (let after = ''; ; ) {
    const rows = room.record.objectsAfter(after, PAGE);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return undefined;
    after = last.path;
  }
}
