import { z } from 'zod';
import { filePath } from '../format.ts';

const version = () => z.string().regex(/^\d{1,9}(\.\d{1,9}){0,3}$/, { error: 'a version of numbers, such as 3.0.15' });

const minimum = z.strictObject({
  assay: version().nullable().default(null).describe('Of assay; null: any.'),
  node: version().nullable().default(null).describe('Of Node.js; null: any.'),
  openssl: version().nullable().default(null).describe('Of OpenSSL; null: any.'),
});

/** Present on the primary: takes in reports, keeps the mirror list, redirects. */
export const primarySection = z.strictObject({
  geoip: filePath()
    .nullable()
    .default(null)
    .describe('Database of countries for the redirector; null: it does not look where clients are.'),
  minimum: minimum
    .prefault({})
    .describe('Versions below which a mirror is called outdated, in the list and as an incident.'),
});
