import { z } from 'zod';

const copy = z.strictObject({
  size: z.int().min(0).nullable(),
  md5: z.string().nullable().describe('Lower-case hex; null where that place does not say.'),
});

const drift = z.strictObject({
  kind: z
    .enum([
      'rewritten',
      'lost',
      'cdn-differs',
      'cdn-missing',
      'cdn-closed',
      'feed-without-file',
      'file-without-feed',
      'announced-without-pom',
      'pom-without-announcement',
    ])
    .describe('What differs from what.'),
  path: z.string(),
  blame: z.enum(['bucket', 'cdn', 'feed', 'database', 'unknown']).describe('Who stands alone against the others.'),
  sentence: z.string(),
  bucket: copy.nullable(),
  cdn: z.strictObject({ state: z.enum(['there', 'missing', 'closed']), ...copy.shape }).nullable(),
  ours: copy.nullable().describe('What was published here.'),
});

/** `assay origin drift`. */
export const driftShape = z.strictObject({
  compared: z
    .strictObject({
      bucket: z.int().min(0).nullable(),
      history: z.int().min(0).nullable(),
      cdn: z.int().min(0).nullable(),
      poms: z.int().min(0).nullable(),
      jars: z.int().min(0).nullable(),
    })
    .describe(
      'Files, or names in a feed, that were looked at in each place; null: that place could not be asked, or there is none.',
    ),
  counts: z.record(z.string(), z.int().min(1)).describe('By kind, all of them.'),
  drift: z.array(drift).describe('The first ten thousand.'),
  seconds: z.number().min(0),
});

export type DriftResult = z.output<typeof driftShape>;
