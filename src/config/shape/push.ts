import { z } from 'zod';
import { digestShape } from './envelope.ts';

const count = z.int().min(0);
const bytes = count.describe('Bytes.');
const paths = z.array(z.string());
const answered = z
  .enum(['honoured', 'ignored', 'refused'])
  .describe('`ignored`: the store says yes and does not do it.');

export const driftShape = z.strictObject({
  listed: count.describe('Objects in the listing.'),
  missing: paths.describe('Put by us, and not there; put again by this push.'),
  foreign: paths.describe('Neither ours nor of the tree; named and left alone.'),
  altered: paths.describe('Not the object that was put: put again where it may change, else a conflict.'),
  adopted: count.describe('As the tree has it, put by an installation whose database is gone.'),
  unnamed: count.describe('Further ones, beyond 10,000 of a kind.'),
});

const purgeStateShape = z
  .strictObject({
    stale: count.describe('Paths that the CDN may still have as they were.'),
    everything: z.boolean().describe('It is not known what it has: all of it is to be forgotten.'),
    given_up: count.describe('Purges that it refused; `assay push` tries them again.'),
  })
  .nullable()
  .describe('Null where no CDN is configured.');

/** What `assay push` did with one target. */
export const pushedShape = z.strictObject({
  name: z.string(),
  kind: z.enum(['s3', 'purge']),
  place: z.string().describe('Bucket, prefix and endpoint, for people.'),
  outcome: z
    .enum(['complete', 'owing', 'failed', 'trouble'])
    .describe('`owing`: all well but for conflicts or refused removals; `trouble`: the store or the way to it.'),
  generation: count.describe('Up to which the target has everything, save what is owed.'),
  objects: count.describe('Put now.'),
  bytes,
  adopted: count.describe('Found to stand there already, as the tree has them.'),
  removed: paths,
  refused: z
    .strictObject({ guard: z.string(), files: count, ratio: z.number(), plan_sha256: digestShape })
    .nullable()
    .describe('Removals that the guard refused; `push --accept-plan` takes the digest.'),
  conflicts: z
    .array(
      z.strictObject({
        path: z.string(),
        expected: z.strictObject({ size: count, sha256: digestShape }),
        observed: z.strictObject({ size: count, sha256: digestShape.nullable() }),
      }),
    )
    .describe('Other bytes under a released key; never written over.'),
  held: paths.describe('Kept back for the sake of a conflict or a failure.'),
  failures: z.array(z.strictObject({ path: z.string().nullable(), sentence: z.string() })),
  drift: driftShape.nullable().describe('With `--reconcile`.'),
  store: z
    .strictObject({
      conditional: answered,
      md5: answered,
      sha256: answered,
      etag_is_md5: z.boolean(),
      absent_status: z
        .int()
        .nullable()
        .describe('What clients are answered for what is not there, where that can be told: 404 is right.'),
    })
    .nullable()
    .describe('What the store was found to do; null when it was never asked.'),
  purge: purgeStateShape,
  seconds: z.number().min(0),
});

const planned = z.strictObject({ path: z.string(), kind: z.string(), bytes });

/** What `assay push --plan` says of one target. */
export const plannedPushShape = z.strictObject({
  name: z.string(),
  kind: z.enum(['s3', 'purge']),
  place: z.string(),
  generation: count.describe('To which the push would bring the target.'),
  additions: z.array(planned),
  changes: z.array(planned),
  removals: z.array(planned),
  violations: z.array(z.strictObject({ path: z.string(), verdict: z.string(), sentence: z.string() })),
  plan_sha256: digestShape.describe('Of the removals; `push --accept-plan` takes it.'),
  drift: driftShape.nullable().describe('With `--reconcile`.'),
});

export const pushShape = z.strictObject({ targets: z.array(pushedShape) });
export const pushPlanShape = z.strictObject({ targets: z.array(plannedPushShape) });

export type Pushed = z.infer<typeof pushedShape>;
export type PlannedPush = z.infer<typeof plannedPushShape>;
export type PushResult = z.infer<typeof pushShape>;
export type PushPlanResult = z.infer<typeof pushPlanShape>;
