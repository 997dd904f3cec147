// What the origin no longer shows. Absence is not removal: it is marked, held, guarded, and ends when the path comes back.

import { severityOf } from '../../finding/finding.ts';
import { DAY } from '../../host/clock.ts';
import { kindOf } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import { writing } from '../../state/open.ts';
import { removeFromTree } from '../publish/publish.ts';
import { askGuard, type GuardAnswer, type Refusal, removalDigest } from './guard.ts';
import type { Bench } from './judging.ts';
import type { WaitingMetadata } from './metadata-facts.ts';
import { publishMetadata } from './slice.ts';
import { stillNamed } from './still-named.ts';

export interface AbsenceOutcome {
  readonly absent: number;
  readonly refused: Refusal | null;
}

/** Call only after a complete listing and a pass without an error: from a partial one nothing may be concluded. */
export async function settleAbsences(
  waiting: WaitingMetadata,
  bench: Bench,
  signal: AbortSignal,
): Promise<AbsenceOutcome> {
  const { room, now } = bench;
  clearReturned(bench);
  const absences = markAbsences(bench);
  const due = duePlan(bench);
  const answer = askGuardFor(due, bench);
  if (answer.mayGo.length === 0) return { absent: absences, refused: answer.refused };
  // The metadata that un-names a version goes in before the version goes out, so that nothing ever names what is not there.
  waiting.letGo(answer.mayGo);
  await publishMetadata(waiting, false, bench, signal);
  const stays = stillNamed(answer.mayGo, bench);
  const mayGo = answer.mayGo.filter((path) => !stays.has(path));
  if (stays.size > 0)
    room.logger.warn({ files: stays.size }, 'not removed: the metadata that un-names them is held back');
  await removeFromTree(mayGo, room.publishing, bench.generation, now, signal);
  noteRemoval({ ...answer, mayGo }, bench);
  return { absent: absences - mayGo.length, refused: answer.refused };
}

function clearReturned(bench: Bench): void {
  const returned = bench.comparison.returned();
  writing(bench.room.database, () => {
    for (const path of returned) bench.room.publishing.journal.inventory.markAbsent(path, null);
  });
  const units = returned.map((path) => locate(path).unit);
  const signatures = returned.filter((path) => kindOf(path) === 'signature');
  for (const each of new Set([...units, ...signatures])) bench.room.findings.resolve(each, bench.now, 'gate');
}

function markAbsences(bench: Bench): number {
  const { comparison, room, now } = bench;
  const isAnew = isSeenAnew(bench);
  let count = 0;
  let fresh: string[] = [];
  const units = new Set<string>();
  const mark = () => {
    writing(room.database, () => {
      for (const path of fresh) room.publishing.journal.inventory.markAbsent(path, now);
    });
    fresh = [];
  };
  for (const absence of comparison.absences()) {
    if (!bench.options.wants(absence.path)) continue;
    count += 1;
    if (absence.absentSince === null || isAnew) fresh.push(absence.path);
    if (fresh.length >= 500) mark();
    const place = locate(absence.path);
    if (place.kind === 'signature' && comparison.listed(place.root) !== null) tellStripped(absence.path, bench);
    else if (!place.mutable && place.kind !== 'checksum') units.add(place.unit);
  }
  mark();
  for (const unit of units) accuse(unit, 'notice', bench);
  return count;
}

const BLIND_MS = 2 * DAY;

/** Passes have failed for days: whether what is absent was absent all the time nobody knows, and it counts from now. */
function isSeenAnew({ room, now }: Pick<Bench, 'room' | 'now'>): boolean {
  return now - (room.history.blindSince() ?? now) > BLIND_MS;
}

/** Its file is still there. The signature stays served, as all that is absent does: who cut it off cannot take the proof away. */
function tellStripped(path: string, { room, now, generation }: Bench): void {
  if (room.signing === null) return;
  const why = 'the origin shows the file and its signature no more; both stay served here';
  const nothing = { expected: null, observed: null };
  room.findings.stand(
    {
      ...{ foundBy: 'gate', verdict: 'signature-stripped', severity: 'notice', path, why, blame: 'origin', generation },
      ...nothing,
    },
    now,
  );
}

