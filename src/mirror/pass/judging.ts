// Facts gathered for the gate, and what becomes of its verdicts: accepted files go to publication, refused bytes to quarantine, the rest waits.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Blame, severityOf } from '../../finding/finding.ts';
import { DAY, HOUR } from '../../host/clock.ts';
import { locate } from '../../maven/layout.ts';
import { writing } from '../../state/open.ts';
import type { InventoryRow, ListedFile } from '../inventory/row.ts';
import type { Comparison } from '../inventory/store.ts';
import type { Accepted } from '../publish/order.ts';
import { keepFormerFile } from '../publish/publish.ts';
import { type StagedFile, type UnitFacts, type Verdict, WHEN_CHANGED } from '../verify/gate.ts';
import type { FileEvidence, SignatureNews } from '../verify/signature.ts';
import type { PlannedUnit } from './plan.ts';
import type { PassOptions, PassRoom } from './room.ts';
import { noteSignatures, signaturesOf } from './signing.ts';

/** After this a refused file is fetched once more though the origin's row is the same: origins mend files in place. */
const REFUSED_RETRY_MS = DAY;
/** A torn set is looked at again as soon as it may have been torn for good. */
const TORN_RETRY_MS = 6 * HOUR;

export interface Bench {
  readonly comparison: Comparison;
  readonly options: PassOptions;
  readonly room: PassRoom;
  readonly passId: number;
  readonly now: number;
  readonly generation: number;
  readonly isFirstPass: boolean;
  /** Nothing is or ever was published: questions about the past need not be asked, a hundred thousand times over. */
  readonly isBlank: boolean;
  readonly originHasSums: boolean;
  /** Paths that were held back before this pass. */
  readonly heldBefore: ReadonlySet<string>;
  readonly tally: Tally;
  /** Asked for every file; answered without a look-up when nothing was ever taken down. */
  readonly isTakenDown: (path: string) => boolean;
  /** What is proven, in this pass, of files that were published before it. */
  readonly provenSignatures: Map<string, readonly FileEvidence[]>;
  /** To be written down with the next batch. */
  readonly signatureNews: SignatureNews[];
}

export interface Tally {
  added: number;
  changed: number;
  removed: number;
  accepted: number;
  bytesFetched: number;
}

export function factsOf(unit: PlannedUnit, staged: ReadonlyMap<string, StagedFile>, bench: Bench): UnitFacts {
  const { inventory, quarantine, held } = bench.room;
  const mine = new Map<string, StagedFile>();
  for (const item of unit.items) {
    const file = staged.get(item.path);
    if (file !== undefined) mine.set(item.path, file);
  }
  return {
    unit: unit.unit,
    unitKind: unit.unitKind,
    listed: listedOf(unit, bench),
    staged: mine,
    remembered: new Map(unit.remembered.map((each) => [each.path, each])),
    kept: bench.isBlank ? new Map() : keptOf(unit, bench),
    everPublished: (path) => (bench.isBlank ? NEVER : inventory.everPublished(path)),
    isPermitted: (path, sha256) => !bench.isBlank && quarantine.isPermitted(path, sha256),
    signaturesOf: signaturesOf(mine, bench),
    originHasSums: bench.originHasSums && !bench.room.source.promises.atomic,
    confirmation: () => null,
    heldSince: (path, sha256) => {
      if (!bench.heldBefore.has(path)) return null;
      const before = held.find(path);
      return before !== null && before.sha256 === sha256 ? before.since : null;
    },
  };
}

const NEVER: ReadonlySet<string> = new Set();

function listedOf(unit: PlannedUnit, bench: Bench): ReadonlyMap<string, ListedFile> {
  const isAlone = unit.unitKind === 'version' && (bench.isBlank ? unit.isWhole : false);
  const files = isAlone || unit.unitKind !== 'version' ? unit.items : bench.comparison.below(unit.unit);
  const listed = new Map<string, ListedFile>(files.map((file) => [file.path, file]));
  if (unit.unitKind !== 'version')
    for (const file of bench.comparison.companions(unit.unit)) listed.set(file.path, file);
  for (const path of listed.keys()) if (!bench.options.wants(path) || bench.isTakenDown(path)) listed.delete(path);
  return listed;
}

