import { z } from 'zod';
import { instantShape } from './envelope.ts';
import { findingShape } from './finding.ts';

const bytes = z.int().min(0).describe('Bytes.');
const files = z.int().min(0).describe('Number of files.');

/** One fault that stands after a scrub: `damaged`, `missing`, `record-damaged` or `foreign`. `expected` was published, `observed` lies there. */
export const scrubFindingShape = findingShape.extend({
  path: z.string(),
  since: instantShape,
  acknowledged: z.boolean(),
});

/** What `assay verify` found, and with `--repair` what became of it. */
export const verifyShape = z.strictObject({
  files: files.describe('Read, before an interruption too.'),
  bytes,
  seconds: z.number().min(0).describe('Of this start.'),
  began_at: instantShape.describe('When the scrub began that this start ended.'),
  resumed_after: z.string().nullable().describe('The path after which an earlier start was cut short, or null.'),
  findings: z.array(scrubFindingShape).describe('All that stand now.'),
  repaired: z.array(z.string()).describe('Paths that are right again.'),
  moved_away: z.array(z.string()).describe('Foreign files that were moved out of the published tree.'),
  moved_to: z.string().nullable().describe('The folder below the data directory where those lie now.'),
  unrepaired: z.array(z.strictObject({ path: z.string(), sentence: z.string() })),
});

/** What `assay verify --rebuild` made state.db of. */
export const rebuildShape = z.strictObject({
  files: files.describe('Taken from the tree.'),
  bytes,
  seconds: z.number().min(0),
  lineage: z.string().describe('Of the new database.'),
  takedowns: z.int().min(0).describe('That stand, from the ledger.'),
  known_digests: z.int().min(0).describe('From the ledger.'),
  left_out: z
    .array(z.strictObject({ path: z.string(), verdict: z.string(), sentence: z.string() }))
    .describe(
      'Not taken: foreign, or not what was published. What was published is answered 403 until a pass has brought it again.',
    ),
  moved_to: z.string().nullable().describe('The folder below the data directory where what was left out lies now.'),
  kept_as: z.string().nullable().describe('The name of the old state.db beside the new one, or null.'),
});

export type RebuildResult = z.infer<typeof rebuildShape>;
export type VerifyResult = z.infer<typeof verifyShape>;
export type ScrubFinding = z.infer<typeof scrubFindingShape>;
