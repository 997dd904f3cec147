// All of assay.yaml. A section that is absent is a role that this installation does not play (null, or an empty list); each key is documented
// where its section declares it.

import { z } from 'zod';
import { amount, filePath, shortName } from './format.ts';
import type { Frozen } from './frozen.ts';
import { alertsSection } from './section/alerts.ts';
import { crawlSection } from './section/crawl.ts';
import { mirrorsSection } from './section/mirrors.ts';
import { primarySection } from './section/primary.ts';
import { pushSection } from './section/push.ts';
import { removalSection } from './section/removal.ts';
import { reportSection } from './section/report.ts';
import { type ServeConfig, serveSection } from './section/serve.ts';
import { sourceSection } from './section/source.ts';
import { statsSection } from './section/stats.ts';
import { tlogSection } from './section/tlog.ts';
import { verifySection } from './section/verify.ts';

/** The configuration as the program reads it: `source` is always a list. */
export const configSchema = z.strictObject({
  name: shortName().describe('This installation, in reports, traces and pages: mostly its host name.'),
  contact: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Mail address or URL where its operator is reached; told to origins and mirrors that we visit.'),
  data: filePath()
    .default('/var/lib/assay')
    .describe('Data directory: published tree, staging, quarantine and database, on one file system.'),
  source: z
    .array(sourceSection)
    .min(1, { error: 'at least one source' })
    .default([])
    .describe('Where the repository comes from: one mapping, or a list tried in order.'),
  removal: removalSection.prefault({}).describe('How much may leave the tree because the origin shows it no more.'),
  history_days: amount()
    .default(90)
    .describe('Days that passes, rounds and observations are kept; findings and known digests stay for ever.'),
  verify: verifySection.prefault({}).describe('What a file must prove before it is published.'),
  serve: serveSection
    .nullable()
    .default(null)
    .describe('How the published tree is served; absent: something else serves it.'),
  push: pushSection.default([]).describe('Object stores and CDNs that get a copy.'),
  mirrors: mirrorsSection.default([]).describe('The other mirrors of the world.'),
  crawl: crawlSection.nullable().default(null).describe('Rounds that check the mirrors.'),
  alerts: alertsSection.default([]).describe('Who is told of incidents.'),
  stats: statsSection.nullable().default(null).describe('Which access logs are counted.'),
  report: reportSection.nullable().default(null).describe('What this mirror tells its primary.'),
  primary: primarySection.nullable().default(null).describe('The receiving side of reports.'),
  tlog: tlogSection.default(null).describe('The transparency log; not in this version.'),
});

/** The file as people write it: `source` may be one mapping. */
export const configFileSchema = configSchema.extend({
  source: z
    .union([sourceSection, z.array(sourceSection).min(1)])
    .describe('Where the repository comes from: one mapping, or a list tried in order.')
    .optional(),
});

export type { ServeConfig };
export type Config = Frozen<z.output<typeof configSchema>>;
