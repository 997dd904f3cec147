import { z } from 'zod';
import { digestShape, instantShape } from './envelope.ts';

const bytes = z.strictObject({
  size: z.int().min(0).nullable(),
  sha256: digestShape.nullable().describe('Null where the body was not read to its end.'),
});

/** One piece of bad news with its evidence, as a line of JSON Lines. */
export const findingShape = z.strictObject({
  kind: z.literal('finding'),
  id: z.string(),
  found_by: z.enum(['gate', 'scrub', 'crawl', 'push', 'report', 'tlog']),
  verdict: z.string(),
  severity: z.enum(['critical', 'warning', 'notice']),
  mirror: z.string().nullable(),
  path: z.string().nullable(),
  why: z.string().describe('For people.'),
  expected: bytes.nullable(),
  observed: bytes.nullable(),
  evidence: z.strictObject({
    url: z.string().nullable(),
    final_url: z.string().nullable(),
    status: z.int().nullable(),
    failure: z
      .enum(['dns', 'connect', 'tls', 'timeout', 'http'])
      .nullable()
      .describe('Where it failed, when there was no answer.'),
    headers: z.record(z.string(), z.string()),
    asked_at: instantShape.nullable(),
    answered_at: instantShape.nullable(),
    vantage: z.string().nullable(),
  }),
  blame: z.enum(['mirror', 'origin', 'publisher', 'network', 'self', 'unknown']),
  generation: z.int().min(0).nullable(),
  incident: z.string().nullable(),
});

export type FindingJson = z.infer<typeof findingShape>;
