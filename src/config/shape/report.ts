import { z } from 'zod';
import { instantShape } from './envelope.ts';

const count = z.int().min(0);

/** `assay report send` */
export const reportSendShape = z.strictObject({
  sent: count.describe('Reports that the primary took now.'),
  dead: count.describe('Reports that it would never take.'),
  waiting: count.describe('Reports that wait in the outbox.'),
  oldest_waiting_at: instantShape.nullable().describe('Made when, the oldest of those.'),
  last_answer: z.string().nullable().describe('Why the last of them was not taken.'),
});

/** `assay report check`, on a primary */
export const reportCheckShape = z.strictObject({
  checked: count.describe('Kept reports that were verified again.'),
  forged: z
    .array(z.strictObject({ mirror: z.string(), kind: z.string(), subject: z.string(), received_at: instantShape }))
    .describe('Reports that are not what their mirrors signed.'),
});

/** `assay stats doubted` and `assay stats accept`, on a primary */
export const doubtedShape = z.strictObject({
  mirror: z.string(),
  day: z.string(),
  received_at: instantShape,
  downloads: count.nullable(),
  doubts: z.array(z.string()),
});

/** `assay enroll` */
export const enrollShape = z.strictObject({
  name: z.string(),
  key_id: z.string(),
  public_key: z.string().describe('Raw Ed25519 public key, base64.'),
  key_file: z.string(),
  made: z.boolean().describe('Whether the key was made now.'),
  lines: z.string().describe('What the primary puts into its configuration.'),
  rotation: z
    .strictObject({
      next_key: z.string(),
      announced: z.boolean().describe('Whether the primary knows; then it signs from now on.'),
    })
    .nullable(),
});

export type ReportSendResult = z.infer<typeof reportSendShape>;
export type ReportCheckResult = z.infer<typeof reportCheckShape>;
export type Doubted = z.infer<typeof doubtedShape>;
export type EnrollResult = z.infer<typeof enrollShape>;
