// One slice of the plan on its way from the source to the published tree: versions and loose files first, metadata when they are there.

import { baseOf } from '../../maven/kind.ts';
import { writing } from '../../state/open.ts';
import type { Difference } from '../inventory/store.ts';
import type { Accepted } from '../publish/order.ts';
import { publish } from '../publish/publish.ts';
import type { FetchRequest, SourceTrouble } from '../source/contract.ts';
import { judgeMetadataSet, judgeUnit, type StagedFile, type UnitFacts, type Verdict } from '../verify/gate.ts';
import { confirmReleases } from './confirming.ts';
import { coverOf } from './cover.ts';
import { type Fetched, fetchAndDigest } from './fetch.ts';
import { handOver } from './hand-over.ts';
import { assertHeadroom } from './headroom.ts';
import { type Bench, factsOf, settleVerdicts } from './judging.ts';
import { metadataFacts, type WaitingMetadata } from './metadata-facts.ts';
import type { PlannedUnit, Slice } from './plan.ts';
import { learnSignatures, recordSignatures } from './signing.ts';

export interface SliceOutcome {
  readonly trouble: SourceTrouble | null;
  readonly unreadable: readonly string[];
  /** What does not match its sums and is worth fetching once more without any basis. Empty after the second try. */
  readonly again: readonly PlannedUnit[];
}

export interface SliceRun {
  readonly basis: FetchRequest['basis'];
  /** The second try: what is refused now stays refused. */
  readonly isSecondTry: boolean;
}

/**
 * Carries slices through, one being fetched while the one before it is judged and published: on two cores that is a third of a first pass. Ends
 * at the first trouble of the source; what came before it is published all the same. Metadata that waits for later slices stays in `waiting`.
 */
export async function runSlices(
  slices: Iterable<Slice>,
  run: SliceRun,
  waiting: WaitingMetadata,
  bench: Bench,
  signal: AbortSignal,
): Promise<SliceOutcome> {
  const unreadable: string[] = [];
  const again: PlannedUnit[] = [];
  let settling: Promise<void> = Promise.resolve();
  for (const slice of slices) {
    // Without sizes nobody could say in advance whether the disk is large enough.
    if (!bench.room.source.promises.sizes) assertHeadroom(slice.files, 0, bench.options);
    const [fetched, settled] = await Promise.allSettled([fetchSlice(slice, run.basis, bench, signal), settling]);
    if (settled.status === 'rejected') throw settled.reason;
    if (fetched.status === 'rejected') throw fetched.reason;
    handOver(bench.options.folders.staging, bench.options.folders.settling);
    settling = settleSlice(slice, fetched.value, run, waiting, again, bench, signal);
    const { outcome } = fetched.value;
    if (outcome.kind === 'trouble') {
      await settling;
      return { trouble: outcome, unreadable, again };
    }
    unreadable.push(...outcome.unreadable);
  }
  await settling;
  return { trouble: null, unreadable, again };
}

async function fetchSlice(
  slice: Slice,
  basis: FetchRequest['basis'],
  bench: Bench,
  signal: AbortSignal,
): Promise<Fetched> {
  const items = slice.units.flatMap((unit) => unit.items);
  const request = { ...coverFor(items, basis, bench), basis };
  const fetched = await fetchAndDigest(items, request, bench.options, bench.room, signal);
  signal.throwIfAborted();
  bench.room.logger.debug(
    { files: items.length, staged: fetched.staged.size, folders: request.folders.length, names: request.files.length },
    'slice fetched',
  );
  bench.tally.bytesFetched += fetched.outcome.kind === 'fetched' ? fetched.outcome.bytes : 0;
  return fetched;
}

async function settleSlice(
  slice: Slice,
  fetched: Fetched,
  run: SliceRun,
  waiting: WaitingMetadata,
  again: PlannedUnit[],
  bench: Bench,
  signal: AbortSignal,
): Promise<void> {
  const ready = slice.units.filter((unit) => isReady(unit, fetched));
  await learnMissingDigests(ready, bench);
  await learnSignatures(ready, fetched.staged, bench);
  const confirmations = await confirmReleases(ready, fetched.staged, bench, signal);
  const judge = (facts: UnitFacts) =>
    judgeUnit({ ...facts, confirmation: (path) => confirmations.get(path) ?? null }, bench.options.policy, bench.now);
  const candidates = ready.map((unit) => ({ unit, staged: fetched.staged }));
  const versions = candidates.filter(({ unit }) => unit.unitKind !== 'metadata');
  const first = judgeOnce(versions, judge, bench, run.isSecondTry ? settleAll : retryFirst);
  for (const unit of first.whole) waiting.noteSettled(unit);
  for (const { unit, staged } of candidates) if (unit.unitKind === 'metadata') waiting.add(unit, staged);
  // One batch: the publication renames versions, syncs, and only then the metadata that names them.
  const metadata = judgeWaiting(waiting, run.isSecondTry ? waitFirst : waitOrRetry, bench);
  again.push(...first.again, ...metadata.again);
  await publishAccepted([...first.accepted, ...metadata.accepted], bench, signal);
}

/** Publishes the metadata that can be; with `isLast` what cannot be published now is held back until the next pass. */
export async function publishMetadata(
  waiting: WaitingMetadata,
  isLast: boolean,
  bench: Bench,
  signal: AbortSignal,
): Promise<void> {
  await publishAccepted(judgeWaiting(waiting, isLast ? settleAll : waitFirst, bench).accepted, bench, signal);
}

