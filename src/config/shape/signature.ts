import { z } from 'zod';

const count = z.int().min(0);
const fingerprint = z.string().regex(/^([0-9A-F]{40}|[0-9A-F]{64})$/);
/** Without a fraction: signatures have none. */
const second = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const continuity = z
  .enum(['same', 'new', 'changed', 'stripped'])
  .nullable()
  .describe(
    'Beside what was known when it came: the same signer, the first one, another one; a signature that is gone.',
  );

/** One signature beside a file. What is null is not known, or not proven. */
export const signatureShape = z.strictObject({
  class: z.string().describe('README has the classes, from `bad` to `good`.'),
  weak: z.boolean().nullable().describe('Digest or key below what should be used.'),
  trusted: z.boolean().nullable().describe('The keysmap lets this key sign this artifact; null without a keysmap.'),
  continuity,
  notes: z.array(z.string()).describe('`bare-key`, `armor-damaged`, `signature-expired`, `ssh`.'),
  version: z.int().nullable().describe('Of the signature packet: 3, 4 or 6.'),
  hash: z.string().nullable(),
  algorithm: z.string().nullable().describe('Of the key, with its size: `rsa4096`, `dsa1024`, `ed25519`.'),
  issuer: z.string().nullable().describe('The key that it names: a fingerprint, or a key ID of 16 digits.'),
  certificate: fingerprint.nullable().describe('Whose key is proven to have made it.'),
  created: second.nullable(),
  subkey: fingerprint.optional().describe('The key of that certificate, where it is not the primary one.'),
  key_expires: second.optional().describe('Where the key has an end that it has reached.'),
  because: z.string().optional().describe('Why the class is not `good`, for people.'),
});

/** A line of `verify --signatures --json`, one for each published file that is or should be signed. */
export const signatureLineShape = z.strictObject({
  kind: z.literal('signature'),
  path: z.string().describe('Of the signed file.'),
  class: z.string().describe('Of the best signature beside it; `unsigned`, `ssh-only` or `sigstore-only` without one.'),
  continuity,
  allowed: z.boolean().nullable().describe('Whether `require` would let it through; null without a keysmap.'),
  beside: z.array(z.string()).describe('Paths of the signature files.'),
  signatures: z.array(signatureShape).describe('In the order of the files.'),
});

/** `result` of the last line. */
export const signatureSummaryShape = z.strictObject({
  files: count.describe('That were looked at.'),
  classes: z.record(z.string(), count).describe('How many files of each class.'),
  weak: count.describe('Files whose best signature is weak.'),
  refusable: count.describe('Files that the keysmap does not allow.'),
  damaged: z
    .array(z.string())
    .describe('Paths whose bytes in the tree are not those that were published: `assay verify` tells more.'),
  certificates: count.describe('In the keyring.'),
  keysmap_lines: count.nullable().describe('Lines of the keysmap that count; null: there is none.'),
  seconds: z.number().min(0),
});

export type SignatureLine = z.infer<typeof signatureLineShape>;
export type SignatureSummary = z.infer<typeof signatureSummaryShape>;
