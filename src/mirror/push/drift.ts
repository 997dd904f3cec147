// What a listing showed that is not as it was put, named and counted.

import { type ListedObject, md5OfEtag, type StoreFault } from '../../host/object-store.ts';
import type { InventoryRow } from '../inventory/row.ts';
import { isKnownForEver } from '../publish/order.ts';
import { readBytes } from './bytes.ts';
import { WHOLE_CEILING_BYTES } from './large.ts';
import { digestOfTold, toldOf } from './object.ts';
import type { Found } from './owed.ts';
import type { Done, KnownObject } from './record.ts';
import type { Bench } from './room.ts';
import { type Standing, whatStands } from './standing.ts';
import type { Conflict } from './tally.ts';

export interface Drift {
  readonly listed: number;
  /** Known to have been put, and not there. */
  readonly missing: readonly string[];
  /** There, and neither ours nor of the tree. */
  readonly foreign: readonly string[];
  /** Not the object that was put, or not the bytes of the tree. */
  readonly altered: readonly string[];
  /** As the tree has it, put by somebody whom this database does not know: an earlier one of ours. */
  readonly adopted: number;
  /** Further ones that are not named. */
  readonly unnamed: number;
}

export interface Sighting {
  readonly kind: 'drift';
  readonly drift: Drift;
  readonly conflicts: readonly Conflict[];
}

export interface Sightings {
  asKnown(): void;
  missing(object: KnownObject): void;
  /** Null: it was looked at. */
  look(path: string, listed: ListedObject, object: KnownObject | null, signal: AbortSignal): Promise<StoreFault | null>;
  listed(): number;
  end(): Sighting;
}

/** A bucket that is not ours at all would fill the memory: so many of a kind are named, the rest is counted. */
const NAMED = 10_000;
const NOTED_AT_A_TIME = 500;

export function startSightings(bench: Bench, write: (done: readonly Done[]) => void): Sightings {
  const { room } = bench;
  const notes = startNotes(write);
  const lookAt = async (row: InventoryRow, listed: ListedObject, signal: AbortSignal): Promise<StoreFault | null> => {
    const standing = await whatIsListed(row, listed, bench, signal);
    switch (standing.kind) {
      case 'same':
        return notes.adopt(row, standing.etag);
      case 'other':
        return notes.accuse(row, standing.found);
      case 'nothing':
        return notes.lose(row.path, 'drift', null);
      default:
        return standing;
    }
  };
  return {
    asKnown: notes.count,
    missing({ path }) {
      notes.name('missing', path);
      notes.lose(path, 'drift', null);
    },
    async look(path, listed, object, signal) {
      notes.count();
      const row = room.inventory.row(path);
      if (row !== null) return await lookAt(row, listed, signal);
      // What has left the tree goes from the target by its own way, whatever it is by now.
      notes.name(object === null ? 'foreign' : 'altered', path);
      return null;
    },
    listed: notes.listed,
    end: notes.end,
  };
}

async function whatIsListed(
  row: InventoryRow,
  listed: ListedObject,
  bench: Bench,
  signal: AbortSignal,
): Promise<Standing | StoreFault> {
  const { room, ability } = bench;
  const md5 = ability.etagIsMd5 && listed.size === row.size ? md5Of(row, bench) : null;
  if (md5 !== null && md5.toString('hex') === md5OfEtag(listed.etag)) return { kind: 'same', etag: listed.etag };
  return await whatStands(listed.key, row, { md5, etag: null }, room.store, ability, signal);
}

/** Of the bytes here, where the origin has no such sum: reading them costs less than asking for theirs. */
function md5Of(row: InventoryRow, { room, options }: Bench): Buffer | null {
  if (row.md5 !== null || row.size > WHOLE_CEILING_BYTES) return row.md5;
  const read = readBytes(row, options.published, room.inventory);
  return read.kind === 'bytes' ? read.md5 : null;
}

function startNotes(write: (done: readonly Done[]) => void) {
  const named = { missing: [] as string[], foreign: [] as string[], altered: [] as string[] };
  const conflicts: Conflict[] = [];
  const totals = { listed: 0, adopted: 0, unnamed: 0 };
  let done: Done[] = [];
  const flush = () => {
    if (done.length > 0) write(done);
    done = [];
  };
  const note = (one: Done): null => {
    done.push(one);
    if (done.length >= NOTED_AT_A_TIME) flush();
    return null;
  };
  const name = (as: keyof typeof named, path: string) => {
    if (named[as].length < NAMED) named[as].push(path);
    else totals.unnamed += 1;
  };
  const lose = (path: string, why: 'drift' | 'conflict', found: Found | null) =>
    note({ kind: 'lost', path, why, found });
  return {
    name,
    lose,
    count: () => {
      totals.listed += 1;
    },
    listed: () => totals.listed,
    accuse(row: InventoryRow, found: Found): null {
      name('altered', row.path);
      if (!isKnownForEver(row.path)) return lose(row.path, 'drift', null);
      if (conflicts.length < NAMED) conflicts.push({ row, found });
      return lose(row.path, 'conflict', found);
    },
    adopt(row: InventoryRow, etag: string): null {
      const { path, sha256, size } = row;
      totals.adopted += 1;
      return note({ kind: 'there', object: { path, sha256, size, etag, told: digestOfTold(toldOf(row)) }, was: null });
    },
    end(): Sighting {
      flush();
      return { kind: 'drift', drift: { ...totals, ...named }, conflicts };
    },
  };
}