/** An absent release is news at once, and a trouble when its hold is over and somebody has to decide. */
function accuse(unit: string, severity: 'notice' | 'warning', bench: Bench): void {
  bench.room.findings.stand(
    {
      foundBy: 'gate',
      verdict: severity === 'notice' ? 'absent-held' : 'absent-release',
      severity: severity === 'notice' ? 'notice' : severityOf('absent-release'),
      path: unit,
      why:
        severity === 'notice'
          ? 'the origin no longer lists it; it stays served'
          : 'the origin has not listed it for longer than removal.hold_days; it stays served until you accept the plan',
      expected: null,
      observed: null,
      blame: 'origin',
      generation: bench.generation,
    },
    bench.now,
  );
}

function isReleased(path: string): boolean {
  const place = locate(path);
  return place.unitKind === 'version' && !place.snapshot;
}

interface Due {
  readonly releases: string[];
  readonly others: string[];
}

/** Absent for longer than its hold. */
export function dueForRemoval(bench: Pick<Bench, 'comparison' | 'options' | 'now' | 'room'>): Due {
  const { comparison, options, now } = bench;
  const due: Due = { releases: [], others: [] };
  const isAnew = isSeenAnew(bench);
  for (const absence of comparison.absences()) {
    if (!options.wants(absence.path)) continue;
    const { snapshot } = locate(absence.path);
    const holdMs = snapshot ? options.removal.snapshotHoldMs : options.removal.holdMs;
    const since = isAnew ? now : (absence.absentSince ?? now);
    if (since + holdMs > now) continue;
    (isReleased(absence.path) ? due.releases : due.others).push(absence.path);
  }
  return due;
}

/** The same, and what a filter has excluded since it was published: that goes only when an operator accepts exactly this plan. */
export function dueWithFiltered(bench: Pick<Bench, 'comparison' | 'options' | 'now' | 'room'>): Due {
  const due = dueForRemoval(bench);
  const { inventory } = bench.room;
  for (
    let paths = inventory.pathsAfter('', PAGE);
    paths.length > 0;
    paths = inventory.pathsAfter(paths.at(-1) ?? '', PAGE)
  ) {
    for (const path of paths) {
      if (!bench.options.wants(path)) (isReleased(path) ? due.releases : due.others).push(path);
    }
  }
  return due;
}

const PAGE = 5000;

/** What this pass may ask the guard for: the wider plan only when it is the one that was accepted. */
function duePlan(bench: Bench): Due {
  const { acceptPlan } = bench.options;
  const due = dueForRemoval(bench);
  if (acceptPlan === null || removalDigest([...due.releases, ...due.others]) === acceptPlan) return due;
  const wider = dueWithFiltered(bench);
  return removalDigest([...wider.releases, ...wider.others]) === acceptPlan ? wider : due;
}

function askGuardFor(due: Due, bench: Bench): GuardAnswer {
  const { room, now, options } = bench;
  const answer = askGuard({
    ...due,
    treeFiles: room.inventory.current().files,
    removedReleases: room.history.removedSince(now - DAY, false),
    removedOthers: room.history.removedSince(now - DAY, true),
    maxFiles: options.removal.maxFiles,
    maxRatio: options.removal.maxRatio,
    acceptedPlan: options.acceptPlan,
  });
  if (answer.refused !== null) {
    for (const unit of new Set(due.releases.map((path) => locate(path).unit))) accuse(unit, 'warning', bench);
    room.logger.error(
      { guard: answer.refused.guard, files: answer.refused.files, ratio: answer.refused.ratio },
      'removal refused by the guard',
    );
  }
  return answer;
}

function noteRemoval(answer: GuardAnswer, bench: Bench): void {
  const { room, now, options, tally } = bench;
  const releases = answer.mayGo.filter(isReleased);
  room.history.noteRemoval(releases.length, false, now);
  room.history.noteRemoval(answer.mayGo.length - releases.length, true, now);
  tally.removed += answer.mayGo.length;
  for (const path of answer.mayGo) room.findings.resolve(locate(path).unit, now);
  if (answer.isByOperator) {
    room.audit.write({
      at: now,
      actor: options.actor,
      action: 'sync accept-plan',
      subject: options.acceptPlan ?? '',
      detail: `${answer.mayGo.length} files removed`,
    });
  }
}
