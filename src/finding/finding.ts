// One piece of bad news as a value, with its evidence. Who found it and whom it blames travel with it; who is told is decided elsewhere.

import { createHash } from 'node:crypto';

export type Severity = 'critical' | 'warning' | 'notice';
export type Blame = 'mirror' | 'origin' | 'publisher' | 'network' | 'self' | 'unknown';
export type FoundBy = 'gate' | 'scrub' | 'crawl' | 'push' | 'report' | 'tlog';

export interface Observed {
  readonly size: number | null;
  /** Lower-case hex. */
  readonly sha256: string | null;
}

export interface Finding {
  readonly foundBy: FoundBy;
  readonly verdict: string;
  readonly severity: Severity;
  readonly path: string;
  readonly why: string;
  readonly expected: Observed | null;
  readonly observed: Observed | null;
  readonly blame: Blame;
  readonly generation: number;
}

/** Names one trouble for as long as it lasts: the same path, verdict and bytes are the same finding, however often they are met. */
export function findingId(finding: Finding): string {
  const parts = [
    finding.foundBy,
    finding.verdict,
    finding.path,
    finding.expected?.sha256 ?? '',
    finding.observed?.sha256 ?? '',
  ];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

const SEVERITIES: Readonly<Record<string, Severity>> = {
  'immutable-changed': 'critical',
  'checksum-mismatch': 'warning',
  'torn-group': 'warning',
  'impostor-page': 'warning',
  'unsafe-path': 'warning',
  'too-large': 'warning',
  'signature-bad': 'warning',
  'signature-policy': 'warning',
  'absent-release': 'warning',
  unreadable: 'notice',
  'partial-deploy': 'notice',
};

/** How bad a gate's finding is. What is not named here is a notice: it never changes an exit status. */
export function severityOf(verdict: string): Severity {
  return SEVERITIES[verdict] ?? 'notice';
}
