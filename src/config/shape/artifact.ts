import { z } from 'zod';
import { digestShape, instantShape } from './envelope.ts';
import { quarantineEntryShape } from './status.ts';

const count = z.int().min(0);
const name = z.strictObject({ group: z.string(), artifact: z.string() });

/** `/-/artifacts.json?q=...` */
export const artifactSearchShape = z.strictObject({
  typed: z.string().describe('What was looked for.'),
  exact: name
    .extend({ version: z.string().nullable() })
    .nullable()
    .describe('It names this one, which is known here; null: it names none.'),
  artifacts: z.array(name.extend({ folder: z.string() })).describe('What may be meant, the likeliest first.'),
  paths: z.array(z.string()).describe('Published files whose path begins so.'),
  more: z.boolean().describe('There are more than are told.'),
});

const takedownShape = z.strictObject({
  what: z.string().describe('A folder or file: all below it is meant.'),
  reason: z.string(),
  legal: z.boolean(),
  at: instantShape,
});

const heldShape = z.strictObject({
  path: z.string(),
  kind: z.enum(['rejected', 'deferred']),
  verdict: z.string(),
  sentence: z.string(),
  since: instantShape,
  incident: z.string().nullable().describe('Of which it is a part.'),
});

const placeShape = z.strictObject({
  mirror: z.string(),
  url: z.string(),
  standing: z
    .enum(['nothing-wrong', 'behind', 'trouble', 'not-visited'])
    .describe('`nothing-wrong` is no proof: not every file is asked for in every round.'),
  asked_at: instantShape.nullable().describe('When the mirror was last visited, for whatever file.'),
  behind_seconds: z.number().nullable().describe('How far it was behind then, as it claims.'),
  troubles: z.array(
    z.strictObject({ verdict: z.string(), severity: z.string(), path: z.string(), incident: z.string().nullable() }),
  ),
});

const stateShape = z
  .enum(['served', 'damaged', 'held-back', 'taken-down'])
  .describe('`damaged`: files of it are damaged on this disk and not served until they are whole again.');

const versionRowShape = z.strictObject({
  version: z.string(),
  state: stateShape,
  published_at: instantShape.nullable().describe('When its first file was published here.'),
  files: count,
  bytes: count,
  signature: z.string().nullable().describe('Class of the signature of its main file; null: not judged.'),
  absent_since: instantShape.nullable().describe('Served still, though its origin shows it no more since then.'),
  downloads: count.nullable().describe('Null: not counted here.'),
});

const standing = {
  takedown: takedownShape.nullable(),
  held: z.array(heldShape).describe('What the origin has of it and is held back here, at most 100.'),
  mirrors: z
    .array(placeShape)
    .describe('What is known of its copies. A mirror that lies to chosen addresses is not seen.'),
};

/** `/-/artifacts.json?of=GROUP:ARTIFACT` */
export const artifactShape = name.extend({
  folder: z.string(),
  versions: count.describe('Of which anything is published or held back here.'),
  shown: z.array(versionRowShape).describe('Fifty of them, the newest first, by the order that Maven has.'),
  next: z
    .string()
    .nullable()
    .describe('The version that comes after these: `&from=VERSION` tells of it and those after it.'),
  downloads: count.nullable().describe('Of all versions; null: not counted here.'),
  ...standing,
});

const fileShape = z.strictObject({
  path: z.string(),
  kind: z.string(),
  size: count,
  sha256: digestShape,
  sha1: z.string(),
  md5: z.string().nullable().describe('Where the origin has such a sum.'),
  sha512: z.string().nullable(),
  upstream_sum: z.string().describe('What the sums of the origin said of the bytes.'),
  published_at: instantShape,
  verified_at: instantShape.describe('When its bytes were last read and found to be these.'),
  generation: count,
  absent_since: instantShape.nullable(),
  damaged: z.string().nullable().describe('The verdict for which it is not served now.'),
  signature: z
    .strictObject({
      class: z.string(),
      weak: z.boolean().nullable(),
      trusted: z.boolean().nullable(),
      continuity: z.string().nullable(),
      certificate: z.string().nullable(),
      issuer: z.string().nullable(),
      signed_at: instantShape.nullable(),
    })
    .nullable()
    .describe('Null: not judged.'),
});

/** `/-/artifacts.json?of=GROUP:ARTIFACT:VERSION` */
export const versionShape = name.extend({
  version: z.string(),
  folder: z.string(),
  state: stateShape,
  files: z.array(fileShape).describe('At most 500, in the order of their paths.'),
  more: z.boolean().describe('It has more files than are told.'),
  downloads: count.nullable(),
  ...standing,
});

/** `/-/quarantine.json` */
export const refusedShape = z.strictObject({
  entries: z.array(quarantineEntryShape).describe('What was refused, the newest first, at most 1000.'),
  deferred: z.array(heldShape).describe('What waits and is tried again by itself, at most 1000.'),
});

export type RefusedResult = z.infer<typeof refusedShape>;
export type ArtifactSearchResult = z.infer<typeof artifactSearchShape>;
export type ArtifactResult = z.infer<typeof artifactShape>;
export type VersionResult = z.infer<typeof versionShape>;