function keptOf(unit: PlannedUnit, bench: Bench): ReadonlyMap<string, InventoryRow> {
  const { inventory } = bench.room;
  const rows = unit.unitKind === 'version' ? inventory.below(unit.unit) : inventory.companions(unit.unit);
  return new Map([...rows].map((row) => [row.path, row]));
}

/** Carries out the verdicts on one unit. Returns what is to be published. */
export function settleVerdicts(
  unit: PlannedUnit,
  facts: UnitFacts,
  verdicts: readonly Verdict[],
  bench: Bench,
): Accepted[] {
  const accepted: Accepted[] = [];
  for (const verdict of verdicts) {
    const file = facts.staged.get(verdict.path);
    if (file === undefined) continue;
    if (verdict.kind !== 'accepted' && isPublishedSo(file, facts.kept.get(file.path))) continue;
    switch (verdict.kind) {
      case 'accepted':
        accepted.push(
          ...accept(file, verdict, facts.kept.get(file.path) ?? null, facts.listed.get(file.path)?.md5, bench),
        );
        break;
      case 'rejected':
        refuse(unit, file, verdict, bench);
        break;
      case 'deferred':
        hold(unit, file, verdict, verdict.retryAt, bench);
        if (verdict.contradicts !== undefined)
          standFinding(file, verdict.verdict, verdict.why, verdict.contradicts, bench);
        break;
    }
  }
  noteSignatures(facts, verdicts, bench);
  return accepted;
}

/** It came once more only to be looked at with its set: what befalls the set is no news of it. */
function isPublishedSo(file: StagedFile, kept: InventoryRow | undefined): boolean {
  return kept?.originMtime === file.mtime && kept.sha256.equals(file.sha256);
}

function accept(
  file: StagedFile,
  verdict: Extract<Verdict, { kind: 'accepted' }>,
  kept: InventoryRow | null,
  claimed: string | undefined,
  bench: Bench,
): Accepted[] {
  const { room, tally } = bench;
  const wasTorn = bench.heldBefore.has(file.path) && room.held.find(file.path)?.verdict === 'torn-group';
  const isAsKept = kept?.sha256.equals(file.sha256) === true;
  const isTouched = isAsKept && kept?.originMtime !== file.mtime;
  if (bench.heldBefore.has(file.path) || kept !== null) letGo(file.path, bench);
  // What the origin has mended must not be released over its mended self one day.
  if (bench.heldBefore.has(file.path)) room.quarantine.forget(file.path);
  tally.accepted += 1;
  noteForeignTag(file, claimed, bench);
  for (const note of verdict.notes)
    if (note !== 'no-upstream-sum') room.logger.debug({ path: file.path, note }, 'accepted with a note');
  if (verdict.notes.includes('sum-mismatch-upstream') && (wasTorn || bench.options.policy.upstreamSums === 'record'))
    standFinding(file, 'sum-mismatch-upstream', 'published as the origin has it', null, bench);
  if (isTouched) {
    // The same bytes under a new time: nothing is renamed, the row learns the time and what the sums say now.
    writing(room.database, () => {
      room.publishing.journal.inventory.touch(file.path, file.mtime);
      room.publishing.journal.inventory.learnDigests(file.path, file.md5, file.sha512);
      room.publishing.journal.inventory.setUpstreamSum(file.path, verdict.upstreamSum);
    });
    rmSync(join(bench.options.folders.settling, file.path), { force: true });
    return [];
  }
  // The same bytes under the same time were fetched because those here seemed to differ: they are put in place again, good or bad.
  if (kept === null) tally.added += 1;
  else if (!isAsKept) tally.changed += 1;
  if (kept?.kind === 'signature' && !isAsKept) keepFormer(kept, bench);
  // Whatever a scrub said of the bytes that lay here, others lie here now.
  if (kept !== null) room.findings.resolve(file.path, bench.now, 'scrub');
  return [{ file, upstreamSum: verdict.upstreamSum, origin: 'staging' }];
}

