import { z } from 'zod';
import { cron, filePath, httpsUrl } from '../format.ts';

/** What this mirror tells its primary. */
export const reportSection = z.strictObject({
  primary: httpsUrl().describe('Base URL of the primary.'),
  key_file: filePath().default('/etc/assay/report.key').describe('Private key that signs reports, made by `enroll`.'),
  schedule: cron().default('5 0 * * *').describe('When: cron, UTC.'),
});
