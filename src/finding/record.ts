import { type StateDatabase, writing } from '../state/open.ts';
import { type Evidence, type Finding, type FoundBy, findingId, type Observed } from './finding.ts';

export { findingSchema } from './schema.ts';

export interface StandingFinding extends Finding {
  readonly id: string;
  readonly mirror: string | null;
  readonly evidence: Evidence | null;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly acknowledgedAt: number | null;
  /** The incident that it belongs to, once it was gathered into one. */
  readonly incident: string | null;
}

/** Which findings of a mirror: one path or verdict of it, or all. */
export interface OfMirror {
  readonly mirror: string;
  readonly path?: string;
  readonly verdict?: string;
}

/** Findings over time. A finding stands until what it says is no longer so; an acknowledged one stands quietly. */
export interface FindingRecord {
  /** Writes the finding down, or marks it seen again. Gives its id. */
  stand(finding: Finding, now: number): string;
  /** What `path` of our own tree was accused of no longer holds; with `foundBy` only what that one said of it. */
  resolve(path: string, now: number, foundBy?: FoundBy): void;
  /** The same of a mirror of the world; of our own tree with an empty name. */
  resolveAt(which: OfMirror, now: number): number;
  acknowledge(path: string, by: string, now: number): number;
  /** Into an incident; if that is acknowledged, so is the finding. */
  attach(id: string, incident: string, acknowledged: { readonly at: number; readonly by: string } | null): void;
  acknowledgeIncident(incident: string, by: string, now: number): void;
  resolveIncident(incident: string, now: number): void;
  /** All, or those of one finder. */
  standing(foundBy?: FoundBy): StandingFinding[];
  /** At most `count` of those about paths below a folder (`org/example/tool`), of our own tree and of mirrors, in path order. */
  standingBelow(folder: string, count: number): StandingFinding[];
  /** All that were ever gathered into an incident, the newest first, at most `count`. */
  ofIncident(incident: string, count: number): StandingFinding[];
  /** Of a finding by its id; null when it is in none. */
  incidentOf(id: string): string | null;
  /** How many stand against a mirror with one verdict. */
  countOf(mirror: string, verdict: string): number;
  /** Mirrors that something stands against. */
  mirrors(): string[];
  /** Paths of a mirror that something stands against, at most `count`, those first that were looked at longest ago. */
  pathsOf(mirror: string, count: number): string[];
  /** Troubles that nobody has acknowledged: what makes a verb end with status 1. */
  troubles(): number;
}

export function openFindings(database: StateDatabase): FindingRecord {
  return { ...standing(database), ...settling(database), ...looking(database) };
}

function standing(database: StateDatabase): Pick<FindingRecord, 'stand' | 'attach'> {
  const put = database.prepare(
    `INSERT INTO finding_standing (id, found_by, verdict, severity, mirror, path, why, expected_size, expected_sha256, observed_size, observed_sha256,
       evidence, blame, generation, first_at, last_at)
     VALUES (@id, @foundBy, @verdict, @severity, @mirror, @path, @why, @expectedSize, @expectedSha256, @observedSize, @observedSha256,
       @evidence, @blame, @generation, @now, @now)
     ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, why = excluded.why, evidence = excluded.evidence, blame = excluded.blame,
       first_at = CASE WHEN resolved_at IS NULL THEN first_at ELSE excluded.first_at END,
       acknowledged_at = CASE WHEN resolved_at IS NULL THEN acknowledged_at END,
       acknowledged_by = CASE WHEN resolved_at IS NULL THEN acknowledged_by END,
       incident = CASE WHEN resolved_at IS NULL THEN incident END,
       resolved_at = NULL`,
  );
  const attach = database.prepare<[string, number | null, string | null, string]>(
    `UPDATE finding_standing SET incident = ?, acknowledged_at = coalesce(acknowledged_at, ?), acknowledged_by = coalesce(acknowledged_by, ?)
     WHERE id = ?`,
  );
  return {
    stand(finding, now) {
      const id = findingId(finding);
      writing(database, () => put.run({ id, now, ...flat(finding) }));
      return id;
    },
    attach: (id, incident, acknowledged) => {
      attach.run(incident, acknowledged?.at ?? null, acknowledged?.by ?? null, id);
    },
  };
}

type Settling = Pick<
  FindingRecord,
  'resolve' | 'resolveAt' | 'acknowledge' | 'acknowledgeIncident' | 'resolveIncident'
>;

function settling(database: StateDatabase): Settling {
  const resolve = database.prepare<{ now: number; path: string; foundBy: FoundBy | null }>(
    `UPDATE finding_standing SET resolved_at = @now
     WHERE path = @path AND mirror = '' AND resolved_at IS NULL AND (@foundBy IS NULL OR found_by = @foundBy)`,
  );
  const resolveAt = database.prepare<{ now: number; mirror: string; path: string | null; verdict: string | null }>(
    `UPDATE finding_standing SET resolved_at = @now WHERE mirror = @mirror AND resolved_at IS NULL
       AND (@path IS NULL OR path = @path) AND (@verdict IS NULL OR verdict = @verdict)`,
  );
  const acknowledge = database.prepare<[number, string, string]>(
    "UPDATE finding_standing SET acknowledged_at = ?, acknowledged_by = ? WHERE path = ? AND mirror = '' AND resolved_at IS NULL",
  );
  const acknowledgeIncident = database.prepare<[number, string, string]>(
    'UPDATE finding_standing SET acknowledged_at = ?, acknowledged_by = ? WHERE incident = ? AND resolved_at IS NULL AND acknowledged_at IS NULL',
  );
  const resolveIncident = database.prepare<[number, string]>(
    'UPDATE finding_standing SET resolved_at = ? WHERE incident = ? AND resolved_at IS NULL',
  );
  return {
    resolve: (path, now, foundBy) => {
      writing(database, () => resolve.run({ now, path, foundBy: foundBy ?? null }));
    },
    resolveAt: ({ mirror, path = null, verdict = null }, now) =>
      writing(database, () => resolveAt.run({ now, mirror, path, verdict }).changes),
    acknowledge: (path, by, now) => writing(database, () => acknowledge.run(now, by, path).changes),
    acknowledgeIncident: (incident, by, now) => {
      acknowledgeIncident.run(now, by, incident);
    },
    resolveIncident: (incident, now) => {
      resolveIncident.run(now, incident);
    },
  };
}

