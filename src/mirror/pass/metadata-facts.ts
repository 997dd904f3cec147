// What the gate wants to know of the versions that a metadata file names.

import { locate } from '../../maven/layout.ts';
import { parseMetadata } from '../../maven/metadata.ts';
import type { MetadataFacts, StagedFile, UnitFacts, VersionState } from '../verify/gate.ts';
import type { Bench } from './judging.ts';
import type { PlannedUnit } from './plan.ts';

/** Metadata that is fetched and waits for the versions it names, and what this pass has settled of them. */
export interface WaitingMetadata {
  add(unit: PlannedUnit, staged: ReadonlyMap<string, StagedFile>): void;
  take(): { unit: PlannedUnit; staged: ReadonlyMap<string, StagedFile> }[];
  /** A version that this pass publishes whole needs no more questions. */
  noteSettled(unit: string): void;
  isSettled(folder: string): boolean;
  /** The guard lets these paths go in this pass: versions of theirs no longer count as served. */
  letGo(paths: readonly string[]): void;
  isLeaving(folder: string): boolean;
}

export function startWaiting(): WaitingMetadata {
  let units: { unit: PlannedUnit; staged: ReadonlyMap<string, StagedFile> }[] = [];
  const settled = new Set<string>();
  const leaving = new Set<string>();
  return {
    add(unit, staged) {
      const mine = new Map(unit.items.flatMap((item) => entryOf(staged, item.path)));
      units.push({ unit, staged: mine });
    },
    take() {
      const taken = units;
      units = [];
      return taken;
    },
    noteSettled: (unit) => {
      settled.add(unit);
    },
    isSettled: (folder) => settled.has(folder),
    letGo: (paths) => {
      for (const path of paths) leaving.add(path.slice(0, path.lastIndexOf('/')));
    },
    isLeaving: (folder) => leaving.has(folder),
  };
}

function entryOf(staged: ReadonlyMap<string, StagedFile>, path: string): [string, StagedFile][] {
  const file = staged.get(path);
  return file === undefined ? [] : [[path, file]];
}

export function metadataFacts(facts: UnitFacts, waiting: WaitingMetadata, bench: Bench): MetadataFacts {
  const folder = facts.unit.slice(0, facts.unit.lastIndexOf('/'));
  const body = bench.isBlank ? null : bench.room.inventory.metadataBody(facts.unit);
  return {
    ...facts,
    published: body === null ? null : parseMetadata(body),
    isFirstPass: bench.isFirstPass,
    stateOfVersion: (version) => stateOfVersion(`${folder}/${version}`, waiting, bench),
    stateOfFile: (path) => stateOfFile(path, bench),
  };
}

function stateOfVersion(folder: string, waiting: WaitingMetadata, bench: Bench): VersionState {
  if (waiting.isLeaving(folder)) return 'filtered';
  if (waiting.isSettled(folder)) return 'complete';
  const { comparison, options, room } = bench;
  if (bench.isTakenDown(folder)) return 'filtered';
  const listed = comparison.below(folder);
  if (listed.length === 0) return room.inventory.isAnyBelow(folder) ? 'served' : unlisted(bench);
  const isMeant = (path: string) => options.wants(path) && !bench.isTakenDown(path) && !room.held.isDropped(path);
  if (!listed.some((file) => isMeant(file.path))) return 'filtered';
  const unsettled = comparison
    .unsettledBelow(folder)
    .filter((file) => isMeant(file.path) && locate(file.path).unitKind === 'version');
  if (unsettled.length === 0) return 'complete';
  for (const row of room.inventory.below(folder)) if (row.kind === 'pom' || locate(row.path).isMain) return 'served';
  return 'incomplete';
}

/** A source that shows only what was asked for says nothing of the rest: it is there for whoever asks. */
function unlisted({ room }: Bench): VersionState {
  return room.source.promises.listsAll ? 'absent' : 'filtered';
}

function stateOfFile(path: string, bench: Bench): VersionState {
  const { comparison, options, room } = bench;
  if (!options.wants(path) || bench.isTakenDown(path)) return 'filtered';
  const row = room.inventory.row(path);
  const listed = comparison.listed(path);
  if (listed === null) return row === null ? unlisted(bench) : 'served';
  if (row === null) return 'incomplete';
  return comparison.isAsListed(path) ? 'complete' : 'served';
}
