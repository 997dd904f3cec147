import type { FindingJson } from '../config/shape/finding.ts';
import { type Finding, findingId } from '../finding/finding.ts';
import { isoTime } from '../host/clock.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const FAILURES = ['dns', 'connect', 'tls', 'timeout', 'http'] as const;

/** A finding as JSON has it everywhere (DESIGN 5.8). The gate also knows digests of other kinds: they are not told as SHA-256. */
export function findingJson(finding: Finding, incident: string | null): FindingJson {
  const { evidence } = finding;
  return {
    kind: 'finding',
    id: findingId(finding),
    found_by: finding.foundBy,
    verdict: finding.verdict,
    severity: finding.severity,
    mirror: finding.mirror ?? null,
    path: finding.path,
    why: finding.why,
    expected: bytesJson(finding.expected),
    observed: bytesJson(finding.observed),
    evidence: {
      url: evidence?.url ?? null,
      final_url: evidence?.finalUrl ?? null,
      status: evidence?.status ?? null,
      failure: FAILURES.find((each) => each === evidence?.failure) ?? null,
      headers: { ...evidence?.headers },
      asked_at: evidence == null ? null : isoTime(evidence.askedAt),
      answered_at: evidence == null ? null : isoTime(evidence.answeredAt),
      vantage: evidence?.vantage ?? null,
    },
    blame: finding.blame,
    generation: finding.generation,
    incident,
  };
}

function bytesJson(bytes: Finding['expected']): FindingJson['expected'] {
  if (bytes === null) return null;
  const sha256 = bytes.sha256 !== null && SHA256.test(bytes.sha256) ? bytes.sha256 : null;
  return bytes.size === null && sha256 === null ? null : { size: bytes.size, sha256 };
}
