import { z } from 'zod';
import { listedMirrorShape, mirrorListShape } from '../../primary/mirror-list.ts';

/** `assay mirrors` */
export const mirrorsShape = mirrorListShape
  .pick({ primary: true, sequence: true, made_at: true, expires_at: true, minimum: true, origin: true })
  .extend({
    expired: z.boolean(),
    source: z.enum(['asked', 'remembered']).describe('Whether it is what --from gave, or the last good list.'),
    key: z.string().describe('The public key that signed it.'),
    mirrors: z.array(
      listedMirrorShape.extend({
        latency_ms: z
          .int()
          .min(0)
          .nullable()
          .describe('With --measure: until the answer of one request on an open connection.'),
        answer: z.string().nullable().describe('With --measure: HTTP status, or why there was none.'),
      }),
    ),
  });

export type MirrorsResult = z.infer<typeof mirrorsShape>;
