import { MINUTE } from '../../host/clock.ts';
import { baseOf } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import { judgeConfirmation } from './confirmation.ts';
import { judgeFile } from './file.ts';
import { unlikePromised } from './promised.ts';
import type { StagedFile } from './staged-file.ts';
import { agrees } from './sums.ts';
import { type GatePolicy, type UnitFacts, type Verdict, WHEN_CHANGED } from './verdict.ts';

const FILE_MAY_FOLLOW_MS = 30 * MINUTE;

/**
 * Files first, then the sums beside them, then the rule of the unit: a version is published or withheld whole, because with a POM answered
 * 404 and its jar 200 build tools succeed with the dependencies silently gone.
 */
export function judgeVersion(facts: UnitFacts, policy: GatePolicy, now: number): Verdict[] {
  const verdicts = new Map<string, Verdict>();
  for (const file of facts.staged.values()) {
    if (locate(file.path).kind === 'checksum') continue;
    verdicts.set(file.path, judgeConfirmation(judgeFile(file, facts, policy, now), facts));
  }
  withholdSignatures(verdicts, facts);
  // The shorter name first: `x.jar.asc.md5` hangs on `x.jar.asc`, and a few repositories have sums of sums.
  const sidecars = [...facts.staged.values()].filter((file) => locate(file.path).kind === 'checksum');
  for (const file of sidecars.sort((a, b) => a.path.length - b.path.length)) {
    verdicts.set(file.path, judgeSidecar(file, verdicts, facts, now));
  }
  if (facts.unitKind === 'version') withholdIncomplete(verdicts, facts);
  return [...verdicts.values()];
}

/** Sidecars are not immutable: a changed one that matches the kept bytes replaces the old, one that does not is refused (DESIGN 3). */
function judgeSidecar(
  sidecar: StagedFile,
  verdicts: ReadonlyMap<string, Verdict>,
  facts: UnitFacts,
  now: number,
): Verdict {
  const { path } = sidecar;
  if (sidecar.sum?.kind === 'page') {
    return {
      kind: 'rejected',
      path,
      verdict: 'impostor-page',
      why: 'a web page lies where a checksum should be',
      expected: null,
    };
  }
  const unlike = unlikePromised(sidecar, facts, now);
  if (unlike !== null) return unlike;
  const base = baseOf(path);
  const verdict = verdicts.get(base);
  if (verdict?.kind === 'accepted') {
    const file = facts.staged.get(base);
    const isRight = file === undefined ? null : agrees(sidecar, file);
    return {
      kind: 'accepted',
      path,
      upstreamSum: 'unchecked',
      notes: isRight === true ? [] : ['sum-mismatch-upstream'],
    };
  }
  if (verdict !== undefined && !isPublishedSo(base, facts)) {
    const why = `goes with ${base}, which was ${verdict.kind} (${verdict.verdict})`;
    return { kind: 'deferred', path, verdict: 'incomplete-version', why, retryAt: retryOf(verdict.kind) };
  }
  return judgeAgainstKept(sidecar, base, facts, now);
}

/** It came once more, as it is published, to be looked at with its sums: what is wrong then is the sum. */
function isPublishedSo(base: string, { staged, kept }: UnitFacts): boolean {
  const file = staged.get(base);
  return file !== undefined && kept.get(base)?.sha256.equals(file.sha256) === true;
}

function judgeAgainstKept(sidecar: StagedFile, base: string, facts: UnitFacts, now: number): Verdict {
  const { path } = sidecar;
  const kept = facts.kept.get(base);
  if (kept !== undefined) {
    if (agrees(sidecar, kept) === true) return { kind: 'accepted', path, upstreamSum: 'unchecked', notes: [] };
    return {
      kind: 'rejected',
      path,
      verdict: 'checksum-mismatch',
      why: `the changed sum does not match the published bytes of ${base}`,
      expected: sidecar.sum?.kind === 'digest' ? sidecar.sum.hex : null,
    };
  }
  const refused = facts.remembered.get(base);
  if (refused !== undefined || facts.listed.has(base)) {
    const why = `goes with ${base}, which ${refused === undefined ? 'is not here yet' : `was ${refused.kind} (${refused.verdict})`}`;
    return {
      kind: 'deferred',
      path,
      verdict: 'incomplete-version',
      why,
      retryAt: retryOf(refused?.kind ?? 'deferred'),
    };
  }
  // Some deployers upload the sum before the file. Were the sum published now, the file would come to a gate that holds no sum against it.
  const mayBeEarlyUntil = sidecar.mtime + FILE_MAY_FOLLOW_MS;
  if (now < mayBeEarlyUntil) {
    const why = `a sum younger than 30 minutes, and ${base} is not there yet`;
    return { kind: 'deferred', path, verdict: 'incomplete-version', why, retryAt: mayBeEarlyUntil };
  }
  return { kind: 'accepted', path, upstreamSum: 'unchecked', notes: [] };
}

/** A signature is nothing without its file, and one that came with refused bytes is of those. */
function withholdSignatures(verdicts: Map<string, Verdict>, facts: UnitFacts): void {
  for (const [path, verdict] of verdicts) {
    if (verdict.kind !== 'accepted' || locate(path).kind !== 'signature') continue;
    const base = baseOf(path);
    const signed = verdicts.get(base) ?? facts.remembered.get(base);
    if (signed === undefined || signed.kind === 'accepted') continue;
    const why = `goes with ${base}, which was ${signed.kind} (${signed.verdict})`;
    const retryAt = retryOf(signed.kind);
    verdicts.set(path, { kind: 'deferred', path, verdict: 'incomplete-version', why, retryAt });
  }
}

function withholdIncomplete(verdicts: Map<string, Verdict>, facts: UnitFacts): void {
  const blocked = new Map<string, { why: string; retryAt: number }>();
  for (const path of facts.listed.keys()) {
    const place = locate(path);
    if (!(place.isMain || place.kind === 'pom')) continue;
    const verdict = verdicts.get(path) ?? facts.remembered.get(path);
    if (verdict?.kind === 'accepted') continue;
    // A released file that is published stays as it is, and holds back nothing that is new beside it. A SNAPSHOT may be replaced: whole.
    if (facts.kept.has(path) && (verdict === undefined || !place.snapshot)) continue;
    const why =
      verdict === undefined ? `${path} could not be fetched` : `${path} was ${verdict.kind} (${verdict.verdict})`;
    blocked.set(buildOf(path), { why, retryAt: retryOf(verdict?.kind ?? 'deferred') });
  }
  if (blocked.size === 0) return;
  for (const [path, verdict] of verdicts) {
    const block = blocked.get(buildOf(path));
    if (verdict.kind !== 'accepted' || block === undefined) continue;
    if (facts.kept.has(path) && !locate(path).snapshot) continue;
    const why = `its version is withheld: ${block.why}`;
    verdicts.set(path, { kind: 'deferred', path, verdict: 'incomplete-version', why, retryAt: block.retryAt });
  }
}

/** What waits for refused bytes waits for a change at the origin; what waits for something under way is looked at in the next pass. */
function retryOf(blockedBy: 'rejected' | 'deferred'): number {
  return blockedBy === 'rejected' ? WHEN_CHANGED : 0;
}

const BUILD = /-(\d{8}\.\d{6}-\d+)[-.]/;

/** A SNAPSHOT folder holds many builds and each stands alone; a release folder holds one. */
function buildOf(path: string): string {
  return BUILD.exec(path.slice(path.lastIndexOf('/')))?.[1] ?? '';
}
