import { z } from 'zod';
import { instantShape } from './envelope.ts';

const count = z.int().min(0);
const fingerprint = z.string().regex(/^([0-9A-F]{40}|[0-9A-F]{64})$/);

/** A certificate of the keyring, and what it signed here. */
export const keyShape = z.strictObject({
  fingerprint,
  user_ids: z.array(z.string()).describe('As its owner wrote them: a claim, not a proof of who that is.'),
  algorithm: z
    .string()
    .nullable()
    .describe('Of the primary key: `rsa4096`, `ed25519`; null: of a kind that cannot be used here.'),
  created: instantShape,
  expires: instantShape.nullable(),
  revoked: z
    .enum(['hard', 'soft'])
    .nullable()
    .describe('`soft`: superseded or retired, what it signed before stays; `hard`: nothing of it counts.'),
  revoked_at: instantShape.nullable(),
  bare: z.boolean().describe('Nothing is signed over it: nothing is known of expiry and revocation.'),
  notes: z.array(z.string()).describe('`weak-key`, `sha1-self-signature`, `expired`.'),
  artifacts: count.describe('Artifacts of which it signed a file.'),
  files: count.describe('Published files that it signed.'),
  first_seen: instantShape.nullable().describe('Since when a signature of it is here.'),
  last_seen: instantShape.nullable(),
});

export const keyDetailShape = keyShape.extend({
  keys: z.array(
    z.strictObject({
      fingerprint,
      algorithm: z.string().nullable(),
      created: instantShape,
      expires: instantShape.nullable(),
      signs: z.boolean().describe('Its signatures count.'),
      because: z.string().nullable().describe('Why they do not.'),
    }),
  ),
  signed: z.array(z.string()).describe('Artifacts as GROUP:ARTIFACT, at most 200.'),
});

export const keyImportShape = z.strictObject({
  from: z.string(),
  certificates: z.array(
    z.strictObject({
      fingerprint,
      user_ids: z.array(z.string()),
      state: z.enum(['new', 'updated', 'unchanged']),
      bare: z.boolean(),
      dropped: count.describe('Signatures and user IDs that its owner did not sign, or that do not verify: left out.'),
    }),
  ),
  refused: z.array(z.strictObject({ file: z.string(), sentence: z.string() })),
  judged: z.strictObject({
    changed: count.describe('Published files whose signatures count otherwise now.'),
    whole: z.boolean().describe('False: there is more to read, and the daemon goes on.'),
    classes: z.record(z.string(), count).describe('What they are now.'),
  }),
});

export const keyTrustShape = z.strictObject({
  line: z.string().describe('As it stands in the keysmap.'),
  added: z.boolean().describe('False: it stood there already.'),
  known: z.boolean().describe('The key is in the keyring.'),
});

export const keyExportShape = z.strictObject({ fingerprints: z.array(fingerprint), armored: z.string() });

const wantedKey = z.strictObject({
  issuer: z.string().describe('A fingerprint, or a key ID of 16 digits.'),
  files: count,
  artifacts: count,
  downloads: count.nullable().describe('Of these artifacts in the last 30 days; null: not measured.'),
  example: z.string().describe('GROUP:ARTIFACT, the most downloaded one.'),
});
const share = z.strictObject({ group: z.string(), files: count, signed: count, good: count });
const unsigned = z.strictObject({ artifact: z.string(), files: count, downloads: count.nullable() });

export const keyCensusShape = z.strictObject({
  files: count,
  signed: count.describe('With an OpenPGP signature, whatever it is worth.'),
  good: count,
  downloads: z
    .strictObject({ total: count, signed: count, good: count })
    .nullable()
    .describe('The same by downloads of the last 30 days; null: not measured.'),
  classes: z.record(z.string(), count),
  groups: z.array(share).describe('Largest first, at most 50.'),
  keys_to_get: z.array(wantedKey).describe('Most used first, at most 50.'),
  unsigned: z.array(unsigned).describe('Artifacts without any signature, most used first, at most 50.'),
});

export type Key = z.infer<typeof keyShape>;
export type KeyDetail = z.infer<typeof keyDetailShape>;
export type KeyImport = z.infer<typeof keyImportShape>;
export type KeyTrust = z.infer<typeof keyTrustShape>;
export type KeyExport = z.infer<typeof keyExportShape>;
export type KeyCensus = z.infer<typeof keyCensusShape>;
