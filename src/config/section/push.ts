import { z } from 'zod';
import { cron, filePath, shortName, webUrl } from '../format.ts';

const purge = z
  .looseObject({ kind: z.enum(['fastly', 'cloudflare', 'cloudfront', 'command']).describe('Whose purge is called.') })
  .describe('How a CDN is told to forget what changed.');

const schedule = z
  .union([z.literal('after-pass'), cron()], { error: 'after-pass, or five cron fields in UTC' })
  .default('after-pass')
  .describe('When: `after-pass`, or cron in UTC.');

const s3 = z.strictObject({
  name: shortName().describe('Names the target in logs and findings.'),
  kind: z.literal('s3'),
  bucket: z.string().min(1).describe('Bucket.'),
  prefix: z.string().default('').describe('Put before every key; empty: none.'),
  region: z.string().min(1).default('us-east-1').describe('Region; other stores mostly take any.'),
  endpoint: webUrl().nullable().default(null).describe('URL of another S3 store; null: AWS.'),
  path_style: z
    .boolean()
    .default(false)
    .describe('Bucket in the path instead of the host name, as most other stores want it.'),
  credentials_file: filePath()
    .nullable()
    .default(null)
    .describe("File with the access keys; null: the machine's own role."),
  schedule,
  purge: purge.nullable().default(null).describe('The CDN in front of the bucket; null: none.'),
});

const purgeAlone = z.strictObject({
  name: shortName().describe('Names the target in logs and findings.'),
  kind: z.literal('purge').describe('A CDN in front of `serve`: nothing is uploaded, only purged.'),
  schedule,
  purge,
});

/** Object stores and CDNs that get a copy. */
export const pushSection = z.array(z.discriminatedUnion('kind', [s3, purgeAlone], { error: 'kind: s3 | purge' }));
