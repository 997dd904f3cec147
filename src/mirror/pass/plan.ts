// What a pass will fetch, decided from the listing beside the inventory and from what was held back before. Pure but for the questions it asks.

import { rootOf } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import type { Difference } from '../inventory/store.ts';
import type { Held } from './held.ts';

export interface PlannedUnit {
  readonly unit: string;
  readonly unitKind: 'version' | 'metadata' | 'loose';
  readonly items: readonly Difference[];
  /** Listed, differing and not fetched now: too large, or refused before and unchanged since. */
  readonly remembered: readonly Pick<Held, 'path' | 'kind' | 'verdict'>[];
  /** Everything of the unit is new and wanted: nothing of it was filtered out, taken down or remembered. */
  readonly isWhole: boolean;
}

export interface PlanQuestions {
  wants(path: string): boolean;
  isTakenDown(path: string): boolean;
  held(path: string): Held | null;
  readonly maxFileBytes: number;
  readonly now: number;
}

export type Leaving = 'filtered' | 'taken-down' | 'too-large';

/**
 * Groups differences, which come in path order, into units and leaves out what needs no fetching. Names may come in between that are not of the
 * unit (`feed.gz`, `feed.gz-old`, `feed.gz.md5`): it stays open for as long as paths begin as those of its files do.
 */
export function* planUnits(
  differences: Iterable<Difference>,
  ask: PlanQuestions,
  onLeft: (file: Difference, why: Leaving) => void,
): Iterable<PlannedUnit> {
  const open = new Map<string, Difference[]>();
  for (const difference of differences) {
    for (const [prefix, group] of open) {
      if (difference.path.startsWith(prefix)) continue;
      open.delete(prefix);
      yield* planUnit(group, ask, onLeft);
    }
    const { unit, unitKind } = locate(difference.path);
    const prefix = unitKind === 'version' ? `${unit}/` : unit;
    const group = open.get(prefix);
    if (group === undefined) open.set(prefix, [difference]);
    else group.push(difference);
  }
  for (const group of open.values()) yield* planUnit(group, ask, onLeft);
}

function* planUnit(
  group: readonly Difference[],
  ask: PlanQuestions,
  onLeft: (file: Difference, why: Leaving) => void,
): Iterable<PlannedUnit> {
  const tooLarge: PlannedUnit['remembered'][number][] = [];
  const wanted = group.filter((file) => {
    const why = whyLeft(file, ask);
    if (why !== null) onLeft(file, why);
    if (why === 'too-large') tooLarge.push({ path: file.path, kind: 'rejected', verdict: why });
    return why === null;
  });
  const known = wanted.map((file) => ({ file, held: unchangedHold(file, ask) }));
  const isDue = known.some(({ held }) => held === null || held.retryAt <= ask.now);
  const first = wanted[0];
  if (!isDue || first === undefined) return;
  const freshRoots = new Set(known.filter(({ held }) => held === null).map(({ file }) => rootOf(file.path)));
  const isAgain = ({ file, held }: (typeof known)[number]) =>
    held === null || held.kind === 'deferred' || held.retryAt <= ask.now || freshRoots.has(rootOf(file.path));
  const items = known.filter(isAgain).map(({ file }) => file);
  const refused = known.filter((each) => !isAgain(each)).flatMap(({ held }) => (held === null ? [] : [held]));
  const remembered = [...tooLarge, ...refused];
  const { unit, unitKind } = locate(first.path);
  yield { unit, unitKind, items, remembered, isWhole: items.length === group.length };
}

function whyLeft(file: Difference, ask: PlanQuestions): Leaving | null {
  if (!ask.wants(file.path)) return 'filtered';
  if (ask.isTakenDown(file.path)) return 'taken-down';
  return file.size > ask.maxFileBytes ? 'too-large' : null;
}

function unchangedHold(file: Difference, ask: PlanQuestions): Held | null {
  const held = ask.held(file.path);
  // Refused unseen for a size that is allowed now, or it would have been left out above.
  if (held !== null && held.verdict === 'too-large' && held.sha256 === null) return null;
  return held !== null && held.size === file.size && held.mtime === file.mtime ? held : null;
}

export interface Slice {
  readonly units: readonly PlannedUnit[];
  readonly files: number;
  readonly bytes: number;
}

/** What is done is served the same day, and memory holds two slices: one on its way from the source, one on its way into the tree. */
const SLICE_FILES = 10_000;
const SLICE_BYTES = 4 * 1024 ** 3;

export function* slices(units: Iterable<PlannedUnit>): Iterable<Slice> {
  let slice: PlannedUnit[] = [];
  let files = 0;
  let bytes = 0;
  for (const unit of units) {
    slice.push(unit);
    files += unit.items.length;
    for (const item of unit.items) bytes += item.size;
    if (files >= SLICE_FILES || bytes >= SLICE_BYTES) {
      yield { units: slice, files, bytes };
      slice = [];
      files = 0;
      bytes = 0;
    }
  }
  if (slice.length > 0) yield { units: slice, files, bytes };
}
