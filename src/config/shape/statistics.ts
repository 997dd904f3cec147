import { z } from 'zod';
import { statsTopShape } from './stats.ts';

/** `/-/statistics.json`: what `assay stats top` tells of the last thirty days as they were when counts last came in, and each day. */
export const statisticsShape = statsTopShape.extend({
  days: z
    .array(
      z.strictObject({
        day: z.iso.date(),
        downloads: z.int().min(0).nullable().describe('Null: not measured.'),
        coverage: z.enum(['full', 'partial', 'none']).describe('Whether all of the day was counted.'),
      }),
    )
    .describe('The last sixty, oldest first.'),
});

export type StatisticsResult = z.infer<typeof statisticsShape>;
