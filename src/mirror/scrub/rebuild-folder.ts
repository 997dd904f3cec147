// One folder of the tree before the gate: what of it may be in the new inventory. Reads metadata files again, for the database serves them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate } from '../../maven/layout.ts';
import { pathFault, reservedSegment } from '../../maven/path-grammar.ts';
import type { InventoryRow, ListedFile } from '../inventory/row.ts';
import { isKnownForEver } from '../publish/order.ts';
import { judgeMetadataSet, judgeUnit, type StagedFile, type UnitFacts, type Verdict } from '../verify/gate.ts';
import type { RebuildOptions, RebuildRoom } from './rebuild.ts';
import type { Folder } from './stranger.ts';

/** What is not taken. A foreign one nobody published; any other was, and is answered 403 until a pass has brought it again. */
export interface LeftOut {
  readonly path: string;
  readonly unit: string;
  readonly verdict: string;
  readonly why: string;
  /** Where it lies, as the file system has it; null when nothing lies there. */
  readonly place: Buffer | null;
  /** Null when it is no regular file. */
  readonly file: StagedFile | null;
  readonly isForeign: boolean;
}

export interface Judged {
  readonly taken: readonly InventoryRow[];
  readonly sets: readonly { readonly root: string; readonly members: readonly { path: string; bytes: Buffer }[] }[];
  readonly leftOut: readonly LeftOut[];
}

export interface Trust {
  /** A released file that the ledger does not name was not published here. */
  readonly isLedgerWhole: boolean;
}

export function judgeFolder(
  folder: Folder,
  staged: ReadonlyMap<string, StagedFile>,
  trust: Trust,
  options: RebuildOptions,
  room: RebuildRoom,
  now: number,
): Judged {
  const leftOut: LeftOut[] = [];
  const units = new Map<string, StagedFile[]>();
  for (const { text, place } of folder.files) {
    const file = staged.get(text) ?? null;
    const why = whyForeign(text, file, trust, room);
    const { unit } = locate(text);
    if (why !== null || file === null) {
      leftOut.push({
        path: text,
        unit,
        verdict: 'foreign',
        why: why ?? 'no regular file',
        place,
        file,
        isForeign: true,
      });
    } else units.set(unit, [...(units.get(unit) ?? []), file]);
  }
  const taken: InventoryRow[] = [];
  const sets: Judged['sets'][number][] = [];
  for (const [unit, files] of units) {
    const { unitKind } = locate(files[0]?.path ?? unit);
    const facts = factsOf(unit, unitKind, files, room);
    const rows: InventoryRow[] = [];
    for (const verdict of judge(facts, options, now)) {
      const file = facts.staged.get(verdict.path);
      if (file === undefined) continue;
      if (verdict.kind === 'accepted') rows.push(rowOf(file, verdict, now));
      else
        leftOut.push({
          path: file.path,
          unit,
          verdict: verdict.verdict,
          why: verdict.why,
          place: placeOf(file.path, options),
          file,
          isForeign: false,
        });
    }
    leftOut.push(...lostOf(facts));
    taken.push(...rows);
    if (unitKind === 'metadata') sets.push(setOf(unit, rows, options));
  }
  return { taken, sets, leftOut };
}

function whyForeign(path: string, file: StagedFile | null, trust: Trust, room: RebuildRoom): string | null {
  if (file === null) return 'no regular file';
  const fault = pathFault(path);
  if (fault !== null) return fault;
  if (reservedSegment(path) !== null) return 'a name that is reserved';
  if (room.takedowns.of(path) !== null) return 'taken down';
  const isUnknown = isKnownForEver(path) && room.inventory.everPublished(path).size === 0;
  return isUnknown && trust.isLedgerWhole ? 'the ledger does not know it' : null;
}

/** As a pass would tell them of a source that lists this tree, and what else of a version was ever published. */
function factsOf(
  unit: string,
  unitKind: UnitFacts['unitKind'],
  files: readonly StagedFile[],
  { inventory, adoption, takedowns }: RebuildRoom,
): UnitFacts {
  const listed = new Map<string, ListedFile>(files.map(({ path, size, mtime }) => [path, { path, size, mtime }]));
  for (const path of unitKind === 'version' ? adoption.knownBelow(unit) : [])
    if (!listed.has(path) && takedowns.of(path) === null) listed.set(path, { path, size: 0, mtime: 0 });
  return {
    unit,
    unitKind,
    listed,
    staged: new Map(files.map((file) => [file.path, file])),
    remembered: new Map(),
    kept: new Map(),
    everPublished: inventory.everPublished,
    // It was published with these very bytes: whoever let a wrong sum pass then has not changed his mind.
    isPermitted: (path, sha256) => inventory.everPublished(path).has(sha256),
    heldSince: () => null,
    signaturesOf: () => null,
    originHasSums: false,
    confirmation: () => null,
  };
}

function judge(facts: UnitFacts, { policy }: RebuildOptions, now: number): Verdict[] {
  if (facts.unitKind !== 'metadata') return judgeUnit(facts, policy, now);
  const served = () => 'served' as const;
  const ofSet = { published: null, isFirstPass: true, stateOfVersion: served, stateOfFile: served };
  return judgeMetadataSet({ ...facts, ...ofSet }, policy, now);
}

function rowOf(file: StagedFile, verdict: Extract<Verdict, { kind: 'accepted' }>, now: number): InventoryRow {
  const { path, size, mtime, sha256, sha1, md5, sha512 } = file;
  const { upstreamSum } = verdict;
  const ages = { firstSeen: now, lastVerified: now, generation: 1, absentSince: null };
  return { path, kind: locate(path).kind, size, originMtime: mtime, sha256, sha1, md5, sha512, upstreamSum, ...ages };
}

/** A path that the gate has judged is UTF-8. */
function placeOf(path: string, { published }: RebuildOptions): Buffer {
  return Buffer.from(join(published, path));
}

/** The POM and the main file of a version that is here in part: 404 for them would lose dependencies in silence. */
function lostOf(facts: UnitFacts): LeftOut[] {
  return [...facts.listed.keys()]
    .filter((path) => !facts.staged.has(path) && (locate(path).isMain || locate(path).kind === 'pom'))
    .map((path) => {
      const why = 'it was published, and no such file is there';
      return { path, unit: facts.unit, verdict: 'missing', why, place: null, file: null, isForeign: false };
    });
}

function setOf(root: string, rows: readonly InventoryRow[], { published }: RebuildOptions): Judged['sets'][number] {
  const paths = rows.map(({ path }) => path).sort((a, b) => a.length - b.length);
  return { root, members: paths.map((path) => ({ path, bytes: readFileSync(join(published, path)) })) };
}
