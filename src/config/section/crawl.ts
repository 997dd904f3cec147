import { z } from 'zod';
import { combination } from '../combination.ts';
import { amount, count, cron, webUrl } from '../format.ts';

const budget = z.strictObject({
  connections: z.int().min(1).default(2).describe('Connections at a time to one mirror.'),
  requests_per_day: count().default(20_000).describe('Requests a day to one mirror.'),
  mib_per_day: amount().default(2000).describe('MiB a day from one mirror.'),
});

/** Rounds over the mirrors that check what they serve. */
export const crawlSection = z.strictObject({
  reference: z
    .enum(['inventory', 'origin'])
    .default('inventory')
    .describe('What a mirror is compared with: what this installation published, or the origin itself.'),
  origin: webUrl()
    .nullable()
    .default(null)
    .describe("The origin's public URL, visited each round like a mirror; null: not visited."),
  schedule: cron().default('17 * * * *').describe('When rounds begin: cron, UTC.'),
  full_rotation_days: amount()
    .default(30)
    .describe('Days in which every path should be asked once; a goal, the budget wins.'),
  lag_hours: amount().default(6).describe('Hours that a mirror may be behind before it is told.'),
  reask_seconds: amount()
    .default(5)
    .describe('Seconds between an answer in doubt and the second look at it, over a fresh connection.'),
  allow_private: z
    .boolean()
    .default(false)
    .describe(
      'true for a private fleet: redirects may lead to loopback, private and link-local addresses, which a mirror could misuse to speak through us.',
    ),
  budget: budget.prefault({}).describe('What a round may cost one mirror.'),
});

export const crawlCombinations = [
  combination(crawlSection, ['reference', 'origin'], 'origin', ({ reference, origin }) =>
    reference === 'origin' && origin === null ? "the origin's public URL: reference is origin" : null,
  ),
];
