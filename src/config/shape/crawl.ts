import { z } from 'zod';
import { instantShape } from './envelope.ts';

const count = z.int().min(0);
const days = z.number().min(0).nullable().describe('Null: never, with this budget.');

export const promiseShape = z.strictObject({
  rotation_days: days.describe('Days until every path was asked once.'),
  body_rotation_days: days.describe('Days until every body was read once.'),
  days_to_see_spread: days.describe('Were 0.1 % of the files altered: days until that is seen, with 99 %.'),
  days_to_see_single: days.describe('Were a single file altered: days within which it is seen half of the time.'),
});

export const crawledShape = z.strictObject({
  name: z.string(),
  url: z.string(),
  role: z.enum(['mirror', 'origin']),
  ended: z
    .enum(['complete', 'budget', 'opted-out', 'silent', 'unwelcome', 'unknown'])
    .describe('`unknown`: nobody answered, and the fault may be ours; `unwelcome`: it asked for quiet.'),
  state: z.enum(['probation', 'good', 'bad', 'unchecked']).describe('Healthy is `good` alone.'),
  since: instantShape.describe('Of the state.'),
  reason: z.string(),
  verdicts: z.record(z.string(), count).describe('Answers by verdict.'),
  claims: count.describe('Answers that were believed: they find mistakes.'),
  proofs: count.describe('Bodies that were read and hashed: they find attacks.'),
  listed: count.describe('Claims of its own inventory, or of its bucket, that were compared.'),
  requests: count,
  bytes: count,
  requests_today: count,
  bytes_today: count,
  behind_seconds: z.number().min(0).nullable().describe('By how much it is behind, as far as the answers show.'),
  promise: promiseShape,
  rotation_took_days: z.number().min(0).nullable().describe('The last whole one; null before it.'),
  signatures: z.record(z.string(), count).nullable().describe('Signed files by class, at full depth; null otherwise.'),
});

/** `result` of `assay crawl`, in its last line. */
export const crawlShape = z.strictObject({
  round: count,
  depth: z.enum(['sums', 'full']),
  reference: z.enum(['inventory', 'origin']),
  generation: count.describe('Of the reference.'),
  claims: count,
  proofs: count,
  findings: z.strictObject({ critical: count, warning: count, notice: count }).describe('Told in this round.'),
  standing: count.describe('Troubles that stand and nobody has acknowledged, here and at mirrors.'),
  mirrors: z.array(crawledShape),
  cannot_see: z.string(),
  seconds: z.number().min(0),
});

export type Crawled = z.infer<typeof crawledShape>;
export type CrawlResult = z.infer<typeof crawlShape>;
