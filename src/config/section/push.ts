import { z } from 'zod';
import { count, cron, filePath, shortName, webUrl } from '../format.ts';

const common = {
  url: webUrl()
    .nullable()
    .default(null)
    .describe('The repository at the CDN, as clients ask for it; null: `https://NAME/`, of the installation.'),
  absent: z
    .boolean()
    .default(true)
    .describe(
      'Whether it keeps a 404 for long, so that new paths are purged too; false where it keeps them for seconds.',
    ),
  skip_seconds: count()
    .default(0)
    .describe(
      'Not purged when it changes: what Cache-Control lets it keep for so many seconds at the most (metadata: 60). 0: all is.',
    ),
};

const api = (url: string) => webUrl().default(url).describe('Base URL of its API.');

const fastly = z.strictObject({
  kind: z.literal('fastly'),
  ...common,
  service: z.string().min(1).describe('Id of the service.'),
  token_file: filePath().default('/etc/assay/fastly.token').describe('File with an API token that may purge.'),
  by: z
    .enum(['key', 'url'])
    .default('key')
    .describe('`key`: by folder, which the service makes its Surrogate-Key, 256 a request; `url`: one by one.'),
  soft: z.boolean().default(false).describe('Marks as stale in place of dropping: an origin that is down is outlived.'),
  api: api('https://api.fastly.com'),
});

const cloudflare = z.strictObject({
  kind: z.literal('cloudflare'),
  ...common,
  zone: z.string().min(1).describe('Id of the zone.'),
  token_file: filePath().default('/etc/assay/cloudflare.token').describe('File with an API token that may purge.'),
  by: z
    .enum(['url', 'prefix'])
    .default('url')
    .describe('`url`: 100 a request; `prefix`: whole versions, 30 a request, of which a free plan has 5 a minute.'),
  api: api('https://api.cloudflare.com'),
});

const cloudfront = z.strictObject({
  kind: z.literal('cloudfront'),
  ...common,
  distribution: z.string().min(1).describe('Id of the distribution.'),
  credentials_file: filePath()
    .nullable()
    .default(null)
    .describe("File with the access keys; null: the machine's own role."),
  api: webUrl().nullable().default(null).describe('URL of another API of the same kind; null: AWS.'),
});

const command = z.strictObject({
  kind: z.literal('command').describe('Whose purge is called.'),
  ...common,
  argv: z
    .array(z.string())
    .min(1)
    .describe('Program and arguments; it reads the paths, one a line, from standard input, and ends with 0.'),
});

const purge = z
  .discriminatedUnion('kind', [fastly, cloudflare, cloudfront, command], {
    error: 'kind: fastly | cloudflare | cloudfront | command',
  })
  .describe('How a CDN is told to forget what changed.');

const schedule = z
  .union([z.literal('after-pass'), cron()], { error: 'after-pass, or five cron fields in UTC' })
  .default('after-pass')
  .describe('When: `after-pass`, or cron in UTC.');

const s3 = z.strictObject({
  name: shortName().describe('Names the target in logs and findings.'),
  kind: z.literal('s3'),
  bucket: z.string().min(1).describe('Bucket.'),
  prefix: z
    .string()
    .regex(/^(?!\/)(?:.*\/)?$/, { error: 'empty, or a path that ends with a slash, such as "maven/"' })
    .default('')
    .describe('Put before every key; empty: none.'),
  region: z.string().min(1).default('us-east-1').describe('Region; other stores mostly take any.'),
  endpoint: webUrl().nullable().default(null).describe('URL of another S3 store; null: AWS.'),
  path_style: z
    .boolean()
    .default(false)
    .describe('Bucket in the path instead of the host name, as most other stores want it.'),
  checksums: z
    .enum(['auto', 'md5', 'sha256'])
    .default('auto')
    .describe('Sums that go with the bytes, for the store to compare; `auto`: those that it was found to honour.'),
  connections: count().min(1).max(256).default(16).describe('Requests at a time.'),
  credentials_file: filePath()
    .nullable()
    .default(null)
    .describe("File with the access keys; null: the machine's own role."),
  public_url: webUrl()
    .nullable()
    .default(null)
    .describe('Where clients read the bucket, with its prefix: `doctor` asks there; null: at the endpoint itself.'),
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
