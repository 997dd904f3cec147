import { z } from 'zod';

export const doctorShape = z.strictObject({
  checks: z.array(
    z.strictObject({
      name: z.string().describe('What was looked at: `disk`, `certificate`, ...; one name may come more than once.'),
      state: z.enum(['ok', 'warning', 'fault', 'unknown']).describe('`unknown`: it cannot be told from here.'),
      sentence: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
});

export type DoctorResult = z.infer<typeof doctorShape>;
