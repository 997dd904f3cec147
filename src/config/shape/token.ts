import { z } from 'zod';
import { instantShape } from './envelope.ts';

/** A token as it is listed: never the token itself. */
export const tokenShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()).describe('What may be done with it.'),
  made_at: instantShape,
  made_by: z.string(),
  expires_at: instantShape,
  revoked_at: instantShape.nullable(),
  usable: z.boolean(),
});

/** `assay token add`: the only time that a token is shown. */
export const newTokenShape = tokenShape.extend({ token: z.string().describe('Shown once; kept nowhere.') });

export type Token = z.infer<typeof tokenShape>;
export type NewToken = z.infer<typeof newTokenShape>;
