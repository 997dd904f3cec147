import { z } from 'zod';
import { amount, count } from '../format.ts';
import type { Frozen } from '../frozen.ts';

/** How much may leave the tree because the origin shows it no more. A mirror keeps what it has when the origin is emptied by mistake or malice. */
export const removalSection = z.strictObject({
  max_files: count()
    .default(1000)
    .describe(
      'Files that may be removed within 24 hours; beyond, a pass refuses (status 4) until `sync --accept-plan`.',
    ),
  max_ratio: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe(
      'Share of the tree that may be removed within 24 hours, 0 to 1; counts from 200 files up. Above 0.4 nothing is ever removed, whatever stands here.',
    ),
  hold_days: amount()
    .default(30)
    .describe('Days of unbroken absence at the origin after which a file may be removed: time to notice a mistake.'),
  snapshot_hold_days: amount()
    .default(1)
    .describe('The same for SNAPSHOT files, which origins clean up as a matter of course.'),
});

export type RemovalConfig = Frozen<z.output<typeof removalSection>>;
