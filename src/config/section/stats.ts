import { z } from 'zod';
import { formatFault } from '../../stats/parse/nginx.ts';
import { combination } from '../combination.ts';
import { filePath, webUrl } from '../format.ts';

const log = z.strictObject({
  kind: z.enum(['own', 'nginx', 'fastly', 'cloudfront', 's3']).default('own').describe('Who wrote it.'),
  path: filePath()
    .nullable()
    .default(null)
    .describe(
      'File or glob on this machine; what was rotated away beside a file belongs to it. Null with kind own: `serve.access_log`.',
    ),
  bucket: z.string().min(1).nullable().default(null).describe('Bucket that holds the logs, instead of `path`.'),
  prefix: z.string().nullable().default(null).describe('Beginning of their keys in the bucket.'),
  region: z.string().min(1).default('us-east-1').describe('Region of the bucket; other stores mostly take any.'),
  endpoint: webUrl().nullable().default(null).describe('URL of another S3 store; null: AWS.'),
  path_style: z
    .boolean()
    .default(false)
    .describe('Bucket in the path instead of the host name, as most other stores want it.'),
  credentials_file: filePath()
    .nullable()
    .default(null)
    .describe("File with the access keys; null: the machine's own role."),
  format: z
    .string()
    .nullable()
    .default(null)
    .describe("nginx's `log_format` as its configuration has it, or the text within its quotes; null: `combined`."),
});

/** Which access logs are counted. */
export const statsSection = z.strictObject({
  logs: z.array(log).default([]).describe('Access logs, each byte counted once however they are rotated.'),
});

/** Rules of each entry of `stats.logs`. */
export const logCombinations = [
  combination(log, ['path', 'bucket'], 'bucket', ({ path, bucket }) =>
    path !== null && bucket !== null ? 'null (path is given), or no path' : null,
  ),
  combination(log, ['kind', 'path', 'bucket'], 'path', ({ kind, path, bucket }) =>
    kind !== 'own' && path === null && bucket === null ? `a path, or a bucket (kind is ${kind})` : null,
  ),
  combination(log, ['kind', 'format'], 'format', ({ kind, format }) => {
    if (format === null) return null;
    if (kind !== 'nginx') return `null (kind is ${kind}; nginx alone has formats)`;
    const fault = formatFault(format);
    return fault === null ? null : `an nginx log_format with ${fault}`;
  }),
];
