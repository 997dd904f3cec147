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

/** What was asked and what came back, for whoever does not believe us. Everything in it that the other side chose is cut and printable. */
export interface Evidence {
  readonly url: string;
  /** After redirects. */
  readonly finalUrl: string;
  readonly status: number | null;
  /** Why there was no answer: the stage that failed, `dns`, `connect`, `tls`, `timeout` or `http`; null when there was one. */
  readonly failure: string | null;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly askedAt: number;
  readonly answeredAt: number;
  /** Who looked: the name of an installation, never an address. */
  readonly vantage: string;
}

export interface Finding {
  readonly foundBy: FoundBy;
  readonly verdict: string;
  readonly severity: Severity;
  /** The mirror of the world that it is about; without, our own tree or its origin. */
  readonly mirror?: string | null;
  /** Null: the whole mirror, or the whole of what we do. */
  readonly path: string | null;
  readonly why: string;
  readonly expected: Observed | null;
  readonly observed: Observed | null;
  readonly evidence?: Evidence | null;
  readonly blame: Blame;
  readonly generation: number;
}

/** Names one trouble for as long as it lasts: the same mirror, path, verdict and bytes are the same finding, however often they are met. */
export function findingId(finding: Finding): string {
  const parts = [
    finding.foundBy,
    finding.verdict,
    finding.path ?? '',
    finding.expected?.sha256 ?? '',
    finding.observed?.sha256 ?? '',
    ...(finding.mirror ? [finding.mirror] : []),
  ];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

const SEVERITIES: Readonly<Record<string, Severity>> = {
  // The gate's and the scrubber's, of our own tree.
  'immutable-changed': 'critical',
  unconfirmed: 'critical',
  'checksum-mismatch': 'warning',
  'too-large': 'warning',
  'unsafe-path': 'warning',
  'signature-bad': 'warning',
  'signature-policy': 'warning',
  'absent-release': 'warning',
  unreadable: 'notice',
  'partial-deploy': 'notice',
  // Of both.
  'torn-group': 'warning',
  'impostor-page': 'warning',
  // The crawl's, of mirrors.
  divergent: 'critical',
  'origin-changed': 'critical',
  'signature-changed': 'critical',
  'signature-stripped': 'warning',
  missing: 'warning',
  extra: 'warning',
  truncated: 'warning',
  oversize: 'warning',
  'index-ahead': 'warning',
  'sidecar-wrong': 'warning',
  'header-wrong': 'warning',
  'bad-certificate': 'warning',
  'certificate-expiring': 'warning',
  unreachable: 'warning',
  // Nobody looks any more.
  'pass-overdue': 'critical',
  'round-overdue': 'critical',
};

/** How bad a finding is. What is not named here is a notice: it never changes an exit status. */
export function severityOf(verdict: string): Severity {
  return SEVERITIES[verdict] ?? 'notice';
}