function judgeWaiting(waiting: WaitingMetadata, sort: Sort, bench: Bench): Judged {
  const judge = (facts: UnitFacts) =>
    judgeMetadataSet(metadataFacts(facts, waiting, bench), bench.options.policy, bench.now);
  const judged = judgeOnce(waiting.take(), judge, bench, sort);
  for (const { unit, staged } of judged.waiting) waiting.add(unit, staged);
  return judged;
}

/** What becomes of a unit with these verdicts now. */
type Sort = (verdicts: readonly Verdict[], facts: UnitFacts) => 'settle' | 'wait' | 'again';

const settleAll: Sort = () => 'settle';
const retryFirst: Sort = (verdicts, facts) => (isWorthAnotherTry(verdicts, facts) ? 'again' : 'settle');
const waitFirst: Sort = (verdicts) => (verdicts.some((verdict) => verdict.kind === 'deferred') ? 'wait' : 'settle');
const waitOrRetry: Sort = (verdicts, facts) =>
  isWorthAnotherTry(verdicts, facts) ? 'again' : waitFirst(verdicts, facts);

function coverFor(
  items: readonly Difference[],
  basis: FetchRequest['basis'],
  bench: Bench,
): Pick<FetchRequest, 'folders' | 'files'> {
  const paths = items.map((item) => item.linkTo ?? item.path);
  if (basis === 'fresh' || !bench.room.source.promises.folders) return { folders: [], files: [...new Set(paths)] };
  return coverOf(paths, bench.comparison.countBelow);
}

/** After an interrupted fetch only units that are whole are judged; after a complete one what is missing is missing at the origin. */
function isReady(unit: PlannedUnit, fetched: Fetched): boolean {
  const here = unit.items.filter((item) => fetched.staged.has(item.path)).length;
  return fetched.outcome.kind === 'fetched' ? here > 0 : here === unit.items.length;
}

/** A new sum may be of a kind that was never made for the published file: it is made now, from the published bytes. */
async function learnMissingDigests(units: readonly PlannedUnit[], bench: Bench): Promise<void> {
  if (bench.isBlank) return;
  const wanted = new Map<string, { path: string; md5: boolean; sha512: boolean }>();
  for (const unit of units) {
    const names = new Set(unit.items.map((item) => item.path));
    for (const path of names) {
      const algorithm = path.endsWith('.md5') ? 'md5' : path.endsWith('.sha512') ? 'sha512' : null;
      const base = baseOf(path);
      if (algorithm === null || names.has(base)) continue;
      const row = bench.room.inventory.row(base);
      if (row === null || row[algorithm] !== null) continue;
      const before = wanted.get(base) ?? { path: base, md5: false, sha512: false };
      wanted.set(base, { ...before, [algorithm]: true });
    }
  }
  if (wanted.size === 0) return;
  const answer = await bench.room.digesters.digest(bench.options.folders.published, [...wanted.values()]);
  writing(bench.room.database, () => {
    for (const file of answer.files)
      bench.room.publishing.journal.inventory.learnDigests(file.path, file.md5, file.sha512);
  });
}

type Judge = (facts: UnitFacts) => Verdict[];

interface Candidate {
  readonly unit: PlannedUnit;
  readonly staged: ReadonlyMap<string, StagedFile>;
}

interface Judged {
  readonly accepted: readonly Accepted[];
  readonly again: readonly PlannedUnit[];
  readonly waiting: readonly Candidate[];
  /** Versions of which everything that the origin shows was accepted. */
  readonly whole: readonly string[];
}

function judgeOnce(candidates: readonly Candidate[], judge: Judge, bench: Bench, sort: Sort): Judged {
  const accepted: Accepted[] = [];
  const again: PlannedUnit[] = [];
  const waiting: Candidate[] = [];
  const whole: string[] = [];
  for (const { unit, staged } of candidates) {
    const facts = factsOf(unit, staged, bench);
    const verdicts = judge(facts);
    const next = sort(verdicts, facts);
    if (next === 'wait') waiting.push({ unit, staged });
    else if (next === 'again') again.push(unit);
    else for (const each of settleVerdicts(unit, facts, verdicts, bench)) accepted.push(each);
    const isAll = unit.isWhole && verdicts.length === unit.items.length;
    if (isAll && unit.unitKind === 'version' && verdicts.every((each) => each.kind === 'accepted'))
      whole.push(unit.unit);
  }
  return { accepted, again, waiting, whole };
}

/** What does not match its sums is fetched once more without any basis: a torn copy is ours, or the origin was in the middle of a change. */
function isWorthAnotherTry(verdicts: readonly Verdict[], facts: UnitFacts): boolean {
  return verdicts.some((verdict) =>
    verdict.kind === 'rejected'
      ? ['checksum-mismatch', 'torn-group', 'impostor-page'].includes(verdict.verdict)
      : verdict.kind === 'accepted' && verdict.upstreamSum === 'absent' && isUnlikeItsTag(verdict.path, facts),
  );
}

/** No sum vouches for the bytes, and the listing claims another MD5: that is no MD5, or something was lost on the way. A second look tells. */
function isUnlikeItsTag(path: string, facts: UnitFacts): boolean {
  const claimed = facts.listed.get(path)?.md5;
  const made = facts.staged.get(path)?.md5 ?? null;
  return claimed !== undefined && made !== null && made.toString('hex') !== claimed;
}

async function publishAccepted(accepted: readonly Accepted[], bench: Bench, signal: AbortSignal): Promise<void> {
  recordSignatures(bench);
  await publish(accepted, bench.room.publishing, bench.generation, bench.now, signal);
  if (accepted.length > 0) bench.room.onEvent({ kind: 'published', files: accepted.length });
}
