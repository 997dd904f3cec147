import { z } from 'zod';
import { cron, filePath, httpsUrl, publicKey } from '../format.ts';

/** What this mirror tells its primary. */
export const reportSection = z.strictObject({
  primary: httpsUrl().describe('Base URL of the primary.'),
  key_file: filePath().default('/etc/assay/report.key').describe('Private key that signs reports, made by `enroll`.'),
  schedule: cron().default('5 0 * * *').describe('When the statistics of the day before are sent: cron, UTC.'),
  primary_key: publicKey()
    .nullable()
    .default(null)
    .describe('Public key that signs the list of mirrors; null: the one of the first list over HTTPS, from then on.'),
  ca_file: filePath()
    .nullable()
    .default(null)
    .describe('PEM file of a private certificate authority of the primary; null: the public ones.'),
});
