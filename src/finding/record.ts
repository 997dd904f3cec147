import { type StateDatabase, writing } from '../state/open.ts';
import { type Finding, findingId, type Severity } from './finding.ts';

export { findingSchema } from './schema.ts';

export interface StandingFinding {
  readonly id: string;
  readonly verdict: string;
  readonly severity: Severity;
  readonly path: string;
  readonly why: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly acknowledgedAt: number | null;
}

/** Findings over time. A finding stands until what it says is no longer so; an acknowledged one stands quietly. */
export interface FindingRecord {
  /** Writes the finding down, or marks it seen again. */
  stand(finding: Finding, now: number): void;
  /** What `path` was accused of no longer holds. */
  resolve(path: string, now: number): void;
  acknowledge(path: string, by: string, now: number): number;
  standing(): StandingFinding[];
  /** Troubles that nobody has acknowledged: what makes a verb end with status 1. */
  troubles(): number;
}

export function openFindings(database: StateDatabase): FindingRecord {
  const put = database.prepare(
    `INSERT INTO finding_standing VALUES (@id, @foundBy, @verdict, @severity, @path, @why, @expectedSize, @expectedSha256, @observedSize, @observedSha256,
       @blame, @generation, @now, @now, NULL, NULL, NULL)
     ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, why = excluded.why,
       first_at = CASE WHEN resolved_at IS NULL THEN first_at ELSE excluded.first_at END,
       acknowledged_at = CASE WHEN resolved_at IS NULL THEN acknowledged_at END,
       acknowledged_by = CASE WHEN resolved_at IS NULL THEN acknowledged_by END,
       resolved_at = NULL`,
  );
  const resolve = database.prepare<[number, string]>(
    'UPDATE finding_standing SET resolved_at = ? WHERE path = ? AND resolved_at IS NULL',
  );
  const acknowledge = database.prepare<[number, string, string]>(
    'UPDATE finding_standing SET acknowledged_at = ?, acknowledged_by = ? WHERE path = ? AND resolved_at IS NULL',
  );
  const standing = database.prepare<[], StandingFinding>(
    `SELECT id, verdict, severity, path, why, first_at AS firstAt, last_at AS lastAt, acknowledged_at AS acknowledgedAt
     FROM finding_standing WHERE resolved_at IS NULL ORDER BY first_at, path`,
  );
  const troubles = database.prepare<[], { n: number }>(
    "SELECT count(*) AS n FROM finding_standing WHERE resolved_at IS NULL AND acknowledged_at IS NULL AND severity <> 'notice'",
  );
  return {
    stand: (finding, now) => {
      writing(database, () => put.run({ id: findingId(finding), now, ...flat(finding) }));
    },
    resolve: (path, now) => {
      writing(database, () => resolve.run(now, path));
    },
    acknowledge: (path, by, now) => writing(database, () => acknowledge.run(now, by, path).changes),
    standing: () => standing.all(),
    troubles: () => troubles.get()?.n ?? 0,
  };
}

function flat(finding: Finding): Record<string, unknown> {
  const { expected, observed, ...rest } = finding;
  return {
    ...rest,
    expectedSize: expected?.size ?? null,
    expectedSha256: expected?.sha256 ?? null,
    observedSize: observed?.size ?? null,
    observedSha256: observed?.sha256 ?? null,
  };
}
