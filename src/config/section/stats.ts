import { z } from 'zod';
import { filePath } from '../format.ts';

const log = z.strictObject({
  kind: z.enum(['own', 'nginx', 'fastly', 'cloudfront', 's3']).default('own').describe('Who wrote it.'),
  path: filePath().nullable().default(null).describe('File or glob on this machine.'),
  bucket: z.string().nullable().default(null).describe('Bucket that holds the logs, instead of `path`.'),
  prefix: z.string().nullable().default(null).describe('Beginning of their keys in the bucket.'),
  format: z.string().nullable().default(null).describe("The server's own format line, where it is not the usual one."),
});

/** Which access logs are counted. */
export const statsSection = z.strictObject({
  logs: z.array(log).default([]).describe('Access logs, each byte counted once however they are rotated.'),
});