type Looking = Pick<
  FindingRecord,
  'standing' | 'standingBelow' | 'ofIncident' | 'incidentOf' | 'countOf' | 'mirrors' | 'pathsOf' | 'troubles'
>;

function looking(database: StateDatabase): Looking {
  const standing = database.prepare<{ foundBy: FoundBy | null }, Stored>(
    `SELECT * FROM finding_standing WHERE resolved_at IS NULL AND (@foundBy IS NULL OR found_by = @foundBy)
     ORDER BY first_at, path, id`,
  );
  const below = database.prepare<[string, string, number], Stored>(
    'SELECT * FROM finding_standing WHERE path >= ? AND path < ? AND resolved_at IS NULL ORDER BY path, mirror, id LIMIT ?',
  );
  const ofIncident = database.prepare<[string, number], Stored>(
    'SELECT * FROM finding_standing WHERE incident = ? ORDER BY last_at DESC, path, id LIMIT ?',
  );
  const incidentOf = database.prepare<[string], { incident: string | null }>(
    'SELECT incident FROM finding_standing WHERE id = ?',
  );
  const countOf = database.prepare<[string, string], { n: number }>(
    'SELECT count(*) AS n FROM finding_standing WHERE mirror = ? AND verdict = ? AND resolved_at IS NULL',
  );
  const pathsOf = database.prepare<[string, number], { path: string }>(
    `SELECT path FROM finding_standing WHERE mirror = ? AND path <> '' AND resolved_at IS NULL
     GROUP BY path ORDER BY min(last_at), path LIMIT ?`,
  );
  const mirrors = database.prepare<[], { mirror: string }>(
    "SELECT DISTINCT mirror FROM finding_standing WHERE resolved_at IS NULL AND mirror <> '' ORDER BY mirror",
  );
  const troubles = database.prepare<[], { n: number }>(
    "SELECT count(*) AS n FROM finding_standing WHERE resolved_at IS NULL AND acknowledged_at IS NULL AND severity <> 'notice'",
  );
  return {
    standing: (foundBy) => standing.all({ foundBy: foundBy ?? null }).map(fromStored),
    // `0` is the byte after `/`.
    standingBelow: (folder, count) => below.all(`${folder}/`, `${folder}0`, count).map(fromStored),
    ofIncident: (incident, count) => ofIncident.all(incident, count).map(fromStored),
    incidentOf: (id) => incidentOf.get(id)?.incident ?? null,
    countOf: (mirror, verdict) => countOf.get(mirror, verdict)?.n ?? 0,
    mirrors: () => mirrors.all().map((row) => row.mirror),
    pathsOf: (mirror, count) => pathsOf.all(mirror, count).map((row) => row.path),
    troubles: () => troubles.get()?.n ?? 0,
  };
}

function flat(finding: Finding): Record<string, unknown> {
  const { expected, observed, mirror, path, evidence, ...rest } = finding;
  return {
    ...rest,
    mirror: mirror ?? '',
    path: path ?? '',
    evidence: evidence == null ? null : JSON.stringify(evidence),
    expectedSize: expected?.size ?? null,
    expectedSha256: expected?.sha256 ?? null,
    observedSize: observed?.size ?? null,
    observedSha256: observed?.sha256 ?? null,
  };
}

interface Stored {
  readonly id: string;
  readonly found_by: StandingFinding['foundBy'];
  readonly verdict: string;
  readonly severity: StandingFinding['severity'];
  readonly mirror: string;
  readonly path: string;
  readonly why: string;
  readonly expected_size: number | null;
  readonly expected_sha256: string | null;
  readonly observed_size: number | null;
  readonly observed_sha256: string | null;
  readonly evidence: string | null;
  readonly blame: StandingFinding['blame'];
  readonly generation: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly acknowledged_at: number | null;
  readonly incident: string | null;
}

function fromStored(row: Stored): StandingFinding {
  const { id, verdict, severity, why, blame, generation, incident } = row;
  return {
    ...{ id, foundBy: row.found_by, verdict, severity, why, blame, generation, incident },
    mirror: row.mirror === '' ? null : row.mirror,
    path: row.path === '' ? null : row.path,
    expected: bytesOf(row.expected_size, row.expected_sha256),
    observed: bytesOf(row.observed_size, row.observed_sha256),
    evidence: row.evidence === null ? null : (JSON.parse(row.evidence) as Evidence),
    firstAt: row.first_at,
    lastAt: row.last_at,
    acknowledgedAt: row.acknowledged_at,
  };
}

function bytesOf(size: number | null, sha256: string | null): Observed | null {
  return size === null && sha256 === null ? null : { size, sha256 };
}
