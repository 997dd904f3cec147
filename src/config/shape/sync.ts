import { z } from 'zod';
import { digestShape } from './envelope.ts';

const bytes = z.int().min(0).describe('Bytes.');
const files = z.int().min(0).describe('Number of files.');
const judged = z.strictObject({ path: z.string(), verdict: z.string().describe('A verdict of the gate.') });

/** What one pass did. */
export const syncShape = z.strictObject({
  generation: z.int().min(0).describe('The generation that stands now; 0 before anything was published.'),
  listed: files.describe('Files in the listing of the source.'),
  added: files,
  changed: files,
  removed: files,
  absent: files.describe('Files served still, which the source shows no more.'),
  accepted: files,
  rejected: z.array(judged).describe('Refused; the bytes lie in quarantine.'),
  deferred: z.array(judged).describe('Waiting for something, tried again by itself.'),
  refused: z
    .strictObject({
      guard: z.string().describe('The guard that said no.'),
      files,
      ratio: z.number().describe('Share of the tree, 0 to 1.'),
      plan_sha256: digestShape,
    })
    .nullable()
    .describe('What a guard refused, or null. `sync --accept-plan` takes the digest.'),
  bytes_fetched: bytes,
  seconds: z.number().min(0),
});

const planned = z.strictObject({ path: z.string(), kind: z.string(), bytes });

/** What a pass would do: `sync --plan`. */
export const planShape = z.strictObject({
  additions: z.array(planned),
  changes: z.array(planned),
  removals: z.array(planned),
  violations: z
    .array(z.strictObject({ path: z.string(), verdict: z.string(), sentence: z.string() }))
    .describe(
      'What the listing alone shows to be wrong: unsafe names, links out of the tree, released files that changed.',
    ),
  plan_sha256: digestShape,
});

export type SyncResult = z.infer<typeof syncShape>;
export type PlanResult = z.infer<typeof planShape>;
