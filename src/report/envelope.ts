// What a mirror tells its primary: one JSON document a message, each true by itself, whatever came before it or was lost.

import { z } from 'zod';
import { downloadsShape, trafficShape } from '../stats/tally.ts';

const count = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 }).describe('UTC, 2026-11-21T01:30:00.000Z.');
const text = (most: number) => z.string().max(most);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const mirrorName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/);
const publicKey = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
const version = text(64);

const common = {
  assay_report: z.literal(1).describe('Version of this shape.'),
  mirror: mirrorName.describe('The installation that reports, by the name that its primary knows.'),
  sequence: z
    .int()
    .min(1)
    .describe(
      'Milliseconds since 1970 when it was made, or one more than the report before: rises with every report of a mirror, whatever its kind.',
    ),
  made_at: instant,
};

/** How a mirror sees an origin. */
const originView = z.strictObject({
  url: text(2048),
  reachable: z.boolean().nullable().describe('As the last attempt found it; null: never asked.'),
  asked_at: instant.nullable(),
  unreachable_since: instant.nullable().describe('The first failed attempt since the last good one; null: reachable.'),
});

export const statusReportShape = z.strictObject({
  ...common,
  kind: z.literal('status'),
  status: z.strictObject({
    generation: count,
    lineage: z.string().max(64).nullable(),
    files: count,
    bytes: count,
    last_success_at: instant.nullable().describe('When the last good pass began: what the tree is at least as new as.'),
    last_attempt_at: instant.nullable(),
    last_outcome: text(32).nullable(),
    deferred: count,
    absent: count,
    quarantined: count,
    troubles: count.describe('Findings that stand and that nobody has acknowledged.'),
    origins: z.array(originView).max(16),
    contact: text(320).nullable(),
    versions: z.strictObject({ assay: version, node: version, openssl: version }),
  }),
});

export const statisticsReportShape = z.strictObject({
  ...common,
  kind: z.literal('statistics'),
  statistics: z.strictObject({
    day: z.iso.date().describe('UTC. Of a day that is not over a later report says more.'),
    rule: z.int().min(1).describe('Version of the rule of what a download is.'),
    coverage: z.enum(['full', 'partial', 'none']).describe('`none`: not measured. That is not 0.'),
    downloads: downloadsShape.nullable().describe('Null: not measured.'),
    traffic: trafficShape.nullable().describe('The second tally, never mixed with the first; null: not measured.'),
  }),
});

const observed = z.strictObject({ size: count.nullable(), sha256: digest.nullable() }).nullable();

export const reportedFindingShape = z.strictObject({
  id: text(64),
  found_by: text(16),
  verdict: text(64),
  severity: z.enum(['critical', 'warning', 'notice']),
  mirror: mirrorName.nullable().describe('Whom it is about; null: the reporter itself, or its origin.'),
  path: text(1024).nullable(),
  why: text(1000),
  expected: observed,
  observed,
  since: instant,
});

export const findingsReportShape = z.strictObject({
  ...common,
  kind: z.literal('findings'),
  findings: z.array(reportedFindingShape).max(500).describe('All that stand; what is missing stands no more.'),
});

export const keyReportShape = z.strictObject({
  ...common,
  kind: z.literal('key'),
  next_key: publicKey.describe('Signs reports from now on as well.'),
});

/** `assay schema report` */
export const reportShape = z.discriminatedUnion('kind', [
  statusReportShape,
  statisticsReportShape,
  findingsReportShape,
  keyReportShape,
]);

export type Report = z.infer<typeof reportShape>;
export type ReportKind = Report['kind'];
export type StatusReport = z.infer<typeof statusReportShape>;
export type StatisticsReport = z.infer<typeof statisticsReportShape>;
export type ReportedFinding = z.infer<typeof reportedFindingShape>;

/** What is in a report beyond what all of them have. */
export type ReportContent =
  | Pick<StatusReport, 'kind' | 'status'>
  | Pick<StatisticsReport, 'kind' | 'statistics'>
  | Pick<z.infer<typeof findingsReportShape>, 'kind' | 'findings'>
  | Pick<z.infer<typeof keyReportShape>, 'kind' | 'next_key'>;

/** Below the primary's URL. */
export const REPORTS_PATH = '-/api/v1/reports';
/** A day of a busy mirror has some 100,000 versions. */
export const MOST_REPORT_BYTES = 8 * 1024 * 1024;
