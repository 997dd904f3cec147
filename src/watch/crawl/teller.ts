// What is seen at a mirror becomes findings while the visit goes on, and what was mended stands no more.

import { type Evidence, type Finding, type Observed, severityOf } from '../../finding/finding.ts';
import { nextHealth } from './health.ts';
import { isIntegrity, type Judgement } from './judge.ts';
import type { Host, RoundEvent, RoundOptions, RoundRoom } from './room.ts';
import type { Sight } from './sight.ts';

export interface Teller {
  trouble(sight: Sight): void;
  good(sight: Sight): void;
  /** About the mirror as a whole. */
  whole(judgement: Judgement, evidence: Evidence | null): void;
  /** What is no trouble and worth a word: told, and not written down. */
  word(sight: Sight): void;
  settle(which: { readonly verdict?: string; readonly path?: string }): void;
  troubles(): { readonly count: number; readonly first: string; readonly hasIntegrity: boolean };
}

/** Findings of one verdict against one mirror beyond this many say nothing new. */
const MOST_FINDINGS = 1000;
const ALL = 100_000;

export function openTeller(
  host: Host,
  options: RoundOptions,
  room: RoundRoom,
  round: number,
  onEvent: (event: RoundEvent) => void,
): Teller {
  const { findings, store, clock } = room;
  const standing = new Set(findings.pathsOf(host.name, ALL));
  const { generation } = room.reference.current();
  let count = 0;
  let first = '';
  let hasIntegrity = false;
  const tell = (finding: Finding) => {
    const now = clock.now();
    count += 1;
    if (first === '') first = finding.path === null ? finding.why : `${finding.verdict}: ${finding.path}`;
    if (host.role === 'mirror' && isIntegrity(finding.verdict) && finding.blame !== 'origin') {
      hasIntegrity = true;
      const { health } = store.mirror(host.name, host.url, now);
      store.setHealth(host.name, nextHealth(health, { kind: 'integrity', reason: first }, now));
    }
    const { verdict, blame, why } = finding;
    store.note(round, { mirror: host.name, path: finding.path ?? '', verdict, blame, why }, now);
    if (findings.countOf(host.name, verdict) < MOST_FINDINGS) room.tell(finding, round, now);
    onEvent({ kind: 'finding', finding });
  };
  const settle: Teller['settle'] = (which) => void findings.resolveAt({ mirror: host.name, ...which }, clock.now());
  return {
    trouble(sight) {
      const { path } = sight.expected;
      // What was said of it before may have become another trouble: it stands once.
      if (standing.delete(path)) settleOthers(sight, host, room);
      tell(findingOf(sight, host, options, generation));
    },
    good(sight) {
      const { path, file } = sight.expected;
      if (!standing.has(path) || (sight.judgement.basis !== 'proof' && file !== null)) return;
      standing.delete(path);
      settle({ path });
    },
    whole: ({ verdict, blame, why }, evidence) =>
      tell({
        ...{ foundBy: 'crawl', verdict, severity: severityOf(verdict), mirror: host.name, path: null, why },
        ...{ expected: null, observed: null, evidence, blame, generation },
      }),
    word: (sight) => onEvent({ kind: 'finding', finding: findingOf(sight, host, options, generation) }),
    settle,
    troubles: () => ({ count, first, hasIntegrity }),
  };
}

function settleOthers({ expected, judgement }: Sight, host: Host, { findings, clock }: RoundRoom): void {
  const others = findings
    .standing()
    .filter((each) => each.mirror === host.name && each.path === expected.path && each.verdict !== judgement.verdict);
  for (const { verdict } of others)
    findings.resolveAt({ mirror: host.name, path: expected.path, verdict }, clock.now());
}

function findingOf(sight: Sight, host: Host, { vantage }: RoundOptions, generation: number): Finding {
  const { expected, judgement, probe } = sight;
  const { verdict, blame, why } = judgement;
  const { file, path } = expected;
  return {
    ...{ foundBy: 'crawl', verdict, severity: severityOf(verdict), mirror: host.name, path, why },
    expected: file === null ? null : { size: file.size, sha256: file.sha256 },
    observed: observedOf(sight),
    evidence: { ...probe.evidence, failure: failureOf(sight), vantage },
    ...{ blame, generation },
  };
}

/** Where it failed, in the five words of `unreachable`, also when there was an answer: one that is no use, or that does not come to its end. */
function failureOf({ judgement, probe: { evidence, observation } }: Sight): string | null {
  if (evidence.failure !== null || judgement.verdict !== 'unreachable') return evidence.failure;
  return observation.kind === 'answered' && observation.proof?.end === 'slow' ? 'timeout' : 'http';
}

/** Of a body that was left in the middle there is a size, and no digest of all of it. */
function observedOf({ probe: { observation } }: Sight): Observed | null {
  if (observation.kind === 'unanswered') return null;
  const { proof, claims } = observation;
  if (proof === null) return claims.sizeBytes === null ? null : { size: claims.sizeBytes, sha256: null };
  const isAll = proof.end === 'whole' || proof.end === 'cut';
  return { size: proof.sizeBytes, sha256: isAll ? proof.sha256 : null };
}
