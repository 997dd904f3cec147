import { z } from 'zod';
import { amount, count, filePath, globs, publicKey, shortName, webUrl } from '../format.ts';

const enrolledKey = z.strictObject({
  key: publicKey().describe('Raw Ed25519 public key, base64.'),
  not_after: z.iso.datetime().nullable().default(null).describe('Reports signed later are refused; null: no end.'),
  revoked_at: z.iso.datetime().nullable().default(null).describe('Since when it is in wrong hands; null: it is not.'),
});

/** What a crawl may cost one mirror; what is left out is taken from `crawl.budget`. */
const budget = z.strictObject({
  connections: z.int().min(1).optional().describe('Connections at a time.'),
  requests_per_day: count().optional().describe('Requests a day.'),
  mib_per_day: amount().optional().describe('MiB a day.'),
});

const mirror = z.strictObject({
  name: shortName().describe('Names the mirror in findings, pages and reports.'),
  url: webUrl().describe('Base URL of the repository there.'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'two capital letters (ISO 3166), such as DE' })
    .nullable()
    .default(null)
    .describe('ISO 3166 country code.'),
  operated_by: z.string().default('community').describe('Who runs it, in a word: told on the mirror list.'),
  public_keys: z.array(enrolledKey).default([]).describe('Keys that sign its reports.'),
  contact: z
    .string()
    .min(1)
    .max(320)
    .nullable()
    .default(null)
    .describe(
      'Mail address or URL of its operator, for the mirror list. At a mail address the incidents of this mirror arrive, through the first mail channel.',
    ),
  mail_incidents: z
    .boolean()
    .default(true)
    .describe('false: its operator asked not to get mail; the address stays in the list.'),
  bandwidth_mbit: count()
    .nullable()
    .default(null)
    .describe('What it can send, in Mbit/s, for the mirror list; null: not told.'),
  ca_file: filePath()
    .nullable()
    .default(null)
    .describe('PEM file of a private certificate authority; null: the public ones.'),
  crawl: z.boolean().default(true).describe('Whether rounds visit it.'),
  include: globs().default([]).describe('What it promises to have; empty: everything.'),
  exclude: globs().default([]).describe('What it does not promise.'),
  budget: budget.default({}).describe('What a round may cost it, where other than `crawl.budget`.'),
});

/** The other mirrors of the world, for crawl and for primary alike. */
export const mirrorsSection = z.array(mirror);
