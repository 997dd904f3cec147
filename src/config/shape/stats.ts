import { z } from 'zod';
import { downloadsShape, trafficShape } from '../../stats/tally.ts';

const count = z.int().min(0);
const dayShape = z.iso.date().describe('UTC, 2026-11-21.');

/** `assay stats ingest` */
export const statsIngestShape = z.strictObject({
  logs: z.array(
    z.strictObject({
      log: z.string().describe('Its kind and where it is.'),
      files: count.describe('Files or objects that were there.'),
      bytes: count.describe('That were new.'),
      lines: count.describe('That were new.'),
      rejected: count.describe('Lines that are no request of this kind of log.'),
      error: z.string().nullable().describe('Why it could not be read to its end, or null.'),
    }),
  ),
  recounted: z
    .array(z.strictObject({ log: z.string(), day: dayShape, before: count, after: count, replaced: z.boolean() }))
    .describe('With --day: downloads of that day as they were and as they are counted again.'),
});

/** `assay stats export` */
export const statsExportShape = z.strictObject({
  day: dayShape.nullable().describe('Null: all days.'),
  scope: z.enum(['own', 'all']).describe("`own`: this installation's logs; `all`: and what its mirrors report."),
  coverage: z.enum(['full', 'partial']).nullable().describe('Whether all of the day was counted; null for all days.'),
  rule: count.describe('Version of the rule of what a download is.'),
  total: count,
  downloads: downloadsShape,
});

/** `assay stats top` */
export const statsTopShape = z.strictObject({
  from: dayShape,
  to: dayShape,
  scope: z.enum(['own', 'all']),
  measured_days: count.describe('Days of these that were measured, at least in part.'),
  total: count.nullable().describe('Downloads; null: not measured.'),
  top: z.array(z.strictObject({ group: z.string(), artifact: z.string(), downloads: count })),
  traffic: trafficShape.nullable().describe('The second tally; null: not measured.'),
});

export type StatsIngestResult = z.infer<typeof statsIngestShape>;
export type StatsExportResult = z.infer<typeof statsExportShape>;
export type StatsTopResult = z.infer<typeof statsTopShape>;
