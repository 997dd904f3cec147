import { z } from 'zod';
import { combination } from '../combination.ts';
import { amount, cron, filePath, globs, hours, httpsUrl, schemeOf } from '../format.ts';
import type { Frozen } from '../frozen.ts';

const SCHEMES = { rsync: ['rsync:'], s3: ['s3:'], http: ['https:', 'http:'] } as const;

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

/** Where a mirror pulls from. */
export const sourceSection = z.strictObject({
  kind: z.enum(['rsync', 's3', 'http']).default('rsync').describe('How to talk to the origin.'),
  url: z
    .string()
    .describe(
      'The repository at the origin, `rsync://HOST[:PORT]/MODULE/[FOLDER/]`. Never holds a password: see `password_file`.',
    ),
  password_file: filePath()
    .nullable()
    .default(null)
    .describe('File with the password for the rsync module; null: none is asked for.'),
  ssh: ssh
    .nullable()
    .default(null)
    .describe('Carries rsync over ssh with a pinned host key. Plain rsync can be altered on the wire, sums and all.'),
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
      'Repository path globs to be left out; wins over `include`. A glob ending in `/` or `/**` also keeps rsync from listing. What is served already stays until `sync --accept-plan`.',
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

export const sourceCombinations = [
  combination(sourceSection, ['kind', 'url'], 'url', ({ kind, url }) => {
    const schemes: readonly string[] = SCHEMES[kind];
    if (!schemes.includes(schemeOf(url) ?? ''))
      return `a URL that begins with ${schemes.join('// or ')}// (kind is ${kind})`;
    if (kind === 'rsync' && (URL.parse(url)?.pathname.length ?? 0) < 2)
      return 'a URL that names a module, rsync://HOST/MODULE/';
    return null;
  }),
  combination(sourceSection, ['url'], 'url', ({ url }) =>
    URL.parse(url)?.password ? 'a URL without a password: put it into a file and name that in password_file' : null,
  ),
  combination(sourceSection, ['kind'], 'kind', ({ kind }) =>
    kind === 'rsync' ? null : `rsync (${kind} is not in this version)`,
  ),
  combination(sourceSection, ['kind', 'ssh'], 'ssh', ({ kind, ssh: tunnel }) =>
    tunnel === null || kind === 'rsync' ? null : 'null: ssh goes with kind rsync only',
  ),
  combination(sourceSection, ['confirm'], 'confirm', ({ confirm }) =>
    confirm === null ? null : 'null (not in this version)',
  ),
];

export type SourceConfig = Frozen<z.output<typeof sourceSection>>;