/** A released signature that another one replaces: whoever asks later why can look at both. */
function keepFormer(kept: InventoryRow, { options, room }: Bench): void {
  if (locate(kept.path).mutable) return;
  keepFormerFile(
    join(options.folders.published, kept.path),
    options.folders.former,
    kept.path,
    kept.sha256.toString('hex'),
  );
  room.logger.info(
    { path: kept.path, sha256: kept.sha256.toString('hex') },
    'a signature is replaced; the former one is kept',
  );
}

/**
 * What a listing calls an MD5 and is none (of a store that encrypts, or of parts) still changes when the bytes do. It is remembered, or the file
 * would look changed in every listing.
 */
function noteForeignTag(file: StagedFile, claimed: string | undefined, bench: Bench): void {
  if (claimed === undefined || file.md5 === null || file.md5.toString('hex') === claimed) return;
  bench.room.logger.debug({ path: file.path, claimed }, 'the listing gives a tag that is not the MD5 of the bytes');
  writing(bench.room.database, () => bench.room.publishing.journal.inventory.noteForeignTag(file.path, claimed));
}

function refuse(
  unit: PlannedUnit,
  file: StagedFile,
  verdict: Extract<Verdict, { kind: 'rejected' }>,
  bench: Bench,
): void {
  const { room, now } = bench;
  room.quarantine.put(
    bench.options.folders.settling,
    file,
    verdict.verdict,
    verdict.why,
    verdict.expected,
    room.source.url,
    now,
  );
  hold(unit, file, verdict, now + (verdict.verdict === 'torn-group' ? TORN_RETRY_MS : REFUSED_RETRY_MS), bench);
  standFinding(file, verdict.verdict, verdict.why, verdict.expected, bench);
  room.logger.warn(
    {
      path: file.path,
      verdict: verdict.verdict,
      why: verdict.why,
      sha256: file.sha256.toString('hex'),
      expected: verdict.expected,
    },
    'file refused',
  );
}

function hold(
  unit: PlannedUnit,
  file: StagedFile,
  verdict: Exclude<Verdict, { kind: 'accepted' }>,
  retryAt: number,
  bench: Bench,
): void {
  const listed = bench.comparison.listed(file.path);
  bench.room.held.hold(
    {
      path: file.path,
      unit: unit.unit,
      kind: verdict.kind,
      verdict: verdict.verdict,
      why: verdict.why,
      size: listed?.size ?? file.size,
      mtime: listed?.mtime ?? file.mtime,
      sha256: file.sha256.toString('hex'),
      retryAt: Math.min(retryAt, WHEN_CHANGED),
    },
    bench.passId,
    bench.now,
  );
  bench.room.onEvent({ kind: 'held', path: file.path, as: verdict.kind, verdict: verdict.verdict, why: verdict.why });
}

/** What was said against a path no longer holds. */
export function letGo(path: string, bench: Bench): void {
  bench.room.held.release(path);
  bench.room.findings.resolve(path, bench.now, 'gate');
}

const BLAME: Readonly<Record<string, Blame>> = {
  'checksum-mismatch': 'origin',
  'immutable-changed': 'origin',
  'impostor-page': 'origin',
  'torn-group': 'origin',
  unconfirmed: 'network',
};

function standFinding(file: StagedFile, verdict: string, why: string, expected: string | null, bench: Bench): void {
  const sha256 = expected !== null && expected.length === 64 ? expected : null;
  bench.room.findings.stand(
    {
      foundBy: 'gate',
      verdict,
      severity: verdict === 'sum-mismatch-upstream' ? 'warning' : severityOf(verdict),
      path: file.path,
      why,
      expected: sha256 === null ? null : { size: null, sha256 },
      observed: { size: file.size, sha256: file.sha256.toString('hex') },
      blame: BLAME[verdict] ?? 'unknown',
      generation: bench.generation,
    },
    bench.now,
  );
}
