import { z } from 'zod';
import { amount, count, filePath, globs, shortName, webUrl } from '../format.ts';

const publicKey = z.strictObject({
  key: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'base64 of the 32 bytes of an Ed25519 public key' })
    .describe('Raw Ed25519 public key, base64.'),
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
  public_keys: z.array(publicKey).default([]).describe('Keys that sign its reports.'),
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
