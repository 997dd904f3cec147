import { baseOf } from '../../maven/kind.ts';
import { locate } from '../../maven/layout.ts';
import { judgeFile } from './file.ts';
import { agrees } from './sums.ts';
import { type GatePolicy, type UnitFacts, type Verdict, WHEN_CHANGED } from './verdict.ts';

/**
 * Files first, then the sums beside them, then the rule of the unit: a version is published or withheld whole, because with a POM answered
 * 404 and its jar 200 build tools succeed with the dependencies silently gone.
 */
export function judgeVersion(facts: UnitFacts, policy: GatePolicy, now: number): Verdict[] {
  const verdicts = new Map<string, Verdict>();
  for (const file of facts.staged.values()) {
    if (locate(file.path).kind !== 'checksum') verdicts.set(file.path, judgeFile(file, facts, policy, now));
  }
  for (const file of facts.staged.values()) {
    if (locate(file.path).kind === 'checksum') verdicts.set(file.path, judgeSidecar(file.path, verdicts, facts));
  }
  if (facts.unitKind === 'version') withholdIncomplete(verdicts, facts);
  return [...verdicts.values()];
}

/** Sidecars are not immutable: a changed one that matches the kept bytes replaces the old, one that does not is refused (DESIGN 3). */
function judgeSidecar(path: string, verdicts: ReadonlyMap<string, Verdict>, facts: UnitFacts): Verdict {
  const sidecar = facts.staged.get(path);
  if (sidecar === undefined) throw new Error(`${path} is not staged`);
  if (sidecar.sum?.kind === 'page') {
    return {
      kind: 'rejected',
      path,
      verdict: 'impostor-page',
      why: 'a web page lies where a checksum should be',
      expected: null,
    };
  }
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
  if (verdict !== undefined) {
    const why = `goes with ${base}, which was ${verdict.kind} (${verdict.verdict})`;
    return { kind: 'deferred', path, verdict: 'incomplete-version', why, retryAt: retryOf(verdict.kind) };
  }
  return judgeAgainstKept(path, base, facts);
}

function judgeAgainstKept(path: string, base: string, facts: UnitFacts): Verdict {
  const sidecar = facts.staged.get(path);
  const kept = facts.kept.get(base);
  if (sidecar !== undefined && kept !== undefined) {
    if (agrees(sidecar, kept) === true) return { kind: 'accepted', path, upstreamSum: 'unchecked', notes: [] };
    return {
      kind: 'rejected',
      path,
      verdict: 'checksum-mismatch',
      why: `the changed sum does not match the published bytes of ${base}`,
      expected: sidecar.sum?.kind === 'digest' ? sidecar.sum.hex : null,
    };
  }
  if (facts.listed.has(base)) {
    return {
      kind: 'deferred',
      path,
      verdict: 'incomplete-version',
      why: `goes with ${base}, which is not here yet`,
      retryAt: 0,
    };
  }
  return { kind: 'accepted', path, upstreamSum: 'unchecked', notes: [] };
}

function withholdIncomplete(verdicts: Map<string, Verdict>, facts: UnitFacts): void {
  const blocked = new Map<string, { why: string; retryAt: number }>();
  for (const path of facts.listed.keys()) {
    const place = locate(path);
    if (!(place.isMain || place.kind === 'pom') || facts.kept.has(path)) continue;
    const verdict = verdicts.get(path) ?? facts.remembered.get(path);
    if (verdict?.kind === 'accepted') continue;
    const why =
      verdict === undefined ? `${path} could not be fetched` : `${path} was ${verdict.kind} (${verdict.verdict})`;
    blocked.set(buildOf(path), { why, retryAt: retryOf(verdict?.kind ?? 'deferred') });
  }
  if (blocked.size === 0) return;
  for (const [path, verdict] of verdicts) {
    const block = blocked.get(buildOf(path));
    if (verdict.kind !== 'accepted' || block === undefined || facts.kept.has(path)) continue;
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
