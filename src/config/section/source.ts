import { z } from 'zod';
import { amount, count, cron, filePath, globs, hours, httpsUrl, webUrl } from '../format.ts';
import type { Frozen } from '../frozen.ts';

const ssh = z.strictObject({
  user: z.string().min(1).describe('Account on the origin.'),
  key_file: filePath().describe('Private key, readable by the assay user alone.'),
  known_hosts: filePath().describe("The origin's host key, pinned: an unknown one is never accepted."),
});

const bandwidth = z.union(
  [
    amount(),
    z
      .array(
        z.strictObject({
          hours: hours().describe('Hours of the day, UTC.'),
          kib_per_second: amount().describe('Ceiling in those hours; 0: none.'),
        }),
      )
      .min(1),
  ],
  {
    error: 'a number of KiB per second (0: no limit), or a list of { hours, kib_per_second }',
  },
);

/** What only a bucket needs. */
const bucketKeys = {
  region: z
    .string()
    .min(1)
    .default('us-east-1')
    .describe('Region of the bucket; stores other than AWS mostly take any.'),
  endpoint: webUrl().nullable().default(null).describe('URL of another S3 store; null: AWS.'),
  path_style: z
    .boolean()
    .default(false)
    .describe('Bucket in the path instead of the host name, as most other stores want it.'),
  credentials_file: filePath()
    .nullable()
    .default(null)
    .describe('File with the access keys; null: the bucket is read without, as anybody may read a public one.'),
  machine_role: z
    .boolean()
    .default(false)
    .describe("Signs with the machine's own role (environment, profile, web identity, container, instance)."),
  requester_pays: z
    .boolean()
    .default(false)
    .describe('The bucket charges whoever reads it, and we agree. Needs credentials: somebody must be charged.'),
};

/** What only an HTTP origin needs. */
const webKeys = {
  mode: z
    .enum(['listing', 'feeds', 'metadata', 'release-feed', 'inventory', 'on-demand'])
    .nullable()
    .default(null)
    .describe(
      'How an HTTP origin is read. null or `listing`: its directory pages, or its bucket page, from the root on. `feeds`: the versions that `all-poms.txt.gz`, else `feed.clj.gz`, name. `metadata`: the versions that the `maven-metadata.xml` of the artifacts in `include` name. `release-feed`: nothing but the news of `release_feed`. `inventory`: the signed inventory of another assay. `on-demand`: a file is fetched when a client first asks for it.',
    ),
  public_key: z
    .base64()
    .length(44)
    .nullable()
    .default(null)
    .describe('Raw Ed25519 public key, base64, that signs the inventory of the assay upstream (mode `inventory`).'),
  requests_per_second: amount()
    .nullable()
    .default(null)
    .describe(
      'Requests to an HTTP origin in a second, at most; 0: no limit. null: 10, and no limit in mode `on-demand`, where clients set the pace. An origin that answers 429 is obeyed, whatever stands here.',
    ),
  negative_cache_seconds: amount()
    .default(300)
    .describe('How long an HTTP origin is not asked again for a path that it did not have (mode `on-demand`).'),
};

/** Where a mirror pulls from. */
export const sourceSection = z.strictObject({
  kind: z.enum(['rsync', 's3', 'http']).default('rsync').describe('How to talk to the origin.'),
  url: z
    .string()
    .describe(
      'The repository at the origin: `rsync://HOST[:PORT]/MODULE/[FOLDER/]`, `s3://BUCKET/[PREFIX/]`, `https://HOST/[FOLDER/]`. Never holds a password: see `password_file`.',
    ),
  password_file: filePath()
    .nullable()
    .default(null)
    .describe('File with the password for the rsync module; null: none is asked for.'),
  ssh: ssh
    .nullable()
    .default(null)
    .describe('Carries rsync over ssh with a pinned host key. Plain rsync can be altered on the wire, sums and all.'),
  ...bucketKeys,
  ...webKeys,
  release_feed: webUrl()
    .nullable()
    .default(null)
    .describe(
      'Release feed of the origin (`https://HOST/api/release-feed`): between two listings of everything a pass lists only what it names. null: each pass lists everything.',
    ),
  sweep_hours: amount()
    .default(24)
    .describe(
      'Hours after which everything is listed again, where a release feed or an inventory tells the news between.',
    ),
  connections: count().min(1).default(8).describe('Requests at a time to a bucket or an HTTP origin.'),
  ca_file: filePath()
    .nullable()
    .default(null)
    .describe('PEM file of a private certificate authority, for `url` and `confirm`; null: the public ones.'),
  confirm: httpsUrl()
    .nullable()
    .default(null)
    .describe(
      'HTTPS base URL of the origin, where the digests of new releases are confirmed before they are published; null: not confirmed.',
    ),
  schedule: cron()
    .default('*/30 * * * *')
    .describe('When passes begin: cron, UTC. More often than every 10 minutes is unkind to the origin.'),
  window: hours()
    .nullable()
    .default(null)
    .describe(
      'Hours of the day, UTC, in which passes may run, `22:00-06:00`. At its end a pass stops cleanly and goes on next time; null: always.',
    ),
  jitter_seconds: amount()
    .default(300)
    .describe('Up to so many seconds later than the schedule, at random: mirrors that start together hurt the origin.'),
  io_timeout_seconds: z
    .number()
    .positive()
    .default(120)
    .describe('Seconds without a byte from the origin after which a transfer is given up and tried again.'),
  run_timeout_seconds: z
    .number()
    .positive()
    .default(21_600)
    .describe('Seconds after which a pass stops cleanly; what it fetched stays, the next pass goes on.'),
  bandwidth_kib_per_second: bandwidth
    .default(0)
    .describe(
      'Ceiling in KiB per second; 0: none. Or a list of `{ hours, kib_per_second }`, the first that fits is taken, and outside of all there is none.',
    ),
  include: globs().default([]).describe('Repository path globs to be mirrored; empty: everything.'),
  exclude: globs()
    .default([])
    .describe(
      'Repository path globs to be left out; wins over `include`. A glob ending in `/` or `/**` also keeps them from being listed. What is served already stays until `sync --accept-plan`.',
    ),
  max_file_mib: z
    .number()
    .positive()
    .default(2048)
    .describe('A larger file is refused (`too-large`): a ceiling against endless files.'),
  min_free_gib: amount()
    .default(5)
    .describe('A pass that would leave less free (or fewer than 5 % of the inodes) is refused before it fetches.'),
  checksum_rotation_days: amount()
    .default(30)
    .describe(
      'Days in which the whole tree is compared with the origin by content, a slice each pass: size and time miss a rewrite of the same size. 0: not at all.',
    ),
});

export type SourceConfig = Frozen<z.output<typeof sourceSection>>;
