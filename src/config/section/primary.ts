import { z } from 'zod';
import { filePath } from '../format.ts';

/** Present on the primary: takes in reports, keeps the mirror list, redirects. */
export const primarySection = z.strictObject({
  geoip: filePath()
    .nullable()
    .default(null)
    .describe('Database of countries for the redirector; null: it does not look where clients are.'),
});
